namespace KernelFault.Formats.Pe;

/// <summary>Operations of an x64 unwind code; numbers and names are those of the x64 exception-handling specification.</summary>
internal enum X64UnwindOperation : byte
{
    UWOP_PUSH_NONVOL = 0,
    UWOP_ALLOC_LARGE = 1,
    UWOP_ALLOC_SMALL = 2,
    UWOP_SET_FPREG = 3,
    UWOP_SAVE_NONVOL = 4,
    UWOP_SAVE_NONVOL_FAR = 5,

    /// <summary>Version 2: where an epilogue is. In version 1 the number belonged to an XMM save that no shipped compiler writes.</summary>
    UWOP_EPILOG = 6,

    UWOP_SPARE_CODE = 7,
    UWOP_SAVE_XMM128 = 8,
    UWOP_SAVE_XMM128_FAR = 9,
    UWOP_PUSH_MACHFRAME = 10,
}
