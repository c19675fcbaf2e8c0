namespace KernelFault.Hosts;

/// <summary>Keeps what a program writes, up to a limit.</summary>
/// <param name="host">Name of the host, for the exception.</param>
/// <param name="program">The program, for the exception.</param>
/// <param name="maximum">The most bytes kept.</param>
#pragma warning disable CA1001 // A memory stream holds nothing that has to be given back.
internal sealed class BoundedOutput(string host, string program, long maximum)
#pragma warning restore CA1001
{
    private readonly MemoryStream _kept = new();

    /// <summary>Takes the next bytes.</summary>
    /// <exception cref="HostException">There are more than the limit.</exception>
    internal void Add(byte[] buffer, int offset, int count)
    {
        if (_kept.Length + count > maximum)
        {
            throw new HostException(host, HostErrorKind.TooLarge, $"'{program}' wrote more than {maximum} bytes and was ended.");
        }

        _kept.Write(buffer, offset, count);
    }

    /// <summary>Keeps what comes and tells of it.</summary>
    internal OutputSink Sink(Action<ProgramOutput>? told, bool isError) => (buffer, offset, count) =>
    {
        Add(buffer, offset, count);
        if (told is not null)
        {
            byte[] piece = new byte[count];
            Array.Copy(buffer, offset, piece, 0, count);
            told(new ProgramOutput(piece, isError));
        }
    };

    internal byte[] ToArray() => _kept.ToArray();
}
