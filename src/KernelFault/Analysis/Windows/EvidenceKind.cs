namespace KernelFault.Analysis.Windows;

/// <summary>Where a suspicion comes from, the strongest first.</summary>
internal enum EvidenceKind
{
    /// <summary>The kernel itself names the driver in the dump.</summary>
    NamedByKernel,

    /// <summary>The stop code is one that hardware raises.</summary>
    HardwareCode,

    /// <summary>The faulting instruction lies in it.</summary>
    FaultingInstruction,

    /// <summary>The faulting instruction or address lies where it was before it was unloaded.</summary>
    UnloadedRange,

    /// <summary>It holds the request, or serves the device, that the bug check is about.</summary>
    Device,

    /// <summary>A bug-check parameter points into it.</summary>
    Parameter,

    /// <summary>It is on the stack.</summary>
    Stack,

    /// <summary>It is the critical process that ended.</summary>
    Process,

    /// <summary>It is there to crash machines.</summary>
    CrashTool,

    /// <summary>The processor reported an address that the instruction does not name.</summary>
    OperandMismatch,

    /// <summary>The processor was executing what is no instruction of the module.</summary>
    AstrayExecution,

    /// <summary>A single bit explains the fault.</summary>
    BitFlip,
}
