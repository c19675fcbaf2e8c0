namespace KernelFault.Playbooks.Running;

/// <summary>What a journal holds.</summary>
/// <param name="Records">Its records, in order.</param>
/// <param name="Length">Bytes up to the end of the last whole line: what follows was cut off by a kill.</param>
/// <param name="Warnings">Lines that could not be read.</param>
/// <param name="IsDamaged">Whether a line other than a last one that was cut off could not be read: what it said is not known.</param>
internal sealed record JournalReading(IReadOnlyList<JournalRecord> Records, long Length, IReadOnlyList<string> Warnings, bool IsDamaged);
