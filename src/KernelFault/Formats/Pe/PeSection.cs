namespace KernelFault.Formats.Pe;

/// <summary>One section of a PE image (<c>IMAGE_SECTION_HEADER</c>).</summary>
/// <param name="Name">At most 8 characters, such as <c>.text</c>; safe to show.</param>
/// <param name="VirtualAddress">RVA of its first byte.</param>
/// <param name="VirtualSize">Bytes in memory.</param>
/// <param name="PointerToRawData">File offset of its first byte.</param>
/// <param name="SizeOfRawData">Bytes in the file.</param>
/// <param name="Characteristics">Flags; see <see cref="IsExecutable"/>.</param>
public sealed record PeSection(string Name, uint VirtualAddress, uint VirtualSize, uint PointerToRawData, uint SizeOfRawData, uint Characteristics)
{
    private const uint IMAGE_SCN_CNT_CODE = 0x20;
    private const uint IMAGE_SCN_MEM_EXECUTE = 0x20000000;
    private const uint IMAGE_SCN_MEM_DISCARDABLE = 0x02000000;
    private const uint IMAGE_SCN_MEM_NOT_PAGED = 0x08000000;
    private const uint IMAGE_SCN_MEM_SHARED = 0x10000000;
    private const uint IMAGE_SCN_MEM_READ = 0x40000000;
    private const uint IMAGE_SCN_MEM_WRITE = 0x80000000;

    /// <summary>True if code may run from it.</summary>
    public bool IsExecutable => (Characteristics & (IMAGE_SCN_MEM_EXECUTE | IMAGE_SCN_CNT_CODE)) != 0;

    /// <summary>True for sections such as <c>INIT</c>, which the kernel frees after start.</summary>
    public bool IsDiscardable => (Characteristics & IMAGE_SCN_MEM_DISCARDABLE) != 0;

    /// <summary>True if its pages may be read.</summary>
    public bool IsReadable => (Characteristics & IMAGE_SCN_MEM_READ) != 0;

    /// <summary>True if its pages may be written.</summary>
    public bool IsWritable => (Characteristics & IMAGE_SCN_MEM_WRITE) != 0;

    /// <summary>True if its pages may be written and run: whoever can write there can run code, and memory integrity refuses it.</summary>
    public bool IsWritableAndExecutable => (Characteristics & (IMAGE_SCN_MEM_WRITE | IMAGE_SCN_MEM_EXECUTE)) == (IMAGE_SCN_MEM_WRITE | IMAGE_SCN_MEM_EXECUTE);

    /// <summary>True if a driver's section is never paged out.</summary>
    public bool IsNotPaged => (Characteristics & IMAGE_SCN_MEM_NOT_PAGED) != 0;

    /// <summary>True if all processes share its pages.</summary>
    public bool IsShared => (Characteristics & IMAGE_SCN_MEM_SHARED) != 0;

    /// <summary>Bytes it covers in memory: a linker may leave <see cref="VirtualSize"/> 0.</summary>
    internal uint Extent => Math.Max(VirtualSize, VirtualSize == 0 ? SizeOfRawData : 0);

    internal bool Contains(uint rva) => rva - VirtualAddress < Extent;
}
