using System.Buffers.Binary;

namespace KernelFault.Formats.Orc;

// struct orc_entry (arch/x86/include/asm/orc_types.h), 6 bytes, packed:
//   s16 sp_offset, s16 bp_offset, then 16 bits: sp_reg:4, bp_reg:4 and
//     4.14 - 4.17   type:2                      CALL 0, REGS 1, REGS_IRET 2; no mark of the end of a stack
//     4.18 - 6.2    type:2 end:1                undefined sp_reg with end set is the end of a stack
//     6.3           type:2 signal:1 end:1
//     6.4 -         type:3 signal:1             UNDEFINED 0, END_OF_STACK 1, CALL 2, REGS 3, REGS_PARTIAL 4
//   Before 6.3 whatever leads to registers is a signal frame. Stable kernels carry newer layouts than their number says: where the
//   dump describes the type, that decides.
// Until 5.12 sp_reg SP_INDIRECT was the word at rsp + offset, since then it is the word at rsp, plus offset.

/// <summary>How one version of the kernel writes <c>struct orc_entry</c>.</summary>
internal sealed class OrcLayout
{
    /// <summary>Bytes of an entry, in every version.</summary>
    internal const int EntrySize = 6;

    /// <summary>The bit of the entry where <c>type</c> starts, in every version.</summary>
    internal const int TypeBit = 40;

    private const int FlagsBit = 32;
    private readonly int _typeBits;
    private readonly int _signalBit;
    private readonly int _endBit;

    /// <summary>A layout from the description of its bit fields.</summary>
    /// <param name="typeBits">Width of <c>type</c>: 2 or 3.</param>
    /// <param name="signalBit">The bit of the entry that is <c>signal</c>; null when there is none.</param>
    /// <param name="endBit">The bit of the entry that is <c>end</c>; null when there is none.</param>
    /// <param name="isIndirectOffsetInner">True where an indirect stack offset is added before the word is read (until 5.12).</param>
    internal OrcLayout(int typeBits, int? signalBit, int? endBit, bool isIndirectOffsetInner = false)
    {
        _typeBits = typeBits;
        _signalBit = (signalBit ?? 0) - FlagsBit;
        _endBit = (endBit ?? 0) - FlagsBit;
        IsIndirectOffsetInner = isIndirectOffsetInner;
    }

    /// <summary>True where the offset of an indirect stack register is added before the word is read.</summary>
    internal bool IsIndirectOffsetInner { get; }

    /// <summary>The layout that a release came with, where the dump does not describe it.</summary>
    internal static OrcLayout ForRelease(int major, int minor)
    {
        int version = (Math.Min(Math.Max(major, 0), 1000) * 1000) + Math.Min(Math.Max(minor, 0), 999);
        return version switch
        {
            >= 6004 => new OrcLayout(3, 43, null),
            >= 6003 => new OrcLayout(2, 42, 43),
            >= 4018 => new OrcLayout(2, null, 42, version < 5013),
            _ => new OrcLayout(2, null, null, true),
        };
    }

    /// <summary>Reads one entry.</summary>
    /// <param name="bytes">Its six bytes.</param>
    internal OrcEntry Decode(ReadOnlySpan<byte> bytes)
    {
        int flags = BinaryPrimitives.ReadUInt16LittleEndian(bytes.Slice(4));
        var sp = (OrcRegister)(flags & 15);
        OrcFrameKind kind = Kind((flags >> (TypeBit - FlagsBit)) & ((1 << _typeBits) - 1), sp, flags);
        bool signal = _signalBit >= 0
            ? ((flags >> _signalBit) & 1) != 0
            : kind is OrcFrameKind.Registers or OrcFrameKind.InterruptFrame;
        return new OrcEntry(
            kind,
            sp == OrcRegister.RspIndirect && IsIndirectOffsetInner ? OrcRegister.RspOffsetIndirect : sp,
            BinaryPrimitives.ReadInt16LittleEndian(bytes),
            (OrcRegister)((flags >> 4) & 15),
            BinaryPrimitives.ReadInt16LittleEndian(bytes.Slice(2)),
            signal);
    }

    private OrcFrameKind Kind(int type, OrcRegister sp, int flags)
    {
        if (_typeBits == 3)
        {
            return type <= (int)OrcFrameKind.InterruptFrame ? (OrcFrameKind)type : OrcFrameKind.Undefined;
        }

        if (sp == OrcRegister.Undefined)
        {
            // Without the bit nobody can tell; every stack ends at such code.
            bool ends = _endBit < 0 || ((flags >> _endBit) & 1) != 0;
            return ends ? OrcFrameKind.EndOfStack : OrcFrameKind.Undefined;
        }

        return type switch
        {
            0 => OrcFrameKind.Call,
            1 => OrcFrameKind.Registers,
            2 => OrcFrameKind.InterruptFrame,
            _ => OrcFrameKind.Undefined,
        };
    }
}
