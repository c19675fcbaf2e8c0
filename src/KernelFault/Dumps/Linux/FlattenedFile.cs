using System.Buffers.Binary;
using KernelFault.Formats;
using KernelFault.Memory;

namespace KernelFault.Dumps.Linux;

// The flattened stream, for pipes: 4096 bytes of header ("makedumpfile", type 1, version 1, big-endian), then records of an offset
// and a size (8 bytes each, big-endian) and that many bytes which belong at the offset; an offset of -1 ends it. A later record
// replaces what an earlier one put in the same place. An emulator's "kdump" formats are such streams too.

/// <summary>The file that a flattened stream stands for, without writing it: an index of the records, nothing more.</summary>
internal sealed class FlattenedFile : IByteSource
{
    private const int HeaderSize = 4096;
    private const int RecordHeader = 16;

    // 24 bytes each; writers collect from 4 KB to 4 MB before they write a record.
    private const int MaximumRecords = 8 * 1024 * 1024;

    private readonly IByteSource _stream;
    private readonly FlattenedRecord[] _records;

    /// <summary>Reads the records' headers; takes the stream over once it has returned.</summary>
    /// <exception cref="DumpFormatException">It is no flattened stream that can be read.</exception>
    internal FlattenedFile(IByteSource stream, List<string> warnings)
    {
        _stream = stream;
        ReadOnlySpan<byte> header = stream.ReadUpTo(0, 32);
        if (header.Length < 32 || BinaryPrimitives.ReadInt64BigEndian(header.Slice(16)) != 1 || BinaryPrimitives.ReadInt64BigEndian(header.Slice(24)) != 1)
        {
            throw new DumpFormatException(stream.Path, 16, "expected type 1 and version 1 of a flattened dump.");
        }

        _records = FlattenedRecord.Resolve(ReadRecords(warnings));
        Length = _records.Length == 0 ? 0 : _records[_records.Length - 1].End;
    }

    /// <inheritdoc/>
    public string Path => _stream.Path;

    /// <inheritdoc/>
    public long Length { get; }

    /// <summary>Bytes of the stream itself.</summary>
    internal long StreamLength => _stream.Length;

    internal static ReadOnlySpan<byte> Signature => "makedumpfile\0\0\0\0"u8;

    /// <inheritdoc/>
    public int Read(long offset, Span<byte> destination)
    {
        int done = 0;
        int index = Find(offset);
        while (done < destination.Length && index < _records.Length)
        {
            ref readonly FlattenedRecord record = ref _records[index++];
            long at = offset + done;
            if (at < record.Offset)
            {
                // A hole: a file written with seeks has zeros there.
                int zeros = (int)Math.Min(record.Offset - at, destination.Length - done);
                destination.Slice(done, zeros).Clear();
                done += zeros;
                at += zeros;
            }

            int wanted = (int)Math.Min(destination.Length - done, record.End - at);
            int read = _stream.Read(record.StreamOffset + (at - record.Offset), destination.Slice(done, wanted));
            done += read;
            if (read < wanted)
            {
                break;
            }
        }

        return done;
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private List<FlattenedRecord> ReadRecords(List<string> warnings)
    {
        var records = new List<FlattenedRecord>();
        Span<byte> header = stackalloc byte[RecordHeader];
        long position = HeaderSize;
        while (true)
        {
            if (!_stream.TryRead(position, header))
            {
                warnings.Add("The flattened dump ends without its end mark: it is cut short.");
                return records;
            }

            long offset = BinaryPrimitives.ReadInt64BigEndian(header);
            long size = BinaryPrimitives.ReadInt64BigEndian(header.Slice(8));
            if (offset == -1)
            {
                return records;
            }

            if (offset < 0 || size < 0 || size > long.MaxValue - offset || records.Count >= MaximumRecords)
            {
                warnings.Add(FormattableString.Invariant(
                    $"The flattened dump is damaged at offset 0x{position:x}: what follows is not read."));
                return records;
            }

            position += RecordHeader;
            long there = Math.Min(size, _stream.Length - position);
            if (there > 0)
            {
                records.Add(new FlattenedRecord(offset, there, position));
            }

            if (there < size)
            {
                warnings.Add("The flattened dump ends inside a record: it is cut short.");
                return records;
            }

            position += size;
        }
    }

    /// <summary>The first record that ends behind an offset.</summary>
    private int Find(long offset)
    {
        int low = 0;
        int high = _records.Length;
        while (low < high)
        {
            int middle = low + ((high - low) / 2);
            if (_records[middle].End <= offset)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
