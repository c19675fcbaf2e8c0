using System.Buffers.Binary;
using KernelFault.Formats.Pe;

namespace KernelFault.Unwinding;

// Before version 2 unwind information does not say where epilogues are; their form is fixed instead: one "add rsp,imm" or
// "lea rsp,disp[frame register]", then pops of 64-bit registers, then a return or a jump that leaves the function. A jump through a
// register counts only with a redundant REX.W prefix: compilers mark tail calls so.

/// <summary>Recognises that an interrupted x64 function stands in its epilogue, and runs the rest of it.</summary>
internal static class X64Epilogue
{
    private const int Longest = 64;

    /// <summary>Runs the epilogue up to its return.</summary>
    /// <returns>False if there is none at <paramref name="rva"/>; the registers are unchanged then.</returns>
    internal static bool TryRun(PeImage image, uint rva, RuntimeFunction function, X64UnwindInfo info, X64Registers registers, StackMemory stack)
    {
        ReadOnlySpan<byte> code = image.Window(rva, Longest);
        int at = 0;
        ulong rsp = registers.StackPointer;
        if (!Release(code, info, registers, ref at, ref rsp))
        {
            return false;
        }

        int pops = at;
        uint popped = 0;
        while (TryPop(code, ref at, out _))
        {
            popped += 8;
        }

        if (!Leaves(image, code, at, rva, function, info) || !stack.TryReadUInt64(unchecked(rsp + popped), out _))
        {
            return false;
        }

        at = pops;
        while (TryPop(code, ref at, out int register))
        {
            if (!stack.TryReadUInt64(rsp, out ulong value))
            {
                return false;
            }

            rsp = unchecked(rsp + 8);
            if (register != X64Registers.Rsp)
            {
                registers.Set(register, value);
            }
        }

        registers.StackPointer = rsp;
        return true;
    }

    // Optional: add rsp,imm8 · add rsp,imm32 · lea rsp,disp8[frame] · lea rsp,disp32[frame]. False only for a frame register that is not known.
    private static bool Release(ReadOnlySpan<byte> code, X64UnwindInfo info, X64Registers registers, ref int at, ref ulong rsp)
    {
        if (code.Length >= 4 && code[0] == 0x48 && code[1] == 0x83 && code[2] == 0xC4)
        {
            rsp = unchecked(rsp + (ulong)(sbyte)code[3]);
            at = 4;
        }
        else if (code.Length >= 7 && code[0] == 0x48 && code[1] == 0x81 && code[2] == 0xC4)
        {
            rsp = unchecked(rsp + (ulong)BinaryPrimitives.ReadInt32LittleEndian(code.Slice(3)));
            at = 7;
        }
        else if (code.Length >= 7 && (code[0] & 0xFE) == 0x48 && code[1] == 0x8D && (code[2] & 0x38) == 0x20 && (code[2] >> 6) is 1 or 2 && (code[2] & 7) != 4)
        {
            int frame = ((code[0] & 1) << 3) | (code[2] & 7);
            bool near = (code[2] >> 6) == 1;
            if (frame == info.FrameRegister && frame != 0)
            {
                if (!registers.TryGet(frame, out ulong value))
                {
                    return false;
                }

                rsp = unchecked(value + (ulong)(near ? (sbyte)code[3] : BinaryPrimitives.ReadInt32LittleEndian(code.Slice(3))));
                at = near ? 4 : 7;
            }
        }

        return true;
    }

    private static bool TryPop(ReadOnlySpan<byte> code, ref int at, out int register)
    {
        register = 0;
        if (at < code.Length && (code[at] & 0xF8) == 0x58)
        {
            register = code[at] & 7;
            at++;
            return true;
        }

        if (at + 1 < code.Length && (code[at] & 0xF0) == 0x40 && (code[at + 1] & 0xF8) == 0x58)
        {
            register = ((code[at] & 1) << 3) | (code[at + 1] & 7);
            at += 2;
            return true;
        }

        return false;
    }

    private static bool Leaves(PeImage image, ReadOnlySpan<byte> code, int at, uint rva, RuntimeFunction function, X64UnwindInfo info)
    {
        ReadOnlySpan<byte> rest = code.Slice(at);
        int prefix = rest.Length > 0 && rest[0] is 0xF2 or 0xF3 ? 1 : 0;
        rest = rest.Slice(prefix);
        if (rest.Length < 5)
        {
            return rest.Length > 0 && rest[0] is 0xC3 or 0xC2;
        }

        switch (rest[0])
        {
            case 0xC3 or 0xC2:
                return true;
            case 0xEB:
                return LeavesTo(image, unchecked((uint)(rva + at + prefix + 2 + (sbyte)rest[1])), function, info);
            case 0xE9:
                return LeavesTo(image, unchecked((uint)(rva + at + prefix + 5 + BinaryPrimitives.ReadInt32LittleEndian(rest.Slice(1)))), function, info);
            case 0xFF:
                return rest[1] == 0x25;
            default:
                return (rest[0] & 0xF8) == 0x48 && rest[1] == 0xFF && (rest[2] & 0x38) == 0x20;
        }
    }

    // A jump to the function's own start is a recursive tail call; one into another part of the same function is not the end of it.
    private static bool LeavesTo(PeImage image, uint target, RuntimeFunction function, X64UnwindInfo info)
    {
        if (function.Contains(target))
        {
            return target == function.BeginAddress && !info.IsChained;
        }

        uint primary = Primary(image, function);
        return !image.TryFindFunction(target, out RuntimeFunction other) || target == Primary(image, other) || Primary(image, other) != primary;
    }

    /// <summary>RVA of the start of the function that an entry is a part of.</summary>
    internal static uint Primary(PeImage image, RuntimeFunction function)
    {
        for (int i = 0; i < 32; i++)
        {
            if (!X64UnwindInfo.TryRead(image, function.UnwindData & ~1u, out X64UnwindInfo info) || info.Chained is not { } parent)
            {
                break;
            }

            function = parent;
        }

        return function.BeginAddress;
    }
}
