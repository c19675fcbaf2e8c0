namespace KernelFault.Dumps;

/// <summary>A file that holds a crash. Opened by signature, never by extension.</summary>
public abstract class CrashDump : IDisposable
{
    private IDisposable? _unpacked;

    /// <summary>Sets what every dump has.</summary>
    /// <param name="path">The file.</param>
    /// <param name="kind">What it is.</param>
    /// <param name="length">Its length in bytes.</param>
    protected CrashDump(string path, DumpKind kind, long length)
    {
        Path = path;
        Kind = kind;
        Length = length;
    }

    /// <summary>The file, as it was given.</summary>
    public string Path { get; private set; }

    /// <summary>What it is.</summary>
    public DumpKind Kind { get; }

    /// <summary>Bytes in the file.</summary>
    public long Length { get; private set; }

    /// <summary>How the file is packed as a whole: <c>gzip</c>, <c>xz</c> or <c>zstd</c>; null when it is not.</summary>
    public string? Packing { get; private set; }

    /// <summary>The processor of the crashed machine.</summary>
    public abstract Architecture Architecture { get; }

    /// <summary>What is damaged, absent or not read in this file, one sentence each.</summary>
    public abstract IReadOnlyList<string> Warnings { get; }

    /// <summary>Opens a crash file of any supported kind.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellation">Ends the work at once; a kernel log of any length is read to its end here.</param>
    /// <returns>The dump; dispose it.</returns>
    /// <exception cref="Formats.DumpFormatException">The file is of no supported kind, or too damaged to say anything.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static CrashDump Open(string path, CancellationToken cancellation = default) => DumpSignature.Open(path, cancellation);

    /// <summary>The dump came out of a packed file: its path and length are those, and <paramref name="unpacked"/> goes with it.</summary>
    internal void SetPacked(string path, long length, string packing, IDisposable unpacked)
    {
        Path = path;
        Length = length;
        Packing = packing;
        _unpacked = unpacked;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        _unpacked?.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the file.</summary>
    /// <param name="disposing">True when called from <see cref="Dispose()"/>.</param>
    protected virtual void Dispose(bool disposing)
    {
    }
}
