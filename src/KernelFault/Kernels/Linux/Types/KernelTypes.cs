using System.Text;
using KernelFault.Formats.Btf;

namespace KernelFault.Kernels.Linux.Types;

/// <summary>Sizes, offsets and enumerators of a kernel's own types, from the BTF in its memory.</summary>
/// <remarks>
/// Answers are of the kernel that crashed, whatever its version, configuration and vendor patches. A member that was renamed between
/// versions is asked for by each name in turn. Nothing is expanded: a question reads the records it needs. Not for several threads
/// at a time.
/// </remarks>
public sealed class KernelTypes
{
    private const uint Composites = (1u << (int)BtfKind.Struct) | (1u << (int)BtfKind.Union);
    private const uint Enumerations = (1u << (int)BtfKind.Enum) | (1u << (int)BtfKind.Enum64);
    private const uint AnyType = Composites | Enumerations
        | (1u << (int)BtfKind.Typedef) | (1u << (int)BtfKind.Int) | (1u << (int)BtfKind.Float);

    // Bounds on the search through anonymous members: task_struct has 3 levels and some 300 members.
    private const int MaximumNesting = 16;
    private const int MaximumMembersSeen = 100_000;

    private readonly Dictionary<string, uint> _typeIds = new(StringComparer.Ordinal);
    private readonly Dictionary<string, KernelMember?> _members = new(StringComparer.Ordinal);

    internal KernelTypes(BtfFile btf) => Btf = btf;

    /// <summary>The file that is asked.</summary>
    internal BtfFile Btf { get; }

    /// <summary>Bytes a type takes.</summary>
    /// <param name="type">A structure, union, enumeration, typedef or integer by name, without the word <c>struct</c>.</param>
    /// <returns>Null when the kernel has no such type.</returns>
    public uint? SizeOf(string type) => SizeOf(FindType(type));

    /// <summary>Where a member begins.</summary>
    /// <param name="type">A structure, union or typedef of one by name.</param>
    /// <param name="path">
    /// The member, through nested structures with dots and into arrays with an index: <c>thread_info.flags</c>, <c>mem[1].base</c>.
    /// Members of anonymous structures and unions are found as in C. Pointers are not followed.
    /// </param>
    /// <returns>Bytes from the start of the structure (for a bit field, of the byte it begins in); null when the kernel has no such type or member.</returns>
    public uint? OffsetOf(string type, string path) => Find(type, path)?.Offset;

    /// <summary>Bytes a member takes.</summary>
    /// <param name="type">As for <see cref="OffsetOf"/>.</param>
    /// <param name="path">As for <see cref="OffsetOf"/>.</param>
    /// <returns>Bytes (for a bit field, of the type it is declared with); null when the kernel has no such type or member.</returns>
    public uint? SizeOfMember(string type, string path) => Find(type, path) is { } member ? SizeOf(member.TypeId) : null;

    /// <summary>How many elements a member that is an array has.</summary>
    /// <param name="type">As for <see cref="OffsetOf"/>.</param>
    /// <param name="path">As for <see cref="OffsetOf"/>.</param>
    /// <returns>The length of its first dimension, 0 for a flexible array; null when there is no such member or it is no array.</returns>
    public uint? LengthOf(string type, string path) =>
        Find(type, path) is { } member && Btf.TryResolve(member.TypeId, out BtfType array) && array.Kind == BtfKind.Array
            ? Btf.Array(array).Length
            : null;

    /// <summary>What a structure or union is made of.</summary>
    /// <param name="type">The structure, union or typedef of one by name.</param>
    /// <returns>Null when the kernel has none of the name.</returns>
    public KernelTypeDescription? Describe(string type) => KernelTypeDescriber.Describe(this, FindType(type));

    /// <summary>The value of an enumerator.</summary>
    /// <param name="name">As in C: <c>MODULE_STATE_GOING</c>.</param>
    /// <returns>Null when no enumeration of the kernel has it.</returns>
    public long? EnumValue(string name)
    {
        byte[] text = Encoding.UTF8.GetBytes(name);
        uint end = Btf.TypeCount;
        for (uint id = 1; id < end; id++)
        {
            if (!Btf.TryGetType(id, out BtfType type) || type.Kind is not (BtfKind.Enum or BtfKind.Enum64))
            {
                continue;
            }

            for (int i = 0; i < type.Count; i++)
            {
                if (Btf.NameIs(Btf.Enumerator(type, i, out long value), text))
                {
                    return value;
                }
            }
        }

        return null;
    }

    /// <summary>The value of an enumerator of an enumeration that has a name; faster than among all.</summary>
    /// <param name="enumeration">The enumeration, without the word <c>enum</c>.</param>
    /// <param name="name">The enumerator.</param>
    /// <returns>Null when the kernel has no such enumeration or enumerator.</returns>
    public long? EnumValue(string enumeration, string name)
    {
        if (!Btf.TryResolve(Btf.FindType(enumeration, Enumerations), out BtfType type))
        {
            return null;
        }

        byte[] text = Encoding.UTF8.GetBytes(name);
        for (int i = 0; i < type.Count; i++)
        {
            if (Btf.NameIs(Btf.Enumerator(type, i, out long value), text))
            {
                return value;
            }
        }

        return null;
    }

    /// <summary>The number of a type; structures and unions before others of the same name.</summary>
    /// <param name="name">Without the word <c>struct</c>.</param>
    /// <returns>0 when the kernel has none.</returns>
    internal uint FindType(string name)
    {
        if (!_typeIds.TryGetValue(name, out uint id))
        {
            id = Btf.FindType(name, Composites);
            id = id != 0 ? id : Btf.FindType(name, AnyType);
            _typeIds.Add(name, id);
        }

        return id;
    }

    /// <summary>Where a member is.</summary>
    /// <param name="type">As for <see cref="OffsetOf"/>.</param>
    /// <param name="path">As for <see cref="OffsetOf"/>.</param>
    /// <returns>Null when the kernel has no such type or member.</returns>
    internal KernelMember? Find(string type, string path)
    {
        string key = type + "\n" + path;
        if (!_members.TryGetValue(key, out KernelMember? member))
        {
            member = Find(FindType(type), path);
            _members.Add(key, member);
        }

        return member;
    }

    /// <summary>Where a member is.</summary>
    /// <param name="typeId">A structure, union or typedef of one.</param>
    /// <param name="path">As for <see cref="OffsetOf"/>.</param>
    /// <returns>Null when the type has no such member.</returns>
    internal KernelMember? Find(uint typeId, string path)
    {
        var member = new KernelMember(typeId, 0, 0);
        int start = 0;
        while (start < path.Length)
        {
            int end = path.IndexOfAny(['.', '['], start);
            end = end < 0 ? path.Length : end;
            int budget = MaximumMembersSeen;
            if (!Btf.TryResolve(member.TypeId, out BtfType type)
                || !type.IsComposite
                || !TryFindMember(type, Encoding.UTF8.GetBytes(path.Substring(start, end - start)), MaximumNesting, ref budget, out KernelMember inner))
            {
                return null;
            }

            member = new KernelMember(inner.TypeId, member.BitOffset + inner.BitOffset, inner.BitSize);
            start = end;
            while (start < path.Length && path[start] == '[')
            {
                if (!TryFindElement(path, ref start, ref member))
                {
                    return null;
                }
            }

            start++;
        }

        return path.Length == 0 || path[path.Length - 1] == '.' || member.BitOffset / 8 > uint.MaxValue ? null : member;
    }

    /// <summary>Bytes a type takes.</summary>
    /// <param name="typeId">Its number.</param>
    /// <returns>Null for <c>void</c>, functions, forwards and what is damaged.</returns>
    internal uint? SizeOf(uint typeId)
    {
        ulong elements = 1;
        for (int i = 0; i < MaximumNesting && Btf.TryResolve(typeId, out BtfType type); i++)
        {
            switch (type.Kind)
            {
                case BtfKind.Array:
                    BtfArray array = Btf.Array(type);
                    elements *= array.Length;
                    typeId = array.ElementTypeId;
                    if (elements > uint.MaxValue)
                    {
                        return null;
                    }

                    break;
                case BtfKind.Pointer:
                    return Fit(elements * 8);
                case BtfKind.Int or BtfKind.Struct or BtfKind.Union or BtfKind.Enum or BtfKind.Enum64 or BtfKind.Float:
                    return Fit(elements * type.SizeOrType);
                default:
                    return null;
            }
        }

        return null;
    }

    private static uint? Fit(ulong size) => size <= uint.MaxValue ? (uint)size : null;

    private bool TryFindMember(in BtfType type, byte[] name, int levels, ref int budget, out KernelMember found)
    {
        // What the structure names itself comes before what its anonymous members hold: C allows each name but once.
        bool nested = false;
        for (int i = 0; i < type.Count && --budget > 0; i++)
        {
            BtfMember member = Btf.Member(type, i);
            if (member.NameOffset == 0)
            {
                nested = true;
            }
            else if (Btf.NameIs(member.NameOffset, name))
            {
                found = KernelBitField.Place(Btf, member, 0);
                return true;
            }
        }

        for (int i = 0; nested && levels > 0 && i < type.Count && --budget > 0; i++)
        {
            BtfMember member = Btf.Member(type, i);
            if (member.NameOffset == 0
                && Btf.TryResolve(member.TypeId, out BtfType inner)
                && inner.IsComposite
                && TryFindMember(inner, name, levels - 1, ref budget, out found))
            {
                found = new KernelMember(found.TypeId, member.BitOffset + found.BitOffset, found.BitSize);
                return true;
            }
        }

        found = default;
        return false;
    }

    private bool TryFindElement(string path, ref int start, ref KernelMember member)
    {
        uint index = 0;
        int digits = start + 1;
        int end = digits;
        while (end < path.Length && end - digits < 9 && path[end] is >= '0' and <= '9')
        {
            index = (index * 10) + (uint)(path[end++] - '0');
        }

        if (end == digits
            || end == path.Length
            || path[end] != ']'
            || !Btf.TryResolve(member.TypeId, out BtfType type)
            || type.Kind != BtfKind.Array)
        {
            return false;
        }

        BtfArray array = Btf.Array(type);
        if (SizeOf(array.ElementTypeId) is not { } size || (array.Length != 0 && index >= array.Length))
        {
            return false;
        }

        member = new KernelMember(array.ElementTypeId, member.BitOffset + ((ulong)index * size * 8), 0);
        start = end + 1;
        return true;
    }
}
