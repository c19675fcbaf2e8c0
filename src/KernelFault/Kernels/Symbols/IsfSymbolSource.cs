using KernelFault.Memory;

namespace KernelFault.Kernels.Symbols;

/// <summary>An ISF file laid over the kernel image of a dump.</summary>
internal sealed class IsfSymbolSource(IsfSymbolTable table, KernelModule kernel) : ISymbolSource
{
    /// <inheritdoc/>
    public string Origin => Path.GetFileName(table.File.Path);

    /// <inheritdoc/>
    public KernelSymbol? Find(VirtualAddress address) =>
        kernel.Contains(address) ? table.Find((uint)(address - kernel.BaseAddress)) : null;

    /// <inheritdoc/>
    public VirtualAddress? AddressOf(string name) =>
        table.File.FindSymbol(name) is ulong rva and <= uint.MaxValue ? kernel.BaseAddress + rva : null;

    /// <inheritdoc/>
    public uint? FieldOffset(string type, string field) => table.File.FindField(type, field)?.Offset;

    /// <inheritdoc/>
    public uint? SizeOf(string type) => table.File.SizeOf(type);
}
