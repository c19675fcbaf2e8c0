using System.Text;

namespace KernelFault.Tests.Builders;

/// <summary>Writes the image of an invented x64 driver: code, exports, unwind codes, the name of its PDB and a version resource.</summary>
internal sealed class DriverImageBuilder
{
    private const int Headers = 0x400;
    private readonly FieldWriter _file = new();

    /// <summary>The entry of the dump's driver list that the image belongs to: timestamp and size must agree.</summary>
    public required DriverEntry Driver { get; init; }

    /// <summary>Bytes of the code section, which starts at RVA 0x1000.</summary>
    public required byte[] Code { get; init; }

    /// <summary>Begin and end RVA of each function and its <c>UNWIND_INFO</c>, in order.</summary>
    public required IReadOnlyList<(uint Begin, uint End, byte[] UnwindInfo)> Functions { get; init; }

    /// <summary>Company in the version resource.</summary>
    public string Company { get; init; } = "Contoso (invented)";

    public IReadOnlyList<DumpField> Fields => _file.Fields;

    public byte[] Build()
    {
        int text = Headers;
        int textSize = Align(Code.Length, 0x200);
        int rdata = text + textSize;
        int pdata = rdata + 0x400;
        int rsrc = pdata + 0x200;
        const uint RdataRva = 0x3000, PdataRva = 0x4000, RsrcRva = 0x5000;

        WriteHeaders(textSize);
        Section(0, ".text", 0x1000, (uint)Code.Length, text, textSize, 0x68000020);
        Section(1, ".rdata", RdataRva, 0x400, rdata, 0x400, 0x48000040);
        Section(2, ".pdata", PdataRva, (uint)(12 * Functions.Count), pdata, 0x200, 0x48000040);
        Section(3, ".rsrc", RsrcRva, 0x400, rsrc, 0x400, 0x42000040);
        _file.Bytes("Code", text, Code);
        WriteUnwind(rdata, RdataRva, pdata);
        WriteExports(rdata + 0x100, RdataRva + 0x100);
        WriteDebug(rdata + 0x200, RdataRva + 0x200);
        WriteVersion(rsrc, RsrcRva);
        DataDirectory(0, RdataRva + 0x100, 0xA0);
        DataDirectory(2, RsrcRva, 0x400);
        DataDirectory(3, PdataRva, (uint)(12 * Functions.Count));
        DataDirectory(6, RdataRva + 0x200, 28);
        _file.Extend(rsrc + 0x400);
        return _file.ToArray();
    }

    private void WriteHeaders(int textSize)
    {
        _file.Ascii("e_magic", 0, "MZ", 2);
        _file.U32("e_lfanew", 0x3C, 0x80);
        _file.Ascii("Signature", 0x80, "PE", 4);
        _file.U16("Machine", 0x84, 0x8664);
        _file.U16("NumberOfSections", 0x86, 4);
        _file.U32("TimeDateStamp", 0x88, Driver.TimeDateStamp);
        _file.U16("SizeOfOptionalHeader", 0x94, 0xF0);
        _file.U16("Characteristics", 0x96, 0x22);
        _file.U16("Magic", 0x98, 0x20B);
        _file.U32("SizeOfCode", 0x9C, (uint)textSize);
        _file.U32("AddressOfEntryPoint", 0xA8, 0x1000);
        _file.U64("ImageBase", 0xB0, 0x1_4000_0000);
        _file.U32("SectionAlignment", 0xB8, 0x1000);
        _file.U32("FileAlignment", 0xBC, 0x200);
        _file.U32("SizeOfImage", 0xD0, Driver.SizeOfImage);
        _file.U32("SizeOfHeaders", 0xD4, Headers);
        _file.U32("CheckSum", 0xD8, Driver.CheckSum);
        _file.U16("Subsystem", 0xDC, 1);
        _file.U32("NumberOfRvaAndSizes", 0x104, 16);
    }

    private void DataDirectory(int index, uint rva, uint size)
    {
        _file.U32($"DataDirectory[{index}].VirtualAddress", 0x108 + (8 * index), rva);
        _file.U32($"DataDirectory[{index}].Size", 0x10C + (8 * index), size);
    }

    private void Section(int index, string name, uint rva, uint size, int offset, int rawSize, uint characteristics)
    {
        int at = 0x188 + (40 * index);
        _file.Ascii($"Section[{index}].Name", at, name, 8);
        _file.U32($"Section[{index}].VirtualSize", at + 8, size);
        _file.U32($"Section[{index}].VirtualAddress", at + 12, rva);
        _file.U32($"Section[{index}].SizeOfRawData", at + 16, (uint)rawSize);
        _file.U32($"Section[{index}].PointerToRawData", at + 20, (uint)offset);
        _file.U32($"Section[{index}].Characteristics", at + 36, characteristics);
    }

    private void WriteUnwind(int rdata, uint rdataRva, int pdata)
    {
        int at = 0;
        for (int i = 0; i < Functions.Count; i++)
        {
            (uint begin, uint end, byte[] info) = Functions[i];
            _file.U32($"RuntimeFunction[{i}].BeginAddress", pdata + (12 * i), begin);
            _file.U32($"RuntimeFunction[{i}].EndAddress", pdata + (12 * i) + 4, end);
            _file.U32($"RuntimeFunction[{i}].UnwindData", pdata + (12 * i) + 8, rdataRva + (uint)at);
            for (int b = 0; b < info.Length; b++)
            {
                _file.U8($"UnwindInfo[{i}][{b}]", rdata + at + b, info[b]);
            }

            at = Align(at + info.Length, 4);
        }
    }

    private void WriteExports(int at, uint rva)
    {
        string[] names = ["ContosoIndicate", "DriverEntry"];
        uint[] functions = [Functions[^1].Begin, Functions[0].Begin];
        _file.U32("Export.Name", at + 12, rva + 0x60);
        _file.U32("Export.Base", at + 16, 1);
        _file.U32("Export.NumberOfFunctions", at + 20, 2);
        _file.U32("Export.NumberOfNames", at + 24, 2);
        _file.U32("Export.AddressOfFunctions", at + 28, rva + 0x28);
        _file.U32("Export.AddressOfNames", at + 32, rva + 0x30);
        _file.U32("Export.AddressOfNameOrdinals", at + 36, rva + 0x38);
        _file.Ascii("Export.DllName", at + 0x60, "contosonet.sys", 16);
        for (int i = 0; i < 2; i++)
        {
            _file.U32($"Export.Functions[{i}]", at + 0x28 + (4 * i), functions[i]);
            _file.U32($"Export.Names[{i}]", at + 0x30 + (4 * i), rva + 0x70 + (uint)(0x18 * i));
            _file.U16($"Export.Ordinals[{i}]", at + 0x38 + (2 * i), (ushort)i);
            _file.Ascii($"Export.NameText[{i}]", at + 0x70 + (0x18 * i), names[i], 0x18);
        }
    }

    private void WriteDebug(int at, uint rva)
    {
        byte[] path = Encoding.UTF8.GetBytes(@"D:\invented\contosonet.pdb" + "\0");
        _file.U32("Debug.Type", at + 12, 2);
        _file.U32("Debug.SizeOfData", at + 16, (uint)(24 + path.Length));
        _file.U32("Debug.AddressOfRawData", at + 20, rva + 0x20);
        _file.U32("Debug.PointerToRawData", at + 24, (uint)at + 0x20);
        _file.Ascii("CodeView.Signature", at + 0x20, "RSDS", 4);
        _file.Bytes("CodeView.Guid", at + 0x24, new Guid("c0a7050e-0000-4000-8000-0000000000aa").ToByteArray());
        _file.U32("CodeView.Age", at + 0x34, 1);
        _file.Bytes("CodeView.Path", at + 0x38, path);
    }

    // Three levels of directories with one entry each (type, name, language), then the data.
    private void WriteVersion(int at, uint rva)
    {
        uint[] identifiers = [16, 1, 0x409];
        for (int level = 0; level < 3; level++)
        {
            _file.U16($"Resource[{level}].NumberOfIdEntries", at + (24 * level) + 14, 1);
            _file.U32($"Resource[{level}].Id", at + (24 * level) + 16, identifiers[level]);
            _file.U32($"Resource[{level}].Offset", at + (24 * level) + 20, (uint)(24 * (level + 1)) | (level < 2 ? 0x8000_0000 : 0));
        }

        byte[] version = Node("VS_VERSION_INFO", Fixed(), Node("StringFileInfo", [], Node("040904B0", [], String("CompanyName", Company), String("FileVersion", "1.2.3.4"))));
        _file.U32("Resource.OffsetToData", at + 72, rva + 0x60);
        _file.U32("Resource.Size", at + 76, (uint)version.Length);
        for (int i = 0; i + 2 <= version.Length; i += 2)
        {
            _file.U16($"Version[{i}]", at + 0x60 + i, BitConverter.ToUInt16(version, i));
        }
    }

    private static byte[] Fixed()
    {
        var value = new FieldWriter();
        value.U32("Signature", 0, 0xFEEF04BD);
        value.U32("FileVersionMS", 8, 0x0001_0002);
        value.U32("FileVersionLS", 12, 0x0003_0004);
        value.Extend(52);
        return value.ToArray();
    }

    private static byte[] String(string key, string text) => Node(key, Encoding.Unicode.GetBytes(text + "\0"));

    private static byte[] Node(string key, byte[] value, params byte[][] children)
    {
        var node = new List<byte>(new byte[6]);
        node.AddRange(Encoding.Unicode.GetBytes(key + "\0"));
        Pad(node);
        node.AddRange(value);
        foreach (byte[] child in children)
        {
            Pad(node);
            node.AddRange(child);
        }

        bool text = children.Length == 0;
        byte[] head = [.. BitConverter.GetBytes((ushort)node.Count), .. BitConverter.GetBytes((ushort)(text ? value.Length / 2 : value.Length)), (byte)(text ? 1 : 0), 0];
        return [.. head, .. node.Skip(6)];
    }

    private static void Pad(List<byte> node)
    {
        while (node.Count % 4 != 0)
        {
            node.Add(0);
        }
    }

    private static int Align(int value, int to) => (value + to - 1) & ~(to - 1);
}
