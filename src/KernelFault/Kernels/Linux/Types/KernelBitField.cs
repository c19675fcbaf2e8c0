using KernelFault.Formats.Btf;

namespace KernelFault.Kernels.Linux.Types;

/// <summary>Places bit fields, which BTF describes in two ways.</summary>
/// <remarks>
/// A structure whose flag is set gives the number of bits with the member. One without says it in the member's integer type, which then
/// has fewer bits than its bytes hold; so do files of <c>pahole</c> before 1.13.
/// </remarks>
internal static class KernelBitField
{
    /// <summary>Says where a member is.</summary>
    /// <param name="btf">The types.</param>
    /// <param name="member">The member.</param>
    /// <param name="bitsBefore">Where its structure begins, in bits from the start of the outermost one.</param>
    internal static KernelMember Place(BtfFile btf, in BtfMember member, ulong bitsBefore)
    {
        ulong at = bitsBefore + member.BitOffset;
        if (member.BitSize == 0 && btf.TryResolve(member.TypeId, out BtfType type) && type.Kind == BtfKind.Int)
        {
            uint encoding = btf.IntegerEncoding(type);
            uint bits = encoding & 0xff;
            uint first = (encoding >> 16) & 0xff;
            if (bits != 0 && bits < type.SizeOrType * 8ul)
            {
                return new KernelMember(member.TypeId, at + first, bits);
            }
        }

        return new KernelMember(member.TypeId, at, member.BitSize);
    }
}
