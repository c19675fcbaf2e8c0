using System.Buffers.Binary;
using System.Text;
using KernelFault.Memory;

namespace KernelFault.Formats.Registry;

// A registry hive ('regf'), as the public descriptions of its format have it. Header of 4096 bytes: primary and secondary sequence
// number +4, +8 (they differ when writing did not end) · last written +12 · version +20, +24 · type +28 (0: a hive, not a log) · root cell
// +36 · size of all bins +40 · a name in UTF-16 +48 · XOR of the words before +508. Then bins of 4096 bytes or more, and in them cells: a
// size, negative when in use, and contents. Cells name each other by offset from the end of the header.
// What a crash left in the hive's .LOG1 and .LOG2 files is not read here: HiveLogs makes a whole hive of them.

/// <summary>A registry hive file, read only. Nothing is read before it is asked for; damage is told in <see cref="Warnings"/>.</summary>
/// <remarks>An instance may be used by any number of threads until it is disposed.</remarks>
public sealed class HiveFile : IDisposable
{
    /// <summary>The registry's own limit to how deep keys lie in each other.</summary>
    internal const int MaximumDepth = 512;

    /// <summary>Bytes before the first bin; cells are counted from there.</summary>
    internal const int HeaderSize = 4096;

    /// <summary>Where the header's checksum is.</summary>
    internal const int ChecksumOffset = 508;

    private const int MaximumWarnings = 50;

    private readonly FileBytes _bytes;
    private readonly List<string> _warnings = [];

    private HiveFile(FileBytes bytes, string path)
    {
        _bytes = bytes;
        Path = path;
        ReadOnlySpan<byte> header = bytes.SliceUpTo(0, 512);
        if (header.Length < 512 || !header.StartsWith("regf"u8))
        {
            throw new DumpFormatException(path, 0, "expected a registry hive ('regf').");
        }

        MajorVersion = U32(header, 20);
        MinorVersion = U32(header, 24);
        if (MajorVersion != 1 || MinorVersion < 2)
        {
            throw new DumpFormatException(path, 20, FormattableString.Invariant($"expected a hive of version 1.2 to 1.6, found {MajorVersion}.{MinorVersion}."));
        }

        if (U32(header, 28) != 0)
        {
            throw new DumpFormatException(path, 28, FormattableString.Invariant($"expected a hive, found a file of type {U32(header, 28)}: a log of changes to one."));
        }

        IsDirty = U32(header, 4) != U32(header, 8);
        LastWritten = Time(header.Slice(12));
        InternalName = Name(header.Slice(48, 64));
        RootCell = U32(header, 36);
        if (IsDirty)
        {
            Warn("The hive was not written to its end: what its .LOG files hold is not applied, and values may be older than the machine had them.");
        }

        if (Checksum(header) != U32(header, ChecksumOffset))
        {
            Warn("The header's checksum does not agree with it.");
        }

        if (HeaderSize + (long)U32(header, 40) > bytes.Length)
        {
            Warn(FormattableString.Invariant($"The hive is cut short: {bytes.Length} of {HeaderSize + (long)U32(header, 40)} bytes are there."));
        }

        Root = HiveKeyReader.Key(this, RootCell, null)
            ?? throw new DumpFormatException(path, HeaderSize + (long)RootCell, "expected the root key ('nk').");
    }

    /// <summary>Where it came from: a path, or what the caller called it.</summary>
    public string Path { get; }

    /// <summary>The root key.</summary>
    public HiveKey Root { get; }

    /// <summary>True if its last writing did not end: the newest changes are in its .LOG files, which are not read here.</summary>
    public bool IsDirty { get; }

    /// <summary>When it was last written, in UTC; null when it has no such time.</summary>
    public DateTimeOffset? LastWritten { get; }

    /// <summary>The end of the path it was mounted from, such as <c>SYSTEM</c>; safe to show, may be empty.</summary>
    public string InternalName { get; }

    /// <summary>Version of its format: 1.</summary>
    public long MajorVersion { get; }

    /// <summary>Version of its format: 3 for Windows NT and 2000, 5 since Windows XP, 6 with layers.</summary>
    public long MinorVersion { get; }

    /// <summary>What is damaged or missing, as far as it has been met until now; at most 50 lines.</summary>
    public IReadOnlyList<string> Warnings
    {
        get
        {
            lock (_warnings)
            {
                return [.. _warnings];
            }
        }
    }

    internal uint RootCell { get; }

    internal long Length => _bytes.Length;

    /// <summary>Opens a hive.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The hive; dispose it.</returns>
    /// <exception cref="DumpFormatException">It is no hive.</exception>
    /// <exception cref="IOException">It cannot be opened: a mounted hive is locked by its system.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static HiveFile Open(string path)
    {
        var file = new MappedFile(path);
        try
        {
            return new HiveFile(new FileBytes(file), path);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads a hive from bytes.</summary>
    /// <param name="bytes">The whole hive.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <returns>The hive.</returns>
    /// <exception cref="DumpFormatException">It is no hive.</exception>
    public static HiveFile Read(ReadOnlyMemory<byte> bytes, string name) => new(new FileBytes(bytes, name), name);

    /// <summary>A key by its path.</summary>
    /// <param name="path">Names from the root with <c>\</c> between, in any case, such as <c>ControlSet001\Services</c>.</param>
    /// <returns>The key; null when there is none.</returns>
    public HiveKey? Find(string path) => Root.Find(path);

    /// <inheritdoc/>
    public void Dispose() => _bytes.Dispose();

    /// <inheritdoc/>
    public override string ToString() => Path;

    /// <summary>A FILETIME; null when it is 0 or out of what a date can be.</summary>
    internal static DateTimeOffset? Time(ReadOnlySpan<byte> bytes)
    {
        long ticks = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        return ticks <= 0 || ticks > DateTimeOffset.MaxValue.ToFileTime() ? null : DateTimeOffset.FromFileTime(ticks).ToUniversalTime();
    }

    /// <summary>Contents of a cell in use; empty, with a warning, when there is none.</summary>
    internal ReadOnlySpan<byte> Cell(uint offset)
    {
        long position = HeaderSize + (long)offset;
        ReadOnlySpan<byte> size = offset > int.MaxValue ? default : _bytes.SliceUpTo(position, 4);
        int length = size.Length < 4 ? 0 : BinaryPrimitives.ReadInt32LittleEndian(size);
        if (length >= -4)
        {
            Warn(FormattableString.Invariant($"There is no cell in use at 0x{offset:x}."));
            return default;
        }

        return _bytes.SliceUpTo(position + 4, length == int.MinValue ? int.MaxValue : -length - 4);
    }

    /// <summary>What the header is to hold as its checksum; 0 and all ones stand for "none" and are never stored.</summary>
    internal static uint Checksum(ReadOnlySpan<byte> header)
    {
        uint sum = 0;
        for (int i = 0; i < ChecksumOffset; i += 4)
        {
            sum ^= U32(header, i);
        }

        return sum switch { 0 => 1, uint.MaxValue => uint.MaxValue - 1, _ => sum };
    }

    internal void Warn(string warning)
    {
        lock (_warnings)
        {
            if (_warnings.Count < MaximumWarnings && !_warnings.Contains(warning))
            {
                _warnings.Add(warning);
            }
        }
    }

    private static string Name(ReadOnlySpan<byte> bytes)
    {
        string text = Encoding.Unicode.GetString(bytes.ToArray());
        int end = text.IndexOf('\0');
        return PrintableText.Clean(end < 0 ? text : text.Substring(0, end));
    }

    private static uint U32(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.Slice(offset));
}
