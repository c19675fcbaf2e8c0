using KernelFault.Memory;

namespace KernelFault.Dumps;

/// <summary>The registers of one processor at one moment, from a context, trap or exception frame.</summary>
public sealed class RegisterSet
{
    private readonly Dictionary<string, ulong> _values;

    /// <summary>Collects registers.</summary>
    /// <param name="architecture">Whose registers they are.</param>
    /// <param name="values">Name in lower case (<c>rip</c>, <c>eax</c>, <c>x0</c>, <c>pc</c>) and value, in the order to show.</param>
    public RegisterSet(Architecture architecture, IReadOnlyList<RegisterValue> values)
    {
        Architecture = architecture;
        _values = new Dictionary<string, ulong>(StringComparer.OrdinalIgnoreCase);
        var copy = new RegisterValue[values.Count];
        for (int i = 0; i < copy.Length; i++)
        {
            copy[i] = values[i];
            _values[copy[i].Name] = copy[i].Value;
        }

        Values = copy;
    }

    /// <summary>Whose registers they are.</summary>
    public Architecture Architecture { get; }

    /// <summary>Every register that is known, in the order to show.</summary>
    public IReadOnlyList<RegisterValue> Values { get; }

    /// <summary>The next instruction: <c>rip</c>, <c>eip</c> or <c>pc</c>.</summary>
    public VirtualAddress InstructionPointer => new(this[Architecture switch
    {
        Architecture.X86 => "eip",
        Architecture.X64 => "rip",
        _ => "pc",
    }] ?? 0);

    /// <summary>The stack: <c>rsp</c>, <c>esp</c>, <c>sp</c>, or the general register that serves as such (<c>r1</c> of PowerPC, <c>r15</c> of s390).</summary>
    public VirtualAddress StackPointer => new(this[Architecture switch
    {
        Architecture.X86 => "esp",
        Architecture.X64 => "rsp",
        Architecture.PowerPc or Architecture.PowerPc64 => "r1",
        Architecture.S390X => "r15",
        _ => "sp",
    }] ?? 0);

    /// <summary>One register.</summary>
    /// <param name="name">Its name, in any case.</param>
    /// <returns>Its value; null when this set does not hold it (a trap frame lacks the non-volatile ones).</returns>
    public ulong? this[string name] => _values.TryGetValue(name, out ulong value) ? value : null;
}
