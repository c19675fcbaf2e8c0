using KernelFault.Tests.Builders;

namespace KernelFault.Tests.Hostile;

/// <summary>A whole file of one format, where its fields are, and how the engine is asked about a damaged copy of it.</summary>
/// <param name="Name">What it is, for the report.</param>
/// <param name="Bytes">The whole file.</param>
/// <param name="Fields">Its fields, to aim at; may be none.</param>
/// <param name="FileName">The name the damaged copy gets.</param>
/// <param name="Ask">Gets the path of the damaged copy.</param>
internal sealed record HostileFormat(string Name, byte[] Bytes, IReadOnlyList<DumpField> Fields, string FileName, Action<string> Ask)
{
    /// <summary>Makes checksums right again; null for a format without. Done to every other damaged copy.</summary>
    public Action<Span<byte>>? Repair { get; init; }
}
