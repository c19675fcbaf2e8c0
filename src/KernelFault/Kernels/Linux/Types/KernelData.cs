using KernelFault.Dumps.Linux;
using KernelFault.Memory;

namespace KernelFault.Kernels.Linux.Types;

/// <summary>What it takes to read a kernel's own data: its memory, where its variables are, and what its types look like.</summary>
/// <remarks>
/// VMCOREINFO is asked first, because it is at hand; kallsyms and BTF are decoded only for what it does not say. All three are of the
/// same kernel and agree where they overlap.
/// </remarks>
internal sealed class KernelData
{
    private readonly Func<string, VirtualAddress?> _symbol;
    private readonly Func<KernelTypes?> _types;
    private readonly Dictionary<string, ulong> _symbols = new(StringComparer.Ordinal);
    private ulong? _perCpuOffsets;

    /// <summary>Brings the three together.</summary>
    /// <param name="memory">The kernel's memory.</param>
    /// <param name="types">Fetches its types, when they are first asked for; null when it has no BTF.</param>
    /// <param name="symbol">Where a variable or function is, from kallsyms; null for one that is not there.</param>
    /// <param name="info">VMCOREINFO; null when the dump has none.</param>
    internal KernelData(IMemoryReader memory, Func<KernelTypes?> types, Func<string, VirtualAddress?> symbol, VmcoreInfo? info)
    {
        Memory = memory;
        _types = types;
        _symbol = symbol;
        Info = info;
    }

    /// <summary>The kernel's memory.</summary>
    internal IMemoryReader Memory { get; }

    /// <summary>Its types; null when it has no BTF.</summary>
    internal KernelTypes? Types => _types();

    /// <summary>VMCOREINFO; null when the dump has none.</summary>
    internal VmcoreInfo? Info { get; }

    /// <summary>Where a variable or function is.</summary>
    /// <param name="name">The symbol.</param>
    /// <returns>Its address (of a per-CPU variable, as kallsyms has it); 0 when the kernel has none of the name.</returns>
    internal ulong Symbol(string name)
    {
        if (!_symbols.TryGetValue(name, out ulong address))
        {
            address = Info?.Symbol(name) ?? (_symbol(name) is { } found ? found.ToUInt64() : 0);
            _symbols.Add(name, address);
        }

        return address;
    }

    /// <summary>Where a member begins, in bytes from the start of its structure.</summary>
    /// <param name="type">The structure.</param>
    /// <param name="path">As for <see cref="KernelTypes.OffsetOf"/>.</param>
    /// <returns>Null when neither VMCOREINFO nor BTF says it.</returns>
    internal uint? OffsetOf(string type, string path) =>
        Fit(Info?.Offset(type + "." + path)) ?? Types?.OffsetOf(type, path);

    /// <summary>Bytes a type takes.</summary>
    /// <param name="type">The type.</param>
    /// <returns>Null when neither VMCOREINFO nor BTF says it.</returns>
    internal uint? SizeOf(string type) => Fit(Info?.Size(type)) ?? Types?.SizeOf(type);

    /// <summary>Reads a 64-bit word or a pointer.</summary>
    /// <param name="address">Where it is.</param>
    /// <returns>Null when it is not in the dump.</returns>
    internal ulong? Word(ulong address) => Memory.TryReadUInt64(new VirtualAddress(address), out ulong value) ? value : null;

    /// <summary>Reads a 32-bit word.</summary>
    /// <param name="address">Where it is.</param>
    /// <returns>Null when it is not in the dump.</returns>
    internal uint? HalfWord(ulong address) => Memory.TryReadUInt32(new VirtualAddress(address), out uint value) ? value : null;

    /// <summary>Reads a 64-bit variable.</summary>
    /// <param name="symbol">Its name.</param>
    /// <returns>Null when the kernel has none of the name or it is not in the dump.</returns>
    internal ulong? WordOf(string symbol) => Symbol(symbol) is not 0 and ulong address ? Word(address) : null;

    /// <summary>Reads a 32-bit variable.</summary>
    /// <param name="symbol">Its name.</param>
    /// <returns>Null when the kernel has none of the name or it is not in the dump.</returns>
    internal uint? HalfWordOf(string symbol) => Symbol(symbol) is not 0 and ulong address ? HalfWord(address) : null;

    /// <summary>The copy of a per-CPU variable that belongs to one processor.</summary>
    /// <param name="variable">The variable, as kallsyms or a <c>__percpu</c> pointer has it.</param>
    /// <param name="cpu">The processor.</param>
    /// <returns>Null when <c>__per_cpu_offset</c> does not say where.</returns>
    /// <remarks>A kernel built for one processor has no such table and no copies.</remarks>
    internal ulong? PerCpu(ulong variable, int cpu)
    {
        _perCpuOffsets ??= Symbol("__per_cpu_offset");
        if (_perCpuOffsets.Value == 0)
        {
            return cpu == 0 ? variable : null;
        }

        return Word(_perCpuOffsets.Value + (8 * (ulong)cpu)) is { } offset ? unchecked(variable + offset) : null;
    }

    private static uint? Fit(ulong? number) => number <= uint.MaxValue ? (uint)number : null;
}
