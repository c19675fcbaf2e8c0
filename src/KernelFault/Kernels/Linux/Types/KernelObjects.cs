using KernelFault.Formats.Btf;
using KernelFault.Memory;

namespace KernelFault.Kernels.Linux.Types;

/// <summary>Reads structures in the kernel's memory by what its BTF says of them.</summary>
public sealed class KernelObjects
{
    private const int MaximumListLength = 10_000_000;

    private readonly List<string> _warnings = [];

    internal KernelObjects(IMemoryReader memory, KernelTypes types)
    {
        Memory = memory;
        Types = types;
        Values = new KernelValueReader(this);
    }

    /// <summary>What could not be read so far, such as where a list broke off.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>The types.</summary>
    public KernelTypes Types { get; }

    internal IMemoryReader Memory { get; }

    internal KernelValueReader Values { get; }

    /// <summary>A structure or union at an address. Nothing is read yet.</summary>
    /// <param name="type">Its type by name, without the word <c>struct</c>.</param>
    /// <param name="address">Where it begins.</param>
    /// <returns>Null when the kernel has no structure or union of the name.</returns>
    public KernelObject? At(string type, VirtualAddress address) => At(Types.FindType(type), address);

    /// <summary>What is on a list, begun at its head.</summary>
    /// <param name="type">The structures on the list, by name.</param>
    /// <param name="member">The member of them that links to the next one, as for <see cref="KernelObject.FollowList"/>.</param>
    /// <param name="head">The list's head, which is none of them: a <c>struct list_head</c>, or a pointer to the first (<c>hlist_head</c>, <c>llist_head</c>).</param>
    /// <returns>The structures in order. Where a damaged list breaks off, <see cref="Warnings"/> says why.</returns>
    public IEnumerable<KernelObject> List(string type, string member, VirtualAddress head) =>
        Types.FindType(type) is not 0 and uint typeId && Types.Find(typeId, member) is { } link
            ? Walk(typeId, member, link, head.ToUInt64())
            : [];

    internal KernelObject? At(uint typeId, VirtualAddress address) =>
        Types.Btf.TryResolve(typeId, out BtfType type) && type.IsComposite ? new KernelObject(this, typeId, type, address) : null;

    internal IEnumerable<KernelObject> ListFrom(KernelObject first, string member)
    {
        if (Types.Find(first.TypeId, member) is not { } link)
        {
            yield break;
        }

        yield return first;
        foreach (KernelObject next in Walk(first.TypeId, member, link, first.Address.ToUInt64() + link.Offset))
        {
            yield return next;
        }
    }

    // Links point to links, plain pointers to the structures' beginnings. A list_head ends where it began, all others with null.
    private IEnumerable<KernelObject> Walk(uint typeId, string member, KernelMember link, ulong start)
    {
        if (!Types.Btf.TryResolve(typeId, out BtfType type) || !type.IsComposite || !Types.Btf.TryResolve(link.TypeId, out BtfType linkType))
        {
            yield break;
        }

        bool isPointer = linkType.Kind == BtfKind.Pointer;
        bool isRing = !isPointer && Types.Btf.NameIs(linkType.NameOffset, "list_head"u8);
        string name = Types.Btf.Name(type.NameOffset) + "." + member;
        foreach (ulong element in KernelList.Walk(
            Memory, start, isRing ? start : 0, link.Offset, isPointer ? 0 : link.Offset, MaximumListLength, name, _warnings))
        {
            yield return new KernelObject(this, typeId, type, new VirtualAddress(element));
        }
    }
}
