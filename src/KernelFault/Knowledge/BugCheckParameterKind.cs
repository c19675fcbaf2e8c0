namespace KernelFault.Knowledge;

/// <summary>What kind of thing a parameter of a stop code holds; analysis is driven by it, never by code numbers.</summary>
public enum BugCheckParameterKind : long
{
    /// <summary>A number, shown as it is.</summary>
    Number = 0,

    /// <summary>Not used, or not documented.</summary>
    Reserved,

    /// <summary>The address that could not be used.</summary>
    FaultAddress,

    /// <summary>The address of the instruction that did it.</summary>
    Instruction,

    /// <summary>An address inside the code of the driver that is concerned: a routine, a call site, an owner tag.</summary>
    CodeAddress,

    /// <summary>How the address was used; decoded by value.</summary>
    Access,

    /// <summary>An interrupt request level.</summary>
    Irql,

    /// <summary>An NTSTATUS value, 32 bits or sign-extended to 64.</summary>
    Status,

    /// <summary>The NTSTATUS of an exception that nothing handled.</summary>
    ExceptionCode,

    /// <summary>An HRESULT.</summary>
    HResult,

    /// <summary>Chooses what the other parameters mean, or enumerates a cause; decoded by value.</summary>
    Selector,

    /// <summary>Address of a <c>KTRAP_FRAME</c>.</summary>
    TrapFrame,

    /// <summary>Address of a <c>CONTEXT</c>.</summary>
    ContextRecord,

    /// <summary>Address of an <c>EXCEPTION_RECORD</c>.</summary>
    ExceptionRecord,

    /// <summary>Address of an <c>EPROCESS</c>.</summary>
    Process,

    /// <summary>Address of an <c>ETHREAD</c>.</summary>
    Thread,

    /// <summary>A process id.</summary>
    ProcessId,

    /// <summary>A thread id.</summary>
    ThreadId,

    /// <summary>Address of a <c>KPRCB</c>.</summary>
    Prcb,

    /// <summary>Number of a processor, from 0.</summary>
    ProcessorNumber,

    /// <summary>Address of a <c>DRIVER_OBJECT</c>.</summary>
    DriverObject,

    /// <summary>Address of a <c>DEVICE_OBJECT</c>.</summary>
    DeviceObject,

    /// <summary>Address of an <c>IRP</c>.</summary>
    Irp,

    /// <summary>Address of an <c>MDL</c>.</summary>
    Mdl,

    /// <summary>Address of a <c>FILE_OBJECT</c>.</summary>
    FileObject,

    /// <summary>Address of a lock: resource, mutex, spin lock, push lock.</summary>
    Lock,

    /// <summary>Base address of a driver's image.</summary>
    ImageBase,

    /// <summary>Address of a block of pool, or of its header.</summary>
    PoolAddress,

    /// <summary>Four characters that mark a pool allocation.</summary>
    PoolTag,

    /// <summary>Kind of pool, a <c>POOL_TYPE</c>.</summary>
    PoolType,

    /// <summary>Address of a page-table entry.</summary>
    PteAddress,

    /// <summary>Contents of a page-table entry.</summary>
    Pte,

    /// <summary>A page frame number.</summary>
    PageFrame,

    /// <summary>A physical address.</summary>
    PhysicalAddress,

    /// <summary>Address of a <c>WHEA_ERROR_RECORD</c>.</summary>
    WheaRecord,

    /// <summary>Address of a text: <c>UNICODE_STRING</c>, ANSI or wide characters.</summary>
    TextAddress,

    /// <summary>Characters packed into the number itself.</summary>
    PackedText,

    /// <summary>Any other kernel address.</summary>
    Address,

    /// <summary>A handle.</summary>
    Handle,

    /// <summary>Flags; decoded by bit.</summary>
    Flags,

    /// <summary>A count of things.</summary>
    Count,

    /// <summary>A size in bytes.</summary>
    Bytes,

    /// <summary>A time in milliseconds.</summary>
    Milliseconds,

    /// <summary>A time in seconds.</summary>
    Seconds,

    /// <summary>A time in clock ticks.</summary>
    Ticks,

    /// <summary>A place in the source of a file system: file number in the high 16 bits, line in the low ones.</summary>
    SourceLine,
}
