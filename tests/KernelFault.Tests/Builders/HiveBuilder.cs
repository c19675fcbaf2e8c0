using System.Buffers.Binary;
using System.Text;

namespace KernelFault.Tests.Builders;

/// <summary>Writes small hives as Windows would: every kind of list, name and value.</summary>
internal sealed class HiveBuilder
{
    private const int Header = 4096;
    private const int Piece = 16344;
    private readonly List<byte> _cells = [.. new byte[32]];
    private readonly List<DumpField> _fields = [];
    private uint _security;

    internal sealed record Node(string Name, params Node[] Children)
    {
        public IReadOnlyList<(string Name, uint Type, byte[] Data)> Values { get; init; } = [];

        public string? ClassName { get; init; }

        /// <summary><c>lf</c>, <c>lh</c>, <c>li</c>, or <c>ri</c> for lists of two.</summary>
        public string List { get; init; } = "lh";
    }

    internal IReadOnlyList<DumpField> Fields => _fields;

    internal uint PrimarySequence { get; init; } = 7;

    /// <summary>A hive with one of everything.</summary>
    internal static Node Sample { get; } = new(
        "ROOT",
        new Node("Empty"),
        new Node("Kinds") { Values = Kinds(), ClassName = "KindsClass" },
        new Node("Lists", new Node("Fast", new Node("One"), new Node("Two")) { List = "lf" }, new Node("Index", new Node("One"), new Node("Two")) { List = "li" }, new Node("Roots", [.. Enumerable.Range(0, 7).Select(i => new Node($"Child{i}"))]) { List = "ri" }),
        new Node("Uml\u00e4ut") { Values = [("Gr\u00f6\u00dfe", 4, [42, 0, 0, 0])] },
        new Node("\u65e5\u672c") { Values = [("\u540d\u524d", 1, Encoding.Unicode.GetBytes("\u5024\0"))] });

    internal byte[] Build(Node root)
    {
        _cells.RemoveRange(32, _cells.Count - 32);
        _fields.Clear();
        _security = Security();
        uint rootCell = Key(root, uint.MaxValue, isRoot: true);
        int size = (_cells.Count + 4095) & ~4095;
        int rest = size - _cells.Count;
        if (rest >= 8)
        {
            _cells.AddRange(BitConverter.GetBytes(rest));
        }

        _cells.AddRange(new byte[size - _cells.Count]);
        byte[] file = [.. new byte[Header], .. _cells];
        "regf"u8.CopyTo(file);
        Put(file, "sequence", 4, PrimarySequence);
        Put(file, "sequence", 8, 7);
        BinaryPrimitives.WriteInt64LittleEndian(file.AsSpan(12), new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc).ToFileTimeUtc());
        Put(file, "major", 20, 1);
        Put(file, "minor", 24, 5);
        Put(file, "format", 32, 1);
        Put(file, "root", 36, rootCell);
        Put(file, "size", 40, (uint)size);
        Put(file, "clustering", 44, 1);
        Encoding.Unicode.GetBytes("TEST").CopyTo(file, 48);
        uint sum = 0;
        for (int i = 0; i < 508; i += 4)
        {
            sum ^= BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(i));
        }

        Put(file, "checksum", 508, sum);
        "hbin"u8.CopyTo(file.AsSpan(Header));
        Put(file, "bin", Header + 8, (uint)size);
        return file;
    }

    internal static byte[] Pattern(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)(i * 7))];

    private static (string, uint, byte[])[] Kinds() =>
    [
        (string.Empty, 1, Encoding.Unicode.GetBytes("default\0")),
        ("Expand", 2, Encoding.Unicode.GetBytes("%SystemRoot%\\x\0behind")),
        ("Bytes", 3, Pattern(100)),
        ("Short", 3, [1, 2, 3]),
        ("None", 0, []),
        ("Number", 4, [0x78, 0x56, 0x34, 0x12]),
        ("Big", 5, [0x12, 0x34, 0x56, 0x78]),
        ("Link", 6, Encoding.Unicode.GetBytes("\\Registry\\Machine")),
        ("Many", 7, Encoding.Unicode.GetBytes("one\0two\0\0")),
        ("Long", 11, [8, 7, 6, 5, 4, 3, 2, 1]),
        ("Own", 0xFFFF0012, [9]),
        ("Huge", 3, Pattern((2 * Piece) + 1000)),
    ];

    private static void Put(byte[] file, int offset, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(offset), value);

    private void Put(byte[] file, string name, int offset, uint value)
    {
        Put(file, offset, value);
        _fields.Add(new DumpField(name, offset, 4));
    }

    private uint Key(Node node, uint parent, bool isRoot = false)
    {
        bool latin = node.Name.All(c => c < 256);
        byte[] name = latin ? Encoding.Latin1.GetBytes(node.Name) : Encoding.Unicode.GetBytes(node.Name);
        uint cell = Cell(76 + name.Length, "nk", ("nk.flags", 2, 2), ("nk.parent", 16, 4), ("nk.subkeys", 20, 4), ("nk.list", 28, 4), ("nk.values", 36, 4), ("nk.valuelist", 40, 4), ("nk.class", 48, 4), ("nk.name", 72, 2), ("nk.classname", 74, 2));
        U16(cell, 2, (latin ? 0x20 : 0) | (isRoot ? 0xC : 0));
        Write(cell, 4, BitConverter.GetBytes(new DateTime(2025, 6, 7, 8, 9, 10, DateTimeKind.Utc).ToFileTimeUtc()));
        U32(cell, 16, parent);
        U32(cell, 20, (uint)node.Children.Length);
        U32(cell, 28, node.Children.Length == 0 ? uint.MaxValue : List(node, cell));
        U32(cell, 32, uint.MaxValue);
        U32(cell, 36, (uint)node.Values.Count);
        U32(cell, 40, node.Values.Count == 0 ? uint.MaxValue : Offsets(string.Empty, [.. node.Values.Select(Value)]));
        U32(cell, 44, _security);
        U32(cell, 48, node.ClassName is null ? uint.MaxValue : Data(Encoding.Unicode.GetBytes(node.ClassName)));
        U16(cell, 72, name.Length);
        U16(cell, 74, (node.ClassName?.Length ?? 0) * 2);
        Write(cell, 76, name);
        return cell;
    }

    // An empty descriptor for all keys: programs that write hives want one.
    private uint Security()
    {
        uint cell = Cell(40, "sk");
        U32(cell, 4, cell);
        U32(cell, 8, cell);
        U32(cell, 12, 100);
        U32(cell, 16, 20);
        Write(cell, 20, [1, 0, 0, 0x80]);
        return cell;
    }

    private uint List(Node node, uint cell)
    {
        uint[] children = [.. node.Children.Select(child => Key(child, cell))];
        return node.List switch
        {
            "li" => Offsets("li", children),
            "ri" => Offsets("ri", [.. children.Chunk(2).Select(pair => Hashes("lf", pair))]),
            _ => Hashes(node.List, children),
        };
    }

    private uint Hashes(string kind, uint[] children)
    {
        uint cell = Cell(4 + (children.Length * 8), kind, [("list.count", 2, 2), .. children.Select((_, i) => ("list.cell", 4 + (i * 8), 4))]);
        U16(cell, 2, children.Length);
        for (int i = 0; i < children.Length; i++)
        {
            U32(cell, 4 + (i * 8), children[i]);
        }

        return cell;
    }

    private uint Offsets(string kind, uint[] cells)
    {
        int at = kind.Length == 0 ? 0 : 4;
        uint cell = Cell(at + (cells.Length * 4), kind, [.. cells.Select((_, i) => ("list.cell", at + (i * 4), 4))]);
        if (at > 0)
        {
            U16(cell, 2, cells.Length);
        }

        for (int i = 0; i < cells.Length; i++)
        {
            U32(cell, at + (i * 4), cells[i]);
        }

        return cell;
    }

    private uint Value((string Name, uint Type, byte[] Data) value)
    {
        bool latin = value.Name.All(c => c < 256);
        byte[] name = latin ? Encoding.Latin1.GetBytes(value.Name) : Encoding.Unicode.GetBytes(value.Name);
        uint cell = Cell(20 + name.Length, "vk", ("vk.name", 2, 2), ("vk.size", 4, 4), ("vk.cell", 8, 4), ("vk.type", 12, 4), ("vk.flags", 16, 2));
        U16(cell, 2, name.Length);
        U32(cell, 4, (uint)value.Data.Length | (value.Data.Length <= 4 ? 0x80000000 : 0));
        U32(cell, 12, value.Type);
        U16(cell, 16, latin ? 1 : 0);
        Write(cell, 20, name);
        if (value.Data.Length <= 4)
        {
            Write(cell, 8, value.Data);
        }
        else
        {
            U32(cell, 8, value.Data.Length > Piece ? Pieces(value.Data) : Data(value.Data));
        }

        return cell;
    }

    private uint Pieces(byte[] data)
    {
        uint list = Offsets(string.Empty, [.. data.Chunk(Piece).Select(Data)]);
        uint cell = Cell(8, "db", ("db.count", 2, 2), ("db.list", 4, 4));
        U16(cell, 2, (data.Length + Piece - 1) / Piece);
        U32(cell, 4, list);
        return cell;
    }

    private uint Data(byte[] data)
    {
        uint cell = Cell(data.Length, string.Empty);
        Write(cell, 0, data);
        return cell;
    }

    private uint Cell(int length, string signature, params (string Name, int Offset, int Size)[] fields)
    {
        uint cell = (uint)_cells.Count;
        int size = (length + 4 + 7) & ~7;
        _cells.AddRange(BitConverter.GetBytes(-size));
        _cells.AddRange(new byte[size - 4]);
        Write(cell, 0, Encoding.ASCII.GetBytes(signature));
        _fields.Add(new DumpField("cell", Header + (int)cell, 4));
        _fields.AddRange(fields.Select(f => new DumpField(f.Name, Header + (int)cell + 4 + f.Offset, f.Size)));
        return cell;
    }

    private void U16(uint cell, int offset, int value) => Write(cell, offset, BitConverter.GetBytes((ushort)value));

    private void U32(uint cell, int offset, uint value) => Write(cell, offset, BitConverter.GetBytes(value));

    private void Write(uint cell, int offset, byte[] bytes)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            _cells[(int)cell + 4 + offset + i] = bytes[i];
        }
    }
}
