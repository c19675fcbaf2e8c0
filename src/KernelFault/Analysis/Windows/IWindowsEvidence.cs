namespace KernelFault.Analysis.Windows;

/// <summary>One way of looking at a Windows crash.</summary>
internal interface IWindowsEvidence
{
    /// <summary>Adds what this way of looking shows.</summary>
    void Collect(WindowsCrash crash, EvidenceLog log);
}
