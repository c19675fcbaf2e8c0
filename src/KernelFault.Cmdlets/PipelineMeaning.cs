namespace KernelFault.Cmdlets;

/// <summary>What the strings of a pipeline are.</summary>
internal enum PipelineMeaning
{
    /// <summary>Not known yet.</summary>
    Undecided,

    /// <summary>Each names files.</summary>
    Paths,

    /// <summary>Each is a line of a log, or several.</summary>
    Text,
}
