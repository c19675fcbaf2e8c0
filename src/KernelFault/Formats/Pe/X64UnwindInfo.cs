using System.Buffers.Binary;

namespace KernelFault.Formats.Pe;

// UNWIND_INFO (x64 exception handling, https://learn.microsoft.com/cpp/build/exception-handling-x64):
//   byte 0: version (3 bits), flags (5 bits)     byte 1: SizeOfProlog
//   byte 2: CountOfUnwindCodes                   byte 3: FrameRegister (4 bits), FrameOffset (4 bits, times 16)
//   codes of 2 bytes: CodeOffset, then operation (4 bits) and operation info (4 bits); some take one or two more slots.
//   After the codes, padded to an even number: a handler, or a RUNTIME_FUNCTION when UNW_FLAG_CHAININFO is set.
// Version 2 (Windows 8 and later) puts UWOP_EPILOG codes first: the first holds the epilogue's size in CodeOffset, and in its info
// bit 0 whether one ends the function; each of the others the distance of an epilogue from the function's end (12 bits).

/// <summary>The unwind information of one x64 function, still in the image.</summary>
internal readonly ref struct X64UnwindInfo
{
    internal const byte UNW_FLAG_CHAININFO = 4;

    private readonly ReadOnlySpan<byte> _codes;

    private X64UnwindInfo(ReadOnlySpan<byte> header, ReadOnlySpan<byte> codes, RuntimeFunction? chained)
    {
        Version = (byte)(header[0] & 7);
        Flags = (byte)(header[0] >> 3);
        SizeOfProlog = header[1];
        FrameRegister = (byte)(header[3] & 0xF);
        FrameOffset = (uint)(header[3] >> 4) * 16;
        _codes = codes;
        Chained = chained;
    }

    internal byte Version { get; }

    internal byte Flags { get; }

    internal byte SizeOfProlog { get; }

    /// <summary>0 when the function has no frame register.</summary>
    internal byte FrameRegister { get; }

    /// <summary>In bytes.</summary>
    internal uint FrameOffset { get; }

    /// <summary>Slots of 2 bytes, not operations.</summary>
    internal int CountOfCodes => _codes.Length / 2;

    internal bool IsChained => (Flags & UNW_FLAG_CHAININFO) != 0;

    /// <summary>The function whose prologue ran before; null when not chained.</summary>
    internal RuntimeFunction? Chained { get; }

    internal static bool TryRead(PeImage image, uint rva, out X64UnwindInfo info)
    {
        info = default;
        ReadOnlySpan<byte> header = image.Window(rva, 4 + (256 * 2) + 12);
        if (header.Length < 4)
        {
            return false;
        }

        int count = header[2];
        int chainedAt = 4 + (((count + 1) & ~1) * 2);
        bool chained = ((header[0] >> 3) & UNW_FLAG_CHAININFO) != 0;
        if (header.Length < 4 + (count * 2) || (chained && header.Length < chainedAt + 12))
        {
            return false;
        }

        RuntimeFunction? parent = null;
        if (chained)
        {
            ReadOnlySpan<byte> entry = header.Slice(chainedAt, 12);
            parent = new RuntimeFunction(
                BinaryPrimitives.ReadUInt32LittleEndian(entry),
                BinaryPrimitives.ReadUInt32LittleEndian(entry.Slice(4)),
                BinaryPrimitives.ReadUInt32LittleEndian(entry.Slice(8)));
        }

        info = new X64UnwindInfo(header, header.Slice(4, count * 2), parent);
        return info.Version is 1 or 2;
    }

    /// <summary>Reads the operation at a slot.</summary>
    /// <param name="slot">The slot; moved behind the operation.</param>
    /// <param name="code">The operation.</param>
    /// <returns>False at the end, and for an operation that is not defined or is cut short; see <see cref="IsWhole"/>.</returns>
    internal bool TryReadCode(ref int slot, out X64UnwindCode code)
    {
        code = default;
        if (slot < 0 || slot >= CountOfCodes)
        {
            return false;
        }

        ReadOnlySpan<byte> bytes = _codes.Slice(slot * 2);
        var operation = (X64UnwindOperation)(bytes[1] & 0xF);
        int info = bytes[1] >> 4;
        int slots = Slots(operation, info);
        if (slots == 0 || bytes.Length < slots * 2)
        {
            return false;
        }

        uint operand = slots switch
        {
            2 => BinaryPrimitives.ReadUInt16LittleEndian(bytes.Slice(2)),
            3 => BinaryPrimitives.ReadUInt32LittleEndian(bytes.Slice(2)),
            _ => 0,
        };
        operand = operation switch
        {
            X64UnwindOperation.UWOP_ALLOC_LARGE when slots == 2 => operand * 8,
            X64UnwindOperation.UWOP_ALLOC_SMALL => ((uint)info * 8) + 8,
            X64UnwindOperation.UWOP_SAVE_NONVOL => operand * 8,
            X64UnwindOperation.UWOP_SAVE_XMM128 => operand * 16,
            _ => operand,
        };
        code = new X64UnwindCode(bytes[0], operation, info, operand);
        slot += slots;
        return true;
    }

    /// <summary>True if every code decodes.</summary>
    internal bool IsWhole()
    {
        int slot = 0;
        while (TryReadCode(ref slot, out _))
        {
            // Only the end counts.
        }

        return slot == CountOfCodes;
    }

    private int Slots(X64UnwindOperation operation, int info) => operation switch
    {
        X64UnwindOperation.UWOP_PUSH_NONVOL => 1,
        X64UnwindOperation.UWOP_ALLOC_LARGE => info == 0 ? 2 : info == 1 ? 3 : 0,
        X64UnwindOperation.UWOP_ALLOC_SMALL => 1,
        X64UnwindOperation.UWOP_SET_FPREG => 1,
        X64UnwindOperation.UWOP_SAVE_NONVOL => 2,
        X64UnwindOperation.UWOP_SAVE_NONVOL_FAR => 3,
        X64UnwindOperation.UWOP_EPILOG => Version >= 2 ? 1 : 2,
        X64UnwindOperation.UWOP_SPARE_CODE => 3,
        X64UnwindOperation.UWOP_SAVE_XMM128 => 2,
        X64UnwindOperation.UWOP_SAVE_XMM128_FAR => 3,
        X64UnwindOperation.UWOP_PUSH_MACHFRAME => 1,
        _ => 0,
    };
}
