using System.Buffers.Binary;

namespace KernelFault.Formats.Orc;

// struct orc_entry (arch/x86/include/asm/orc_types.h), 6 bytes, packed:
//   s16 sp_offset, s16 bp_offset, then 16 bits: sp_reg:4, bp_reg:4 and
//     4.14 - 4.17   type:2                      CALL 0, REGS 1, REGS_IRET 2; no mark of the end of a stack
//     4.18 - 6.2    type:2 end:1                undefined sp_reg with end set is the end of a stack
//     6.3           type:2 signal:1 end:1
//     6.4 -         type:3 signal:1             UNDEFINED 0, END_OF_STACK 1, CALL 2, REGS 3, REGS_PARTIAL 4
//   Before 6.3 whatever leads to registers is a signal frame.
// Registers, up to 6.x:  UNDEFINED PREV_SP DX DI BP SP R10 R13 BP_INDIRECT SP_INDIRECT
//            in 7.2:     UNDEFINED AX DX SP BP DI R10 R13 PREV_SP SP_INDIRECT BP_INDIRECT
//   Until 5.12 SP_INDIRECT was the word at rsp + offset, since then it is the word at rsp, plus offset.
// Stable kernels carry other layouts than their number says, and nothing in a dump names the numbering of the registers. The entry of a
// function's first instruction shows it: there the caller's stack is always rsp + 8, and the kind is a call.

/// <summary>How one version of the kernel writes <c>struct orc_entry</c>.</summary>
internal sealed class OrcLayout
{
    /// <summary>Bytes of an entry, in every version.</summary>
    internal const int EntrySize = 6;

    /// <summary>The bit of the entry where <c>type</c> starts, in every version.</summary>
    internal const int TypeBit = 40;

    private const int FlagsBit = 32;
    private const int EarlyRsp = 5;
    private const int LateRsp = 3;

    private static readonly OrcRegister[] Early =
    [
        OrcRegister.Undefined, OrcRegister.PreviousSp, OrcRegister.Rdx, OrcRegister.Rdi, OrcRegister.Rbp, OrcRegister.Rsp,
        OrcRegister.R10, OrcRegister.R13, OrcRegister.RbpIndirect, OrcRegister.RspIndirect,
    ];

    private static readonly OrcRegister[] Late =
    [
        OrcRegister.Undefined, OrcRegister.Rax, OrcRegister.Rdx, OrcRegister.Rsp, OrcRegister.Rbp, OrcRegister.Rdi,
        OrcRegister.R10, OrcRegister.R13, OrcRegister.PreviousSp, OrcRegister.RspIndirect, OrcRegister.RbpIndirect,
    ];

    private readonly int _typeBits;
    private readonly int _signalBit;
    private readonly int _endBit;
    private readonly bool _isIndirectOffsetInner;
    private readonly OrcRegister[] _registers;

    private OrcLayout(int typeBits, int? signalBit, int? endBit, bool isIndirectOffsetInner, OrcRegister[] registers)
    {
        _typeBits = typeBits;
        _signalBit = (signalBit ?? 0) - FlagsBit;
        _endBit = (endBit ?? 0) - FlagsBit;
        _isIndirectOffsetInner = isIndirectOffsetInner;
        _registers = registers;
    }

    /// <summary>The layout that a release came with.</summary>
    internal static OrcLayout ForRelease(int major, int minor)
    {
        int version = (Math.Min(Math.Max(major, 0), 1000) * 1000) + Math.Min(Math.Max(minor, 0), 999);
        return version switch
        {
            >= 7000 => new OrcLayout(3, 43, null, false, Late),
            >= 6004 => new OrcLayout(3, 43, null, false, Early),
            >= 6003 => new OrcLayout(2, 42, 43, false, Early),
            >= 4018 => new OrcLayout(2, null, 42, version < 5013, Early),
            _ => new OrcLayout(2, null, null, true, Early),
        };
    }

    /// <summary>The same with the bit fields the kernel's types describe.</summary>
    /// <param name="typeBits">Width of <c>type</c>: 2 or 3.</param>
    /// <param name="signalBit">The bit of the entry that is <c>signal</c>; null when there is none.</param>
    /// <param name="endBit">The bit of the entry that is <c>end</c>; null when there is none.</param>
    internal OrcLayout WithFields(int typeBits, int? signalBit, int? endBit) =>
        new(typeBits, signalBit, endBit, _isIndirectOffsetInner, _registers);

    /// <summary>The same with what the entry of a function's first instruction shows.</summary>
    /// <param name="bytes">That entry.</param>
    /// <param name="layout">The layout; this one when the entry is not as it must be there.</param>
    /// <returns>False if the entry shows nothing.</returns>
    internal bool TryAdjust(ReadOnlySpan<byte> bytes, out OrcLayout layout)
    {
        layout = this;
        int flags = BinaryPrimitives.ReadUInt16LittleEndian(bytes.Slice(4));
        int sp = flags & 15;
        int type = (flags >> (TypeBit - FlagsBit)) & 7;
        if (BinaryPrimitives.ReadInt16LittleEndian(bytes) != 8 || sp is not (EarlyRsp or LateRsp) || type is not (0 or 2))
        {
            return false;
        }

        // A call is 0 where the type has two bits, and 2 where it has three.
        OrcLayout fields = (type == 2) == (_typeBits == 3) ? this : type == 2 ? ForRelease(6, 4) : ForRelease(6, 2);
        layout = new OrcLayout(
            fields._typeBits,
            fields._signalBit + FlagsBit,
            fields._endBit + FlagsBit,
            _isIndirectOffsetInner,
            sp == EarlyRsp ? Early : Late);
        return true;
    }

    /// <summary>Reads one entry.</summary>
    /// <param name="bytes">Its six bytes.</param>
    internal OrcEntry Decode(ReadOnlySpan<byte> bytes)
    {
        int flags = BinaryPrimitives.ReadUInt16LittleEndian(bytes.Slice(4));
        OrcRegister sp = Register(flags & 15);
        OrcFrameKind kind = Kind((flags >> (TypeBit - FlagsBit)) & ((1 << _typeBits) - 1), sp, flags);
        bool signal = _signalBit >= 0
            ? ((flags >> _signalBit) & 1) != 0
            : kind is OrcFrameKind.Registers or OrcFrameKind.InterruptFrame;
        return new OrcEntry(
            kind,
            sp == OrcRegister.RspIndirect && _isIndirectOffsetInner ? OrcRegister.RspOffsetIndirect : sp,
            BinaryPrimitives.ReadInt16LittleEndian(bytes),
            Register((flags >> 4) & 15),
            BinaryPrimitives.ReadInt16LittleEndian(bytes.Slice(2)),
            signal);
    }

    private OrcRegister Register(int number) => number < _registers.Length ? _registers[number] : OrcRegister.Invalid;

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
