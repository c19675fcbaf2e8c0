using System.Text;

namespace KernelFault.Tests.Builders;

/// <summary>Writes BTF record by record, after the kernel's <c>Documentation/bpf/btf.rst</c>. Methods return the number of the type.</summary>
internal sealed class BtfBuilder(uint firstType = 1, uint firstName = 0)
{
    private readonly List<uint> _words = [];
    private readonly List<byte> _names = firstName == 0 ? [0] : [];
    private uint _next = firstType;

    public uint NextType => _next;

    public uint NamesLength => firstName + (uint)_names.Count;

    public uint Int(string name, uint size, bool signed = false, bool character = false, bool truth = false) =>
        Add(name, 1, 0, size, false, (size * 8) | (signed ? 1u << 24 : 0) | (character ? 2u << 24 : 0) | (truth ? 4u << 24 : 0));

    public uint Pointer(uint to) => Add(string.Empty, 2, 0, to, false);

    public uint Array(uint element, uint length) => Add(string.Empty, 3, 0, 0, false, element, element, length);

    public uint Struct(string name, uint size, params (string Name, uint Type, uint Bit)[] members) => Composite(4, name, size, members);

    public uint Union(string name, uint size, params (string Name, uint Type, uint Bit)[] members) => Composite(5, name, size, members);

    public uint BitFields(string name, uint size, params (string Name, uint Type, uint Bit, uint Bits)[] members) =>
        Add(name, 4, members.Length, size, true, [.. members.SelectMany(m => new[] { Name(m.Name), m.Type, m.Bit | (m.Bits << 24) })]);

    public uint Enum(string name, bool signed, params (string Name, int Value)[] values) =>
        Add(name, 6, values.Length, 4, signed, [.. values.SelectMany(v => new[] { Name(v.Name), (uint)v.Value })]);

    public uint Enum64(string name, params (string Name, ulong Value)[] values) =>
        Add(name, 19, values.Length, 8, false, [.. values.SelectMany(v => new[] { Name(v.Name), (uint)v.Value, (uint)(v.Value >> 32) })]);

    public uint Forward(string name) => Add(name, 7, 0, 0, false);

    public uint Typedef(string name, uint to) => Add(name, 8, 0, to, false);

    public uint Const(uint to) => Add(string.Empty, 10, 0, to, false);

    public uint Function(string name, uint prototype) => Add(name, 12, 0, prototype, false);

    public uint Tag(string name, uint to) => Add(name, 18, 0, to, false);

    public uint DeclarationTag(string name, uint to) => Add(name, 17, 0, to, false, uint.MaxValue);

    /// <summary>Any record, also one that no compiler writes.</summary>
    public uint Raw(string name, uint kind, int count, uint sizeOrType, params uint[] words) => Add(name, kind, count, sizeOrType, false, words);

    public byte[] Build()
    {
        byte[] types = new byte[_words.Count * 4];
        Buffer.BlockCopy(_words.ToArray(), 0, types, 0, types.Length);
        var file = new FieldWriter();
        file.U16("magic", 0, 0xeb9f);
        file.U8("version", 2, 1);
        file.U8("flags", 3, 0);
        file.U32("hdr_len", 4, 24);
        file.U32("type_off", 8, 0);
        file.U32("type_len", 12, (uint)types.Length);
        file.U32("str_off", 16, (uint)types.Length);
        file.U32("str_len", 20, (uint)_names.Count);
        file.Bytes("types", 24, types);
        file.Bytes("names", 24 + types.Length, _names.ToArray());
        return file.ToArray();
    }

    private uint Composite(uint kind, string name, uint size, (string Name, uint Type, uint Bit)[] members) =>
        Add(name, kind, members.Length, size, false, [.. members.SelectMany(m => new[] { Name(m.Name), m.Type, m.Bit })]);

    private uint Add(string name, uint kind, int count, uint sizeOrType, bool flag, params uint[] words)
    {
        _words.AddRange([Name(name), (uint)count | (kind << 24) | (flag ? 1u << 31 : 0), sizeOrType, .. words]);
        return _next++;
    }

    private uint Name(string name)
    {
        if (name.Length == 0)
        {
            return 0;
        }

        uint at = NamesLength;
        _names.AddRange(Encoding.UTF8.GetBytes(name));
        _names.Add(0);
        return at;
    }
}
