using System.Buffers.Binary;
using System.Text;

namespace KernelFault.Formats.Pe;

// IMAGE_DEBUG_DIRECTORY (28 bytes): Type +12, SizeOfData +16, AddressOfRawData +20 (RVA), PointerToRawData +24 (file offset).
// CodeView record: 'RSDS', GUID of 16 bytes, age, then the PDB's path in UTF-8.

/// <summary>What the debug directory says.</summary>
internal sealed record PeDebugDirectory(CodeViewRecord? CodeView, bool IsReproducible)
{
    private const uint IMAGE_DEBUG_TYPE_CODEVIEW = 2;
    private const uint IMAGE_DEBUG_TYPE_REPRO = 16;
    private const int EntrySize = 28;
    private const int MaximumEntries = 64;
    private const int MaximumRecord = 24 + 2048;

    internal static PeDebugDirectory Read(PeImage image)
    {
        PeDirectory directory = image.Directory(PeDirectory.Debug);
        ReadOnlySpan<byte> table = image.Window(directory.Rva, (int)Math.Min(directory.Size, MaximumEntries * EntrySize));
        CodeViewRecord? codeView = null;
        bool reproducible = false;
        for (int i = 0; directory.Rva != 0 && i + EntrySize <= table.Length; i += EntrySize)
        {
            uint type = BinaryPrimitives.ReadUInt32LittleEndian(table.Slice(i + 12));
            reproducible |= type == IMAGE_DEBUG_TYPE_REPRO;
            if (type == IMAGE_DEBUG_TYPE_CODEVIEW && codeView is null)
            {
                int size = (int)Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(table.Slice(i + 16)), MaximumRecord);
                uint rva = BinaryPrimitives.ReadUInt32LittleEndian(table.Slice(i + 20));
                uint offset = BinaryPrimitives.ReadUInt32LittleEndian(table.Slice(i + 24));
                codeView = Record(rva != 0 ? image.Window(rva, size) : image.FileWindow(offset, size));
            }
        }

        return new PeDebugDirectory(codeView, reproducible);
    }

    private static CodeViewRecord? Record(ReadOnlySpan<byte> record)
    {
        if (record.Length < 24 || BinaryPrimitives.ReadUInt32LittleEndian(record) != 0x53445352)
        {
            return null;
        }

        var guid = new Guid(record.Slice(4, 16).ToArray());
        uint age = BinaryPrimitives.ReadUInt32LittleEndian(record.Slice(20));
        ReadOnlySpan<byte> path = record.Slice(24);
        int end = path.IndexOf((byte)0);
        string text = Encoding.UTF8.GetString(path.Slice(0, end < 0 ? path.Length : end).ToArray());
        return new CodeViewRecord(PrintableText.Clean(text), guid, age);
    }
}
