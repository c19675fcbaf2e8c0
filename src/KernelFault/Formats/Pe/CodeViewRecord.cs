using System.Globalization;

namespace KernelFault.Formats.Pe;

/// <summary>Which PDB belongs to an image (<c>RSDS</c> record of the debug directory).</summary>
/// <param name="PdbPath">The path the linker wrote, often of the build machine; safe to show.</param>
/// <param name="Guid">The PDB's GUID.</param>
/// <param name="Age">The PDB's age.</param>
public sealed record CodeViewRecord(string PdbPath, Guid Guid, uint Age)
{
    /// <summary>File name of the PDB, without folders.</summary>
    public string PdbName => PdbPath.Substring(PdbPath.LastIndexOfAny(['\\', '/']) + 1);

    /// <summary>GUID and age in the form symbol stores name folders by: 32 digits, then the age in hexadecimal.</summary>
    public string SymbolStoreKey => Guid.ToString("N", CultureInfo.InvariantCulture).ToUpperInvariant() + Age.ToString("X", CultureInfo.InvariantCulture);
}
