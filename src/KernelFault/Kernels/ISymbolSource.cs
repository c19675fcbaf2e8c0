using KernelFault.Memory;

namespace KernelFault.Kernels;

/// <summary>Names of functions and data of the crashed machine. ISF JSON today; PDB files are the next implementation.</summary>
public interface ISymbolSource
{
    /// <summary>What it was read from, for a person: a file name.</summary>
    string Origin { get; }

    /// <summary>The symbol at or before <paramref name="address"/> in the same module.</summary>
    /// <param name="address">Any address.</param>
    /// <returns>The symbol; null when none is known there.</returns>
    KernelSymbol? Find(VirtualAddress address);

    /// <summary>The address of a symbol.</summary>
    /// <param name="name">Its name, case-sensitive.</param>
    /// <returns>Its address; null when not known.</returns>
    VirtualAddress? AddressOf(string name);

    /// <summary>Where a field lies.</summary>
    /// <param name="type">The structure, such as <c>_KPRCB</c>.</param>
    /// <param name="field">The field; nested fields separated by dots.</param>
    /// <returns>Its offset from the start of the structure, in bytes; null when not known.</returns>
    uint? FieldOffset(string type, string field);

    /// <summary>The size of a structure.</summary>
    /// <param name="type">The structure.</param>
    /// <returns>Bytes; null when not known.</returns>
    uint? SizeOf(string type);
}
