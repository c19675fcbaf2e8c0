using KernelFault.Formats.Btf;
using KernelFault.Memory;

namespace KernelFault.Kernels.Linux.Types;

/// <summary>A structure or union in the kernel's memory. A member is read when it is asked for.</summary>
public sealed class KernelObject
{
    // Deeper than structures of a kernel are nested; types that hold themselves come from damage only.
    private const int MaximumNesting = 32;
    private const int MaximumMembers = 20_000;

    private readonly KernelObjects _objects;
    private readonly BtfType _type;
    private readonly uint _declaredAs;
    private readonly int _nesting;
    private IReadOnlyList<KernelMemberValue>? _members;

    internal KernelObject(KernelObjects objects, uint declaredAs, in BtfType type, VirtualAddress address, int nesting = 0)
    {
        _objects = objects;
        _declaredAs = declaredAs;
        _type = type;
        _nesting = nesting;
        Address = address;
    }

    /// <summary>Its type as it is declared in C, such as <c>struct task_struct</c> or <c>atomic_t</c>.</summary>
    public string TypeName => KernelTypeNames.Of(_objects.Types.Btf, _declaredAs);

    /// <summary>Where it begins.</summary>
    public VirtualAddress Address { get; }

    /// <summary>Bytes it takes.</summary>
    public uint Size => _type.SizeOrType;

    /// <summary>Its members with what they hold; those of anonymous structures and unions as its own. Read when first asked for.</summary>
    public IReadOnlyList<KernelMemberValue> Members => _members ??= ReadMembers();

    /// <summary>The number of its type.</summary>
    internal uint TypeId => _type.Id;

    /// <summary>What a member holds, wherever it is.</summary>
    /// <param name="path">Names parted by dots, and indices: <c>mm.pgd.pgd</c>, <c>cpus_mask.bits[0]</c>. Pointers on the way are followed.</param>
    /// <returns>As <see cref="KernelMemberValue.Value"/>; null also when there is no such member or a pointer on the way is null.</returns>
    public object? Get(string path)
    {
        // The longest stretch that lies within one structure is found at once; the pointer at its end leads on.
        KernelObject at = this;
        int end = path.Length;
        int start = 0;
        while (true)
        {
            if (_objects.Types.Find(at._type.Id, path.Substring(start, end - start)) is { } member)
            {
                object? value = _objects.Values.Read(member, at.Address.ToUInt64(), at._nesting);
                if (end == path.Length)
                {
                    return value;
                }

                if ((value as KernelPointer)?.Follow() is not { } next)
                {
                    return null;
                }

                at = next;
                start = end + 1;
                end = path.Length;
                continue;
            }

            end = path.LastIndexOf('.', end - 1, end - 1 - start);
            if (end <= start)
            {
                return null;
            }
        }
    }

    /// <summary>Itself and what follows it on a list, as long as the list goes.</summary>
    /// <param name="member">The member that links to the next one: a <c>list_head</c>, <c>hlist_node</c>, <c>llist_node</c>, or a pointer to a structure of its own type.</param>
    /// <returns>
    /// Objects of this type. When the list's head is not one of them, as with <c>LIST_HEAD(modules)</c>, it is taken for one: begin at the
    /// head with <see cref="KernelObjects.List"/> then.
    /// </returns>
    public IEnumerable<KernelObject> FollowList(string member) => _objects.ListFrom(this, member);

    /// <summary>The type and the address.</summary>
    /// <returns>As <c>struct task_struct 0xffff…</c>.</returns>
    public override string ToString() => TypeName + " " + Address.Hex;

    private List<KernelMemberValue> ReadMembers()
    {
        var members = new List<KernelMemberValue>();
        if (_nesting < MaximumNesting)
        {
            int budget = MaximumMembers;
            Add(members, _type, 0, MaximumNesting, ref budget);
        }

        return members;
    }

    private void Add(List<KernelMemberValue> members, in BtfType type, ulong bitsBefore, int levels, ref int budget)
    {
        BtfFile btf = _objects.Types.Btf;
        for (int i = 0; i < type.Count && --budget >= 0; i++)
        {
            BtfMember declared = btf.Member(type, i);
            KernelMember member = KernelBitField.Place(btf, declared, bitsBefore);
            if (declared.NameOffset != 0)
            {
                members.Add(new KernelMemberValue
                {
                    Name = btf.Name(declared.NameOffset),
                    TypeName = KernelTypeNames.Of(btf, member.TypeId),
                    Offset = member.Offset,
                    Value = _objects.Values.Read(member, Address.ToUInt64(), _nesting),
                });
            }
            else if (levels > 0 && btf.TryResolve(member.TypeId, out BtfType inner) && inner.IsComposite)
            {
                Add(members, inner, member.BitOffset, levels - 1, ref budget);
            }
        }
    }
}
