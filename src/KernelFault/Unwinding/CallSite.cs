using System.Buffers.Binary;
using KernelFault.Dumps;
using KernelFault.Kernels;
using KernelFault.Kernels.Images;

namespace KernelFault.Unwinding;

// A return address lies right behind a call instruction:
//   x86, x64: E8 rel32; FF /2 with any addressing form (2 to 7 bytes).
//   ARM64:    BL, BLR and the pointer-authenticating BLRAA, BLRAB, BLRAAZ, BLRABZ.
// Windows 10 1809 and later rewrite indirect calls of drivers at load time (import optimization, retpoline): in the file stands
// "FF 15 disp32" (with a REX prefix) and a five-byte nop, in memory "mov r10,[…]" and "call rel32" over all twelve bytes. A return
// address from memory then lies behind the nop of the file.

/// <summary>Tells whether a call instruction stands right before an address.</summary>
internal sealed class CallSite
{
    private const int Lookback = 12;

    private readonly Architecture _architecture;
    private readonly CodeMemory _code;

    private static ReadOnlySpan<byte> FiveByteNop => [0x0F, 0x1F, 0x44, 0x00, 0x00];

    internal CallSite(Architecture architecture, CodeMemory code)
    {
        _architecture = architecture;
        _code = code;
    }

    /// <summary>True or false where the code is at hand, else null.</summary>
    internal bool? Precedes(ulong address, KernelModule? module)
    {
        Span<byte> code = stackalloc byte[Lookback];
        if (_architecture == Architecture.Arm64)
        {
            Span<byte> word = code.Slice(0, 4);
            return address < 4 || _code.Read(address - 4, module, word, out _) < 4
                ? null
                : IsArm64Call(BinaryPrimitives.ReadUInt32LittleEndian(word));
        }

        if (_code.Read(address - Lookback, module, code, out _) == Lookback)
        {
            return EndsWithCall(code);
        }

        // At the start of what the dump holds: the longest call has seven bytes.
        Span<byte> shorter = code.Slice(0, 7);
        return _code.Read(address - 7, module, shorter, out _) == 7 ? EndsWithCall(shorter) : null;
    }

    internal static bool IsArm64Call(uint instruction) =>
        (instruction & 0xFC000000) == 0x94000000
        || (instruction & 0xFFFFFC1F) == 0xD63F0000
        || (instruction & 0xFEFFF800) == 0xD63F0800;

    internal static bool EndsWithCall(ReadOnlySpan<byte> code)
    {
        int end = code.Length;
        if (end >= 5 && code[end - 5] == 0xE8)
        {
            return true;
        }

        for (int length = 2; length <= 7 && length <= end; length++)
        {
            if (code[end - length] == 0xFF && IndirectCallLength(code.Slice(end - length)) == length)
            {
                return true;
            }
        }

        return end >= 12
            && code[end - 12] == 0x48 && code[end - 11] == 0xFF && code[end - 10] == 0x15
            && code.Slice(end - 5).SequenceEqual(FiveByteNop);
    }

    // Bytes of "call r/m" without prefixes; 0 when it is another instruction.
    private static int IndirectCallLength(ReadOnlySpan<byte> code)
    {
        if (code.Length < 2 || (code[1] & 0x38) != 0x10)
        {
            return 0;
        }

        int mode = code[1] >> 6;
        int rm = code[1] & 7;
        if (mode == 3)
        {
            return 2;
        }

        int length = 2;
        int baseRegister = rm;
        if (rm == 4)
        {
            if (code.Length < 3)
            {
                return 0;
            }

            length = 3;
            baseRegister = code[2] & 7;
        }

        return mode switch
        {
            0 => baseRegister == 5 ? length + 4 : length,
            1 => length + 1,
            _ => length + 4,
        };
    }
}
