using System.Globalization;
using System.Text;

namespace KernelFault.Kernels.Linux.Types;

/// <summary>A structure or union of the kernel.</summary>
public sealed record KernelTypeDescription
{
    /// <summary>Its name, with the word <c>struct</c> or <c>union</c>.</summary>
    public string Name { get; init; } = string.Empty;

    /// <summary>Bytes it takes.</summary>
    public uint Size { get; init; }

    /// <summary>What it is made of, in order.</summary>
    public IReadOnlyList<KernelMemberDescription> Members { get; init; } = [];

    /// <summary>The declaration in C, each member behind its offset in bytes.</summary>
    /// <returns>Lines parted by line feeds, the last without one.</returns>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(Name).Append(" {\n");
        Append(text, Members, 1);
        return text.Append("}\nSIZE: ").Append(Size.ToString(CultureInfo.InvariantCulture)).ToString();
    }

    private static void Append(StringBuilder text, IReadOnlyList<KernelMemberDescription> members, int level)
    {
        foreach (KernelMemberDescription member in members)
        {
            string offset = member.Offset.ToString(CultureInfo.InvariantCulture)
                + (member.BitSize is null ? string.Empty : ":" + member.BitOffset!.Value.ToString(CultureInfo.InvariantCulture));
            text.Append(("[" + offset + "]").PadLeft(10)).Append(' ', 4 * level);
            if (member.Members.Count == 0)
            {
                text.Append(member.Declaration).Append(";\n");
                continue;
            }

            text.Append(member.TypeName).Append(" {\n");
            Append(text, member.Members, level + 1);
            text.Append(' ', 10 + (4 * level)).Append('}').Append(member.Name.Length == 0 ? string.Empty : " ").Append(member.Name).Append(";\n");
        }
    }
}
