using KernelFault.Dumps.Windows;
using KernelFault.Memory;

namespace KernelFault.Kernels.Windows;

/// <summary>What a Windows dump says about the kernel that crashed. A fact the dump does not hold is null and a warning.</summary>
public sealed record WindowsKernel
{
    /// <summary>Build number, such as 19041; <c>MinorVersion</c> of the header.</summary>
    public required uint BuildNumber { get; init; }

    /// <summary>The name people know the build by, such as <c>Windows 10, version 2004 to 22H2</c>; null for an unknown build.</summary>
    public string? WindowsName { get; init; }

    /// <summary>Workstation, domain controller or server; null when the header does not say.</summary>
    public string? ProductType { get; init; }

    /// <summary>The build lab string of the black box or the kernel, such as <c>vb_release</c>; null when absent.</summary>
    public string? BuildLab { get; init; }

    /// <summary>Loaded drivers in the order of the loader: the kernel first.</summary>
    public required IReadOnlyList<KernelModule> Modules { get; init; }

    /// <summary>Drivers unloaded before the crash, the newest first as far as times are known.</summary>
    public required IReadOnlyList<UnloadedModule> UnloadedModules { get; init; }

    /// <summary>Every register set found, the header's first.</summary>
    public required IReadOnlyList<CapturedContext> Contexts { get; init; }

    /// <summary>The exception record that a bug-check parameter points to, else the header's if it is of the fault; null when neither.</summary>
    public WindowsExceptionRecord? Exception { get; init; }

    /// <summary>The processor the crash happened on, from 0; null when not known.</summary>
    public uint? ProcessorNumber { get; init; }

    /// <summary>What every processor was doing, by number; empty when the dump does not tell. With a hung processor (0x101, 0x133) this says where it hung.</summary>
    public IReadOnlyList<ProcessorState> Processors { get; init; } = [];

    /// <summary>IRQL when the crash began; null when not known.</summary>
    public byte? Irql { get; init; }

    /// <summary><c>EPROCESS</c> of the current process; null when not known.</summary>
    public VirtualAddress? ProcessAddress { get; init; }

    /// <summary>Image name of the current process, 15 characters at most; null when not known.</summary>
    public string? ProcessName { get; init; }

    /// <summary>Process id; null when not known.</summary>
    public ulong? ProcessId { get; init; }

    /// <summary><c>ETHREAD</c> of the current thread; null when not known.</summary>
    public VirtualAddress? ThreadAddress { get; init; }

    /// <summary>Thread id; null when not known.</summary>
    public ulong? ThreadId { get; init; }

    /// <summary>The stack memory that the dump holds: address of its first byte; null when none.</summary>
    public VirtualAddress? StackStart { get; init; }

    /// <summary>Bytes of stack memory in the dump.</summary>
    public uint StackSize { get; init; }

    /// <summary>Upper end of the thread's kernel stack (<c>KTHREAD.InitialStack</c> or <c>StackBase</c>); null when not known.</summary>
    public VirtualAddress? StackBase { get; init; }

    /// <summary>Lower end of the thread's kernel stack (<c>KTHREAD.StackLimit</c>); null when not known.</summary>
    public VirtualAddress? StackLimit { get; init; }

    /// <summary>Page-fault and commit figures; null when the dump has no memory-manager block.</summary>
    public MemoryManagerFacts? MemoryManager { get; init; }

    /// <summary>Driver Verifier's state; null when the dump does not hold it.</summary>
    public VerifierFacts? Verifier { get; init; }

    /// <summary>Black-box streams that are understood, by stream name, each as named values.</summary>
    public required IReadOnlyList<BlackBox> BlackBoxes { get; init; }

    /// <summary>Processor vendor and model text; null when the dump does not hold it.</summary>
    public string? ProcessorName { get; init; }

    /// <summary>What was missing or damaged, one sentence each.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>The module an address lies in.</summary>
    /// <param name="address">Any address.</param>
    /// <returns>The module; null when it lies in none.</returns>
    public KernelModule? ModuleAt(VirtualAddress address) => ModuleIndex.Find(Modules, address);
}
