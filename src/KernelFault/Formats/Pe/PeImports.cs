using System.Buffers.Binary;

namespace KernelFault.Formats.Pe;

// IMAGE_IMPORT_DESCRIPTOR (20 bytes): OriginalFirstThunk +0, Name +12, FirstThunk +16; one with Name 0 ends the table, whatever the
// directory's size says. Thunks of 4 or 8 bytes end with 0; the highest bit means an ordinal, else an RVA of hint (2 bytes) and name.
// Old linkers leave OriginalFirstThunk 0: the names are then in FirstThunk, which the loader overwrites.
// IMAGE_DELAYLOAD_DESCRIPTOR (32 bytes): Attributes +0 (bit 0: addresses are RVAs, before Visual C++ 7 they were not), DllNameRVA +4,
// ImportNameTableRVA +16.

/// <summary>Reads the import and delay-import directories.</summary>
internal static class PeImports
{
    private const int DescriptorSize = 20;
    private const int DelayDescriptorSize = 32;
    private const int MaximumModules = 512;

    /// <summary>Of all modules together; a large driver has some 1,500.</summary>
    private const int MaximumFunctions = 16 * 1024;
    private const int MaximumNameLength = 512;

    internal static IReadOnlyList<PeImport> Read(PeImage image)
    {
        var imports = new List<PeImport>();
        int left = MaximumFunctions;
        PeDirectory directory = image.Directory(PeDirectory.Import);
        ReadOnlySpan<byte> table = directory.Rva == 0 ? default : image.Window(directory.Rva, MaximumModules * DescriptorSize);
        for (int i = 0; i + DescriptorSize <= table.Length && U32(table, i + 12) != 0; i += DescriptorSize)
        {
            uint names = U32(table, i);
            imports.Add(new PeImport(
                image.Text(U32(table, i + 12), MaximumNameLength), IsDelayed: false, Functions(image, names != 0 ? names : U32(table, i + 16), 0, ref left)));
        }

        directory = image.Directory(PeDirectory.DelayImport);
        table = directory.Rva == 0 ? default : image.Window(directory.Rva, MaximumModules * DelayDescriptorSize);
        for (int i = 0; i + DelayDescriptorSize <= table.Length && U32(table, i + 4) != 0; i += DelayDescriptorSize)
        {
            uint from = (U32(table, i) & 1) != 0 ? 0 : (uint)image.Header.ImageBase;
            imports.Add(new PeImport(
                image.Text(unchecked(U32(table, i + 4) - from), MaximumNameLength), IsDelayed: true, Functions(image, unchecked(U32(table, i + 16) - from), from, ref left)));
        }

        return imports;
    }

    private static List<PeImportedFunction> Functions(PeImage image, uint rva, uint from, ref int left)
    {
        var functions = new List<PeImportedFunction>();
        int size = image.Header.Is64Bit ? 8 : 4;
        ReadOnlySpan<byte> thunks = rva == 0 ? default : image.Window(rva, left * size);
        for (int i = 0; i + size <= thunks.Length; i += size)
        {
            ulong thunk = size == 8 ? BinaryPrimitives.ReadUInt64LittleEndian(thunks.Slice(i)) : U32(thunks, i);
            if (thunk == 0 || left == 0)
            {
                break;
            }

            left--;
            bool byOrdinal = thunk >> ((size * 8) - 1) != 0;
            functions.Add(byOrdinal
                ? new PeImportedFunction(null, (ushort)thunk)
                : new PeImportedFunction(image.Text(unchecked((uint)thunk - from + 2), MaximumNameLength), null));
        }

        return functions;
    }

    private static uint U32(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.Slice(offset));
}
