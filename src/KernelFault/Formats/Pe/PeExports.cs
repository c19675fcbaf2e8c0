using System.Buffers.Binary;

namespace KernelFault.Formats.Pe;

// IMAGE_EXPORT_DIRECTORY (40 bytes): NumberOfFunctions +20, NumberOfNames +24, AddressOfFunctions +28, AddressOfNames +32,
// AddressOfNameOrdinals +36. A function RVA inside the export directory itself is a forwarder: a text, not code.

/// <summary>Named exports by address. Names are read only when one is asked for.</summary>
internal sealed class PeExports
{
    /// <summary>The kernel has some 3,000; the largest system DLLs 30,000.</summary>
    private const int MaximumNames = 0x20000;
    private const int MaximumNameLength = 1024;

    /// <summary>Names may share their bytes: what all of them together may take, in characters.</summary>
    private const int MaximumText = 8 * 1024 * 1024;

    private readonly PeImage _image;
    private readonly uint[] _rvas;
    private readonly uint[] _names;

    private PeExports(PeImage image, uint[] rvas, uint[] names)
    {
        _image = image;
        _rvas = rvas;
        _names = names;
    }

    internal static PeExports Read(PeImage image)
    {
        PeDirectory directory = image.Directory(PeDirectory.Export);
        ReadOnlySpan<byte> header = image.Window(directory.Rva, 40);
        if (directory.Rva == 0 || header.Length < 40)
        {
            return new PeExports(image, [], []);
        }

        int wanted = (int)Math.Min(U32(header, 24), MaximumNames);
        ReadOnlySpan<byte> functions = image.Window(U32(header, 28), (int)Math.Min(U32(header, 20), MaximumNames) * 4);
        ReadOnlySpan<byte> nameTable = image.Window(U32(header, 32), wanted * 4);
        ReadOnlySpan<byte> ordinals = image.Window(U32(header, 36), wanted * 2);
        int count = Math.Min(Math.Min(wanted, nameTable.Length / 4), ordinals.Length / 2);
        var rvas = new uint[count];
        var names = new uint[count];
        int used = 0;
        for (int i = 0; i < count; i++)
        {
            int ordinal = BinaryPrimitives.ReadUInt16LittleEndian(ordinals.Slice(i * 2));
            if ((ordinal + 1) * 4 > functions.Length)
            {
                continue;
            }

            uint rva = U32(functions, ordinal * 4);
            if (rva == 0 || rva - directory.Rva < directory.Size)
            {
                continue;
            }

            rvas[used] = rva;
            names[used++] = U32(nameTable, i * 4);
        }

        Array.Resize(ref rvas, used);
        Array.Resize(ref names, used);
        Array.Sort(rvas, names);
        return new PeExports(image, rvas, names);
    }

    internal PeExport? Nearest(uint rva)
    {
        int index = Array.BinarySearch(_rvas, rva);
        index = index >= 0 ? index : ~index - 1;
        if (index < 0)
        {
            return null;
        }

        // Several names for one address: always the same one, the first of the file's sorted names.
        while (index > 0 && _rvas[index - 1] == _rvas[index])
        {
            index--;
        }

        return At(index);
    }

    internal IReadOnlyList<PeExport> All()
    {
        var all = new List<PeExport>();
        int text = 0;
        for (int i = 0; i < _rvas.Length && text < MaximumText; i++)
        {
            PeExport export = At(i);
            text += export.Name.Length;
            all.Add(export);
        }

        return all;
    }

    /// <summary>Every function, by ordinal.</summary>
    internal IReadOnlyList<PeExportEntry> Table()
    {
        PeDirectory directory = _image.Directory(PeDirectory.Export);
        ReadOnlySpan<byte> header = _image.Window(directory.Rva, 40);
        if (directory.Rva == 0 || header.Length < 40)
        {
            return [];
        }

        ReadOnlySpan<byte> functions = _image.Window(U32(header, 28), (int)Math.Min(U32(header, 20), MaximumNames) * 4);
        int wanted = (int)Math.Min(U32(header, 24), MaximumNames);
        ReadOnlySpan<byte> nameTable = _image.Window(U32(header, 32), wanted * 4);
        ReadOnlySpan<byte> ordinals = _image.Window(U32(header, 36), wanted * 2);
        var names = new uint[functions.Length / 4];
        for (int i = Math.Min(nameTable.Length / 4, ordinals.Length / 2) - 1; i >= 0; i--)
        {
            int index = BinaryPrimitives.ReadUInt16LittleEndian(ordinals.Slice(i * 2));
            if (index < names.Length)
            {
                names[index] = U32(nameTable, i * 4);
            }
        }

        var table = new List<PeExportEntry>();
        int text = 0;
        for (int i = 0; i < names.Length && text < MaximumText; i++)
        {
            uint rva = U32(functions, i * 4);
            if (rva == 0)
            {
                continue;
            }

            string? name = names[i] == 0 ? null : _image.Text(names[i], MaximumNameLength);
            string? forwarder = rva - directory.Rva < directory.Size ? _image.Text(rva, MaximumNameLength) : null;
            text += (name?.Length ?? 0) + (forwarder?.Length ?? 0);
            table.Add(new PeExportEntry(unchecked(U32(header, 16) + (uint)i), name, rva, forwarder));
        }

        return table;
    }

    private PeExport At(int index) => new(_image.Text(_names[index], MaximumNameLength), _rvas[index]);

    private static uint U32(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.Slice(offset));
}
