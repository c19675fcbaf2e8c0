namespace KernelFault.Formats.Pe;

/// <summary>One entry of the export table.</summary>
/// <param name="Ordinal">Its ordinal, the table's base included.</param>
/// <param name="Name">Its name, safe to show; null when it is exported by ordinal only.</param>
/// <param name="Rva">Where it is; of a forwarder, where its text is.</param>
/// <param name="Forwarder">For a forwarder the export it stands for, such as <c>NTDLL.RtlAllocateHeap</c>; otherwise null.</param>
public sealed record PeExportEntry(uint Ordinal, string? Name, uint Rva, string? Forwarder);
