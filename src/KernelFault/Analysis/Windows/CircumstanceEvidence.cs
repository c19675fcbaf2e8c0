namespace KernelFault.Analysis.Windows;

/// <summary>Circumstances worth knowing: Driver Verifier, memory shortage.</summary>
internal sealed class CircumstanceEvidence : IWindowsEvidence
{
    // Below this share of free commit an allocation may fail, and drivers that do not expect it crash.
    private const double ShortShare = 0.03;

    public void Collect(WindowsCrash crash, EvidenceLog log)
    {
        if (crash.Kernel.Verifier is { Flags: > 0 } verifier)
        {
            string drivers = verifier.Drivers.Count > 0 ? $" for {string.Join(", ", verifier.Drivers)}" : string.Empty;
            log.Find(FindingId.VerifierActive, FindingSeverity.Notable, $"Driver Verifier was on{drivers}, flags 0x{verifier.Flags:x}: it stops the machine at the first broken rule.", "the verifier block");
        }

        if (crash.Kernel.MemoryManager is { CommittedPages: { } committed, CommitLimitPages: > 0 and { } limit } memory
            && committed <= limit && limit - committed < limit * ShortShare)
        {
            log.Find(
                FindingId.LowMemory,
                FindingSeverity.Notable,
                $"Memory was nearly used up: {committed} of {limit} pages committed{(memory.AvailablePages is { } free ? $", {free} free" : string.Empty)}.",
                "the memory-manager block");
        }
    }
}
