namespace KernelFault.Analysis;

/// <summary>The stable names of findings.</summary>
public static class FindingId
{
    /// <summary>The instruction that faulted is known.</summary>
    public const string FaultingInstruction = "faulting-instruction";

    /// <summary>The fault's registers are in the dump.</summary>
    public const string FaultContext = "fault-context";

    /// <summary>A value is wrong by exactly one bit.</summary>
    public const string SingleBitFlip = "single-bit-flip";

    /// <summary>The fault was reported at an address that the instruction does not name.</summary>
    public const string OperandMismatch = "operand-mismatch";

    /// <summary>Code in memory differs from the image on disk.</summary>
    public const string CodeMismatch = "code-mismatch";

    /// <summary>The instruction that ran is not one a compiler put there.</summary>
    public const string ImplausibleInstruction = "implausible-instruction";

    /// <summary>The faulting address lies in a range that says more.</summary>
    public const string AddressRegion = "address-region";

    /// <summary>A third-party driver is on the stack.</summary>
    public const string ThirdPartyOnStack = "third-party-on-stack";

    /// <summary>The drivers of the device the bug check is about.</summary>
    public const string DeviceStack = "device-stack";

    /// <summary>The request the bug check is about, and who holds it.</summary>
    public const string PendingRequest = "pending-request";

    /// <summary>A process that the system cannot live without ended.</summary>
    public const string CriticalProcess = "critical-process";

    /// <summary>What the processor that the bug check names was doing.</summary>
    public const string NamedProcessor = "named-processor";

    /// <summary>The stop code is one that hardware raises.</summary>
    public const string HardwareStopCode = "hardware-stop-code";

    /// <summary>A program or driver made to crash machines is loaded.</summary>
    public const string CrashTestTool = "crash-test-tool";

    /// <summary>The fault lies where an unloaded driver was.</summary>
    public const string UnloadedDriver = "unloaded-driver";

    /// <summary>The kernel itself names a driver.</summary>
    public const string NamedByKernel = "named-by-kernel";

    /// <summary>Driver Verifier was on.</summary>
    public const string VerifierActive = "verifier-active";

    /// <summary>Memory was short.</summary>
    public const string LowMemory = "low-memory";

    /// <summary>The exception or signal that ended the process.</summary>
    public const string ProcessException = "process-exception";

    /// <summary>Why a page could not be read from its file.</summary>
    public const string InPageStatus = "in-page-status";

    /// <summary>The address that could not be used, and what it means.</summary>
    public const string FaultAddress = "fault-address";

    /// <summary>The .NET exception that ended the process.</summary>
    public const string ManagedException = "managed-exception";

    /// <summary>A .NET exception that caused the one that ended the process.</summary>
    public const string ManagedInnerException = "managed-inner-exception";

    /// <summary>The fault lies where an unloaded library of the process was.</summary>
    public const string UnloadedModule = "unloaded-module";

    /// <summary>How long the process had run.</summary>
    public const string ProcessUptime = "process-uptime";
}
