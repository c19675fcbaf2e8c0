using System.Buffers.Binary;

namespace KernelFault.Formats.Pe;

// .pdata: sorted by BeginAddress, as RtlLookupFunctionEntry needs it.
//   x64:   BeginAddress, EndAddress, UnwindInfoAddress (12 bytes).
//   ARM64: BeginAddress, UnwindData (8 bytes). Low two bits of UnwindData: 0 = RVA of .xdata, whose first 18 bits are the length in
//          words; 1, 2 = packed, with an 11-bit length in words from bit 2; 3 = reserved, used by ARM64X for a redirection.

/// <summary>The exception directory.</summary>
internal sealed class PeExceptionDirectory
{
    private readonly PeImage _image;
    private readonly uint _rva;
    private readonly int _entrySize;

    private PeExceptionDirectory(PeImage image, uint rva, int entrySize, int count)
    {
        _image = image;
        _rva = rva;
        _entrySize = entrySize;
        Count = count;
    }

    internal int Count { get; }

    internal RuntimeFunction this[int index] => index >= 0 && index < Count
        ? Entry(_image.Window(_rva, Count * _entrySize), index)
        : throw new ArgumentOutOfRangeException(nameof(index));

    internal static PeExceptionDirectory Read(PeImage image)
    {
        int entrySize = image.Header.Machine switch
        {
            PeHeader.MachineAmd64 => 12,
            PeHeader.MachineArm64 => 8,
            _ => 0,
        };
        PeDirectory directory = image.Directory(PeDirectory.Exception);
        if (entrySize == 0 || directory.Rva == 0)
        {
            return new PeExceptionDirectory(image, 0, 1, 0);
        }

        int available = image.Window(directory.Rva, (int)Math.Min(directory.Size, int.MaxValue)).Length;
        return new PeExceptionDirectory(image, directory.Rva, entrySize, available / entrySize);
    }

    internal bool TryFind(uint rva, out RuntimeFunction function)
    {
        ReadOnlySpan<byte> table = _image.Window(_rva, Count * _entrySize);
        int low = 0;
        int high = Math.Min(Count, table.Length / _entrySize) - 1;
        while (low <= high)
        {
            int middle = low + ((high - low) >> 1);
            if (BinaryPrimitives.ReadUInt32LittleEndian(table.Slice(middle * _entrySize)) <= rva)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        function = high >= 0 ? Entry(table, high) : default;
        return high >= 0 && function.Contains(rva);
    }

    private RuntimeFunction Entry(ReadOnlySpan<byte> table, int index)
    {
        ReadOnlySpan<byte> entry = table.Slice(index * _entrySize, _entrySize);
        uint begin = BinaryPrimitives.ReadUInt32LittleEndian(entry);
        uint second = BinaryPrimitives.ReadUInt32LittleEndian(entry.Slice(4));
        if (_entrySize == 12)
        {
            return new RuntimeFunction(begin, second, BinaryPrimitives.ReadUInt32LittleEndian(entry.Slice(8)));
        }

        uint length = 0;
        if ((second & 3) is 1 or 2)
        {
            length = ((second >> 2) & 0x7FF) * 4;
        }
        else if ((second & 3) == 0)
        {
            ReadOnlySpan<byte> xdata = _image.Window(second, 4);
            length = xdata.Length == 4 ? (BinaryPrimitives.ReadUInt32LittleEndian(xdata) & 0x3FFFF) * 4 : 0;
        }

        return new RuntimeFunction(begin, unchecked(begin + length), second);
    }
}
