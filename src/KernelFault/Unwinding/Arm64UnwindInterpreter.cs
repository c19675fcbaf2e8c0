namespace KernelFault.Unwinding;

// ARM64 unwind codes, the names of the specification (https://learn.microsoft.com/cpp/build/arm64-exception-handling#unwind-codes).
// The custom ones undo the kernel's own frames: MSFT_OP_TRAP_FRAME a KTRAP_FRAME at sp (Sp 0x98, X0 0xA0, Lr 0x138, Fp 0x140, Pc 0x148),
// MSFT_OP_MACHINE_FRAME sp and pc, MSFT_OP_CONTEXT a CONTEXT (X0 at 8, Sp 0x100, Pc 0x108), MSFT_OP_EC_CONTEXT one of x64 form.

/// <summary>Runs ARM64 unwind codes.</summary>
internal sealed class Arm64UnwindInterpreter
{
    private const byte End = 0xE4;
    private const byte EndC = 0xE5;

    private readonly StackMemory _stack;
    private readonly Arm64Registers _registers;
    private int _saveNext;

    internal Arm64UnwindInterpreter(StackMemory stack, Arm64Registers registers)
    {
        _stack = stack;
        _registers = registers;
    }

    /// <summary>True if a code gave the program counter itself; else it is in lr.</summary>
    internal bool PcIsSet { get; private set; }

    /// <summary>True if the caller was interrupted.</summary>
    internal bool Interrupted { get; private set; }

    /// <summary>Where lr or pc was saved; null when it stayed in its register.</summary>
    internal ulong? LinkSlot { get; private set; }

    /// <summary>Instructions that the codes up to the next end stand for.</summary>
    internal static int Instructions(byte[] codes, int index)
    {
        int count = 0;
        while (index >= 0 && index < codes.Length && codes[index] is not (End or EndC))
        {
            count += codes[index] is >= 0xE8 and <= 0xF7 ? 0 : 1;
            index += Size(codes[index]);
        }

        return count;
    }

    /// <summary>Undoes what the codes stand for.</summary>
    /// <param name="codes">The codes.</param>
    /// <param name="index">The first one.</param>
    /// <param name="skip">How many to pass over first.</param>
    /// <returns>False for an undefined or impossible code, and when memory or a register is missing.</returns>
    internal bool Run(byte[] codes, int index, int skip)
    {
        for (; skip > 0 && index < codes.Length && codes[index] is not (End or EndC); skip--)
        {
            index += Size(codes[index]);
        }

        while (index < codes.Length)
        {
            byte code = codes[index];
            int size = Size(code);
            if (code == End)
            {
                return _saveNext == 0;
            }

            if (index + size > codes.Length || !Step(code, codes.AsSpan(index, size)))
            {
                return false;
            }

            index += size;
        }

        return _saveNext == 0;
    }

    private static int Size(byte code) => code switch
    {
        < 0xC0 => 1,
        < 0xE0 => 2,
        0xE0 => 4,
        0xE2 => 2,
        0xE7 => 3,
        >= 0xF8 and <= 0xFB => code - 0xF8 + 2,
        _ => 1,
    };

    private bool Step(byte code, ReadOnlySpan<byte> bytes)
    {
        int low = bytes.Length > 1 ? bytes[1] : 0;
        int pair = ((code & 3) << 2) | (low >> 6);
        int offset = (low & 0x3F) * 8;
        switch (code)
        {
            case <= 0x1F: // alloc_s
                return Allocate((code & 0x1F) * 16L);
            case <= 0x3F: // save_r19r20_x
                return Pair(19, -(code & 0x1F) * 8);
            case <= 0x7F: // save_fplr
                return NoNext() && Restore(29, (code & 0x3F) * 8, 2);
            case <= 0xBF: // save_fplr_x
                return NoNext() && Restore(29, -((code & 0x3F) + 1) * 8, 2);
            case <= 0xC7: // alloc_m
                return Allocate((((code & 7) << 8) | low) * 16L);
            case <= 0xCB: // save_regp
                return Pair(19 + pair, offset);
            case <= 0xCF: // save_regp_x
                return Pair(19 + pair, -(offset + 8));
            case <= 0xD3: // save_reg
                return NoNext() && Restore(19 + pair, offset, 1);
            case <= 0xD5: // save_reg_x
                return NoNext() && Restore(19 + ((code & 1) << 3) + (low >> 5), -((low & 0x1F) + 1) * 8, 1);
            case <= 0xD7: // save_lrpair
                return NoNext() && Restore(19 + (2 * (((code & 1) << 2) | (low >> 6))), offset, 1) && Restore(30, offset + 8, 1);
            case <= 0xD9: // save_fregp
                return FloatingPair(0);
            case <= 0xDB: // save_fregp_x
                return FloatingPair(offset + 8);
            case <= 0xDD: // save_freg
                return NoNext();
            case 0xDE: // save_freg_x
                return Allocate(((low & 0x1F) + 1) * 8);
            case 0xE0: // alloc_l
                return Allocate(((bytes[1] << 16) | (bytes[2] << 8) | bytes[3]) * 16L);
            case 0xE1: // set_fp
                return FromFramePointer(0);
            case 0xE2: // add_fp
                return FromFramePointer(low * 8L);
            case 0xE3: // nop
                return NoNext();
            case EndC: // end_c: the codes of the parent scope follow
                return true;
            case 0xE6: // save_next
                _saveNext++;
                return _saveNext < 8;
            case 0xE7: // save_any_reg
                return AnyRegister(bytes[1], bytes[2]);
            case >= 0xE8 and <= 0xEC:
                return NoNext() && Custom(code);
            case 0xFC: // pac_sign_lr
                return NoNext() && Authenticated();
            case >= 0xF8: // reserved for what needs no action
                return NoNext();
            default:
                return false;
        }
    }

    private bool NoNext() => _saveNext == 0;

    private bool Allocate(long bytes)
    {
        _registers.Sp = unchecked(_registers.Sp + (ulong)bytes);
        return NoNext();
    }

    private bool FromFramePointer(long below)
    {
        if (!_registers.TryGet(Arm64Registers.Fp, out ulong frame))
        {
            return false;
        }

        _registers.Sp = unchecked(frame - (ulong)below);
        _registers.IsSpExact = true;
        return NoNext();
    }

    private bool Pair(int register, int offset)
    {
        int count = 2 + (2 * _saveNext);
        _saveNext = 0;
        return Restore(register, offset, count);
    }

    // Floating-point registers are not followed, but their save may have moved sp.
    private bool FloatingPair(int bytes)
    {
        _saveNext = 0;
        _registers.Sp = unchecked(_registers.Sp + (ulong)bytes);
        return true;
    }

    private bool AnyRegister(byte first, byte second)
    {
        bool pair = (first & 0x40) != 0;
        bool indexed = (first & 0x20) != 0;
        int kind = second >> 6;
        if ((first & 0x80) != 0 || kind == 3 || (!pair && _saveNext != 0))
        {
            return false;
        }

        int count = (pair ? 2 : 1) + (2 * _saveNext);
        _saveNext = 0;
        int offset = ((second & 0x3F) + (indexed ? 1 : 0)) * (indexed || pair || kind == 2 ? 16 : 8);
        if (kind == 0)
        {
            return Restore(first & 0x1F, indexed ? -offset : offset, count);
        }

        _registers.Sp = unchecked(_registers.Sp + (ulong)(indexed ? offset : 0));
        return true;
    }

    // A negative offset is a pre-indexed store: the registers lie at sp, which then rises.
    private bool Restore(int register, int offset, int count)
    {
        if (!_registers.IsSpExact || register + count > 31)
        {
            return false;
        }

        ulong at = unchecked(_registers.Sp + (ulong)Math.Max(offset, 0));
        for (int i = 0; i < count; i++)
        {
            if (!_stack.TryReadUInt64(at, out ulong value))
            {
                return false;
            }

            _registers.Set(register + i, value);
            LinkSlot = register + i == Arm64Registers.Lr ? at : LinkSlot;
            at += 8;
        }

        _registers.Sp = unchecked(_registers.Sp + (ulong)Math.Max(-offset, 0));
        return true;
    }

    private bool Authenticated()
    {
        if (_registers.TryGet(Arm64Registers.Lr, out ulong link))
        {
            _registers.Set(Arm64Registers.Lr, Arm64PointerAuthentication.Strip(link));
        }

        return true;
    }

    private bool Custom(byte code) => code switch
    {
        0xE8 => Frame(firstRegister: 0xA0, registers: 19, sp: 0x98, pc: 0x148, fp: 0x140, lr: 0x138),
        0xE9 => Frame(0, 0, sp: 0, pc: 8, fp: null, lr: null),
        0xEA => Frame(firstRegister: 8, registers: 29, sp: 0x100, pc: 0x108, fp: 0xF0, lr: 0xF8),
        0xEB => Frame(0, 0, sp: 0x98, pc: 0xF8, fp: 0xA0, lr: null),
        _ => ClearUnwoundToCall(),
    };

    private bool ClearUnwoundToCall()
    {
        PcIsSet = true;
        Interrupted = true;
        bool known = _registers.TryGet(Arm64Registers.Lr, out ulong link);
        _registers.Pc = Arm64PointerAuthentication.Strip(link);
        return known;
    }

    private bool Frame(uint firstRegister, int registers, uint sp, uint pc, uint? fp, uint? lr)
    {
        ulong frame = _registers.Sp;
        if (!_registers.IsSpExact || !_stack.TryReadUInt64(unchecked(frame + sp), out ulong newSp) || !_stack.TryReadUInt64(unchecked(frame + pc), out ulong newPc))
        {
            return false;
        }

        for (int i = 0; i < registers; i++)
        {
            _registers.Set(i, Word(frame + firstRegister + (uint)(i * 8)));
        }

        if (fp is { } framePointer)
        {
            _registers.Set(Arm64Registers.Fp, Word(frame + framePointer));
        }

        _registers.Set(Arm64Registers.Lr, lr is { } link ? Word(frame + link) : null);
        _registers.Sp = newSp;
        _registers.Pc = newPc;
        LinkSlot = unchecked(frame + pc);
        PcIsSet = true;
        Interrupted = true;
        return true;
    }

    private ulong? Word(ulong address) => _stack.TryReadUInt64(address, out ulong value) ? value : null;
}
