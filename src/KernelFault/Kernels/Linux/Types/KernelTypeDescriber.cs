using System.Globalization;
using KernelFault.Formats.Btf;

namespace KernelFault.Kernels.Linux.Types;

/// <summary>Spells out what a structure is made of.</summary>
internal sealed class KernelTypeDescriber
{
    private const int MaximumNesting = 16;
    private const int MaximumMembers = 20_000;

    private readonly KernelTypes _types;
    private int _budget = MaximumMembers;

    private KernelTypeDescriber(KernelTypes types) => _types = types;

    /// <summary>Describes a structure or union.</summary>
    /// <param name="types">The kernel's types.</param>
    /// <param name="typeId">The structure, union or typedef of one.</param>
    /// <returns>Null when it is none.</returns>
    internal static KernelTypeDescription? Describe(KernelTypes types, uint typeId) =>
        types.Btf.TryResolve(typeId, out BtfType type) && type.IsComposite
            ? new KernelTypeDescription
            {
                Name = KernelTypeNames.Of(types.Btf, type.NameOffset == 0 ? typeId : type.Id),
                Size = type.SizeOrType,
                Members = new KernelTypeDescriber(types).Members(type, 0, MaximumNesting),
            }
            : null;

    private List<KernelMemberDescription> Members(in BtfType type, ulong bitsBefore, int levels)
    {
        BtfFile btf = _types.Btf;
        var members = new List<KernelMemberDescription>();
        for (int i = 0; i < type.Count && --_budget >= 0; i++)
        {
            KernelMember member = KernelBitField.Place(btf, btf.Member(type, i), bitsBefore);
            string name = btf.Name(btf.Member(type, i).NameOffset);
            bool bits = member.BitSize != 0;
            string declaration = KernelTypeNames.Of(btf, member.TypeId, name);
            members.Add(new KernelMemberDescription
            {
                Name = name,
                TypeName = name.Length == 0 && Anonymous(member.TypeId) is { } word ? word : KernelTypeNames.Of(btf, member.TypeId),
                Declaration = bits ? declaration + ":" + member.BitSize.ToString(CultureInfo.InvariantCulture) : declaration,
                Offset = member.Offset,
                Size = bits ? null : _types.SizeOf(member.TypeId),
                BitOffset = bits ? (int)(member.BitOffset % 8) : null,
                BitSize = bits ? (int)member.BitSize : null,
                Members = levels > 0 && btf.TryGetType(member.TypeId, out BtfType inner) && inner.IsComposite && inner.NameOffset == 0
                    ? Members(inner, member.BitOffset, levels - 1)
                    : [],
            });
        }

        return members;
    }

    private string? Anonymous(uint typeId) =>
        _types.Btf.TryGetType(typeId, out BtfType type) && type.NameOffset == 0
            ? type.Kind == BtfKind.Struct ? "struct" : type.Kind == BtfKind.Union ? "union" : null
            : null;
}
