using System.Buffers.Binary;
using System.Text;

namespace KernelFault.Formats.Pe;

// IMAGE_DEBUG_DIRECTORY (28 bytes): Type +12, SizeOfData +16, AddressOfRawData +20 (RVA), PointerToRawData +24 (file offset).
// CodeView record: 'RSDS', GUID of 16 bytes, age, then the PDB's path in UTF-8.

/// <summary>What the debug directory says.</summary>
internal sealed record PeDebugDirectory(CodeViewRecord? CodeView, uint? ExtendedDllCharacteristics, IReadOnlyList<PeDebugEntry> Entries)
{
    private const int EntrySize = 28;
    private const int MaximumEntries = 64;
    private const int MaximumRecord = 24 + 2048;

    internal bool IsReproducible => Entries.Any(entry => entry.Type == PeDebugType.Reproducible);

    internal static PeDebugDirectory Read(PeImage image)
    {
        PeDirectory directory = image.Directory(PeDirectory.Debug);
        ReadOnlySpan<byte> table = directory.Rva == 0 ? default : image.Window(directory.Rva, (int)Math.Min(directory.Size, MaximumEntries * EntrySize));
        CodeViewRecord? codeView = null;
        uint? extended = null;
        var entries = new List<PeDebugEntry>();
        for (int i = 0; i + EntrySize <= table.Length; i += EntrySize)
        {
            var entry = new PeDebugEntry(
                (PeDebugType)U32(table, i + 12), U32(table, i + 4), U32(table, i + 16), U32(table, i + 20), U32(table, i + 24));
            entries.Add(entry);
            int size = (int)Math.Min(entry.SizeOfData, MaximumRecord);
            ReadOnlySpan<byte> data = entry.AddressOfRawData != 0 ? image.Window(entry.AddressOfRawData, size) : image.FileWindow(entry.PointerToRawData, size);
            if (entry.Type == PeDebugType.CodeView)
            {
                codeView ??= Record(data);
            }
            else if (entry.Type == PeDebugType.ExtendedDllCharacteristics && data.Length >= 4)
            {
                extended ??= U32(data, 0);
            }
        }

        return new PeDebugDirectory(codeView, extended, entries);
    }

    private static uint U32(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.Slice(offset));

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
