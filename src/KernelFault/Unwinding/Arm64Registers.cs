using System.Globalization;
using KernelFault.Dumps;

namespace KernelFault.Unwinding;

/// <summary>The ARM64 integer registers, as far as known.</summary>
internal sealed class Arm64Registers
{
    internal const int Fp = 29;
    internal const int Lr = 30;

    private readonly ulong[] _values = new ulong[31];
    private uint _known;

    internal ulong Pc { get; set; }

    internal ulong Sp { get; set; }

    /// <summary>False after a step along the frame pointers: only a function that restores sp from fp can be unwound then.</summary>
    internal bool IsSpExact { get; set; } = true;

    internal static Arm64Registers From(RegisterSet registers)
    {
        var result = new Arm64Registers { Pc = registers.InstructionPointer.ToUInt64(), Sp = registers.StackPointer.ToUInt64() };
        for (int i = 0; i < 29; i++)
        {
            result.Set(i, registers["x" + i.ToString(CultureInfo.InvariantCulture)]);
        }

        result.Set(Fp, registers["fp"] ?? registers["x29"]);
        result.Set(Lr, registers["lr"] ?? registers["x30"]);
        return result;
    }

    internal bool TryGet(int register, out ulong value)
    {
        value = _values[register];
        return (_known & (1u << register)) != 0;
    }

    internal void Set(int register, ulong? value)
    {
        _values[register] = value ?? 0;
        _known = value is null ? _known & ~(1u << register) : _known | (1u << register);
    }

    internal void Forget() => _known = 0;

    /// <summary>After a return only x19 to x28 and fp are what the caller had; lr has been used.</summary>
    internal void ForgetVolatile() => _known &= 0x3FF80000;

    internal void CopyFrom(Arm64Registers other)
    {
        other._values.CopyTo(_values, 0);
        _known = other._known;
        Pc = other.Pc;
        Sp = other.Sp;
        IsSpExact = other.IsSpExact;
    }
}
