namespace KernelFault.Analysis.Linux;

/// <summary>Which function of a stack names a crash.</summary>
internal enum FramePick
{
    /// <summary>The innermost that is not innocent.</summary>
    First,

    /// <summary>For a processor that does not come forward: where it stands is chance; what started it is not.</summary>
    Stall,

    /// <summary>For a task that waits: what it waits for, or who waits.</summary>
    HungTask,
}
