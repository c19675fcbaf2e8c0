using KernelFault.Memory;

namespace KernelFault.Dumps.Process;

/// <summary>A thread of the process.</summary>
public sealed class ProcessThread
{
    private readonly Lazy<RegisterSet?> _registers;

    internal ProcessThread(uint id, string? name, VirtualAddress? stackStart, ulong stackSize, Func<RegisterSet?> registers)
    {
        Id = id;
        Name = name;
        StackStart = stackStart;
        StackSize = stackSize;
        _registers = new Lazy<RegisterSet?>(registers);
    }

    /// <summary>Its id.</summary>
    public uint Id { get; }

    /// <summary>The name the program gave it; null when none is recorded.</summary>
    public string? Name { get; }

    /// <summary>Lowest address of its stack memory in the dump; null when the dump does not say which memory that is.</summary>
    public VirtualAddress? StackStart { get; }

    /// <summary>Bytes of that memory.</summary>
    public ulong StackSize { get; }

    /// <summary>Its registers: of the fault for the faulting thread; null when the dump holds none.</summary>
    public RegisterSet? Registers => _registers.Value;
}
