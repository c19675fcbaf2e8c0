using KernelFault.Dumps;

namespace KernelFault.Unwinding;

/// <summary>The x64 integer registers in the order of their numbers in instructions and unwind codes, as far as known.</summary>
internal sealed class X64Registers
{
    internal const int Rsp = 4;

    private static readonly string[] s_names =
        ["rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15"];

    private readonly ulong[] _values = new ulong[16];
    private uint _known;

    internal ulong Rip { get; set; }

    internal ulong StackPointer
    {
        get => _values[Rsp];
        set => Set(Rsp, value);
    }

    internal static X64Registers From(RegisterSet registers)
    {
        var result = new X64Registers { Rip = registers.InstructionPointer.ToUInt64() };
        for (int i = 0; i < s_names.Length; i++)
        {
            if (registers[s_names[i]] is { } value)
            {
                result.Set(i, value);
            }
        }

        return result;
    }

    internal bool TryGet(int register, out ulong value)
    {
        value = _values[register];
        return (_known & (1u << register)) != 0;
    }

    internal void Set(int register, ulong value)
    {
        _values[register] = value;
        _known |= 1u << register;
    }

    /// <summary>Forgets everything but the instruction and stack pointer.</summary>
    internal void Restart(ulong rip, ulong rsp)
    {
        _known = 0;
        Rip = rip;
        StackPointer = rsp;
    }

    /// <summary>After a return only the non-volatile registers are what the caller had.</summary>
    internal void ForgetVolatile()
    {
        const uint Volatile = (1u << 0) | (1u << 1) | (1u << 2) | (1u << 8) | (1u << 9) | (1u << 10) | (1u << 11);
        _known &= ~Volatile;
    }

    internal void CopyFrom(X64Registers other)
    {
        other._values.CopyTo(_values, 0);
        _known = other._known;
        Rip = other.Rip;
    }
}
