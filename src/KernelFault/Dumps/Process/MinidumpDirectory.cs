using KernelFault.Formats;
using KernelFault.Memory;
using static KernelFault.Dumps.Windows.LittleEndian;

namespace KernelFault.Dumps.Process;

// MINIDUMP_HEADER of minidumpapiset.h, 32 bytes: Signature "MDMP", Version (low word 0xA793), NumberOfStreams,
// StreamDirectoryRva, CheckSum, TimeDateStamp, Flags (8). The directory's entries, 12 bytes each, are StreamType, DataSize,
// Rva. An RVA is a file offset here.

/// <summary>The header of an <c>MDMP</c> file and where its streams lie.</summary>
internal sealed class MinidumpDirectory
{
    private const int HeaderSize = 32;
    private const int EntrySize = 12;
    private const ushort Version = 0xA793;

    // Real files have 10 to 30.
    private const uint MaximumStreams = 1024;

    private readonly Dictionary<uint, (uint Offset, uint Size)> _streams = [];

    /// <summary>Reads header and directory.</summary>
    /// <exception cref="DumpFormatException">There is nothing to read.</exception>
    internal MinidumpDirectory(MappedFile file, List<string> warnings)
    {
        File = file;
        if (!file.TrySlice(0, HeaderSize, out ReadOnlySpan<byte> header) || !header.StartsWith("MDMP"u8))
        {
            throw new DumpFormatException(file.Path, 0, $"expected a minidump header of {HeaderSize} bytes starting with MDMP, found {file.Length} bytes.");
        }

        if (UInt16(header, 4) != Version)
        {
            warnings.Add(FormattableString.Invariant($"The minidump's version is 0x{UInt16(header, 4):x}; 0x{Version:x} was expected."));
        }

        uint count = UInt32(header, 8);
        uint start = UInt32(header, 12);
        uint time = UInt32(header, 20);
        Time = time == 0 ? null : new DateTime(1970, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddSeconds(time);
        if (count > MaximumStreams)
        {
            warnings.Add($"The minidump claims {count} streams; the first {MaximumStreams} were looked at.");
            count = MaximumStreams;
        }

        for (uint i = 0; i < count; i++)
        {
            if (!file.TrySlice(start + ((long)i * EntrySize), EntrySize, out ReadOnlySpan<byte> entry))
            {
                warnings.Add($"The minidump's directory ends after {i} of {count} streams: the file is cut short.");
                break;
            }

            uint type = UInt32(entry, 0);
            if (type != 0 && !_streams.ContainsKey(type))
            {
                _streams[type] = (UInt32(entry, 8), UInt32(entry, 4));
            }
        }

        if (_streams.Count == 0)
        {
            throw new DumpFormatException(file.Path, start, "expected a minidump's stream directory, found no stream.");
        }
    }

    internal MappedFile File { get; }

    /// <summary>When the dump was written, UTC; null when not recorded.</summary>
    internal DateTime? Time { get; }

    /// <summary>As much of a stream as the file holds.</summary>
    /// <returns>False if the dump has no such stream, or none of it is in the file.</returns>
    internal bool TryStream(uint type, out ReadOnlySpan<byte> bytes, out long offset)
    {
        bytes = default;
        offset = 0;
        if (!_streams.TryGetValue(type, out (uint Offset, uint Size) stream))
        {
            return false;
        }

        offset = stream.Offset;
        bytes = File.SliceUpTo(stream.Offset, (int)Math.Min(stream.Size, int.MaxValue));
        return !bytes.IsEmpty;
    }

    /// <summary>A list stream: a count, then entries of one size; writers may align the first entry to 8 bytes.</summary>
    /// <param name="type">Which stream.</param>
    /// <param name="entrySize">Bytes of an entry.</param>
    /// <param name="maximum">Most entries to take.</param>
    /// <param name="what">What the entries are, for warnings.</param>
    /// <param name="warnings">What is cut off is added.</param>
    /// <param name="entries">The entries.</param>
    /// <returns>How many there are.</returns>
    internal int List(uint type, int entrySize, int maximum, string what, List<string> warnings, out ReadOnlySpan<byte> entries)
    {
        entries = default;
        if (!TryStream(type, out ReadOnlySpan<byte> bytes, out _) || bytes.Length < 4)
        {
            return 0;
        }

        uint claimed = UInt32(bytes, 0);
        int start = bytes.Length >= 8 && bytes.Length - 8 == (long)claimed * entrySize ? 8 : 4;
        entries = bytes.Slice(start);
        int count = (int)Math.Min(Math.Min(claimed, entries.Length / entrySize), maximum);
        if (count < claimed)
        {
            warnings.Add($"The minidump lists {claimed} {what}; {count} could be read.");
        }

        return count;
    }

    /// <summary>A <c>MINIDUMP_STRING</c>, safe to show.</summary>
    /// <returns>The text; null when it is not in the file.</returns>
    internal string? Text(long offset) => RawText(offset) is string text ? PrintableText.Clean(text) : null;

    /// <summary>A <c>MINIDUMP_STRING</c>: bytes as a 32-bit count, then UTF-16. Long ones are cut.</summary>
    /// <returns>The text as it stands; null when it is not in the file.</returns>
    internal string? RawText(long offset)
    {
        if (offset == 0 || !File.TrySlice(offset, 4, out ReadOnlySpan<byte> length))
        {
            return null;
        }

        int count = (int)Math.Min(UInt32(length, 0), PrintableText.MaximumLength * 2);
        return Utf16(File.SliceUpTo(offset + 4, count));
    }
}
