using KernelFault.Memory;

namespace KernelFault.Dumps.Process;

/// <summary>What ended the process: an exception of Windows, or a signal elsewhere.</summary>
public sealed record ProcessException
{
    private const uint AccessViolation = 0xC0000005;
    private const uint InPageError = 0xC0000006;
    private const uint GuardPage = 0x80000001;

    /// <summary>True for a signal of Linux or Android: <see cref="Code"/> is its number then, else an NTSTATUS or a Mach exception.</summary>
    public required bool IsSignal { get; init; }

    /// <summary>The NTSTATUS, the signal's number, or the Mach exception's.</summary>
    public required uint Code { get; init; }

    /// <summary><c>ExceptionFlags</c>, or <c>si_code</c> of a signal.</summary>
    public required uint Flags { get; init; }

    /// <summary>The thread it happened on; null when not recorded.</summary>
    public uint? ThreadId { get; init; }

    /// <summary>The instruction; null when not recorded.</summary>
    public VirtualAddress? Address { get; init; }

    /// <summary><c>ExceptionInformation</c>; empty for signals.</summary>
    public required IReadOnlyList<ulong> Parameters { get; init; }

    /// <summary><c>si_addr</c> of a signal, or the address of a Mach <c>EXC_BAD_ACCESS</c>; null for others.</summary>
    public VirtualAddress? SignalAddress { get; init; }

    /// <summary>The address that could not be used: of an access violation, guard-page fault, in-page error or memory signal; null for others.</summary>
    public VirtualAddress? FaultAddress =>
        SignalAddress ?? (IsSignal ? null : HasAccess && Parameters.Count > 1 ? new VirtualAddress(Parameters[1]) : null);

    /// <summary>How it was used, as the exception records it: 0 read, 1 write, 8 execute; null where the exception does not tell.</summary>
    public ulong? AccessType => !IsSignal && HasAccess && Parameters.Count > 0 ? Parameters[0] : null;

    /// <summary>Why the page could not be read: the NTSTATUS of an in-page error; null for others.</summary>
    public uint? InPageStatus => !IsSignal && Code == InPageError && Parameters.Count > 2 ? (uint)Parameters[2] : null;

    private bool HasAccess => Code is AccessViolation or InPageError or GuardPage;
}
