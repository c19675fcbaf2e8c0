namespace KernelFault.Formats.Isf;

/// <summary>What an ISF file says of itself.</summary>
internal sealed record IsfMetadata
{
    /// <summary>Version of the format, such as <c>6.2.0</c>.</summary>
    internal required string Format { get; init; }

    /// <summary>GUID of the PDB the file was made from, 32 hexadecimal digits as symbol stores write it; null when made from none.</summary>
    internal string? PdbGuid { get; init; }

    /// <summary>Age of that PDB.</summary>
    internal uint? PdbAge { get; init; }

    /// <summary>File name of that PDB, such as <c>ntkrnlmp.pdb</c>.</summary>
    internal string? PdbName { get; init; }

    /// <summary><c>IMAGE_FILE_MACHINE</c> number of the image; null before format 6.1 and for Linux.</summary>
    internal uint? MachineType { get; init; }

    /// <summary>GUID and age in one, as symbol stores name their folders; null when made from no PDB.</summary>
    internal string? BuildId => PdbGuid is null ? null : FormattableString.Invariant($"{PdbGuid}{PdbAge:X}");
}
