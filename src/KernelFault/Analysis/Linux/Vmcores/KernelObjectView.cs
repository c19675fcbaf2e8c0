using KernelFault.Kernels.Linux.Types;

namespace KernelFault.Analysis.Linux.Vmcores;

/// <summary>A structure of the crashed kernel as plain values by name, to show and to serialise.</summary>
public static class KernelObjectView
{
    /// <summary>The name of the entry that tells an object's type.</summary>
    public const string TypeKey = "_Type";

    /// <summary>The name of the entry that tells where an object is.</summary>
    public const string AddressKey = "_Address";

    private const int MaximumElements = 64;

    /// <summary>Reads a structure.</summary>
    /// <param name="value">The structure.</param>
    /// <param name="depth">How many levels of structures inside it are opened; those below are named by type and address.</param>
    /// <returns>
    /// Its members by name, in the kernel's order. Numbers, truth values and texts as they are; enumerators by name; pointers
    /// and addresses as <c>0x</c> and 16 digits; null for what is not in the dump. Of arrays the first 64 elements.
    /// </returns>
    public static IReadOnlyDictionary<string, object?> Expand(KernelObject value, int depth)
    {
        if (value is null)
        {
            throw new ArgumentNullException(nameof(value));
        }

        var members = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            [TypeKey] = value.TypeName,
            [AddressKey] = value.Address.Hex,
        };
        foreach (KernelMemberValue member in value.Members)
        {
            // Members of anonymous structures stand beside their neighbours, as in C.
            if (member.Name.Length == 0 && member.Value is KernelObject anonymous)
            {
                foreach (KeyValuePair<string, object?> inner in Expand(anonymous, depth))
                {
                    if (!members.ContainsKey(inner.Key))
                    {
                        members.Add(inner.Key, inner.Value);
                    }
                }
            }
            else if (member.Name.Length > 0)
            {
                members[member.Name] = Plain(member.Value, depth);
            }
        }

        return members;
    }

    private static object? Plain(object? value, int depth) => value switch
    {
        KernelObject inner => depth > 0 ? Expand(inner, depth - 1) : $"{inner.TypeName} at {inner.Address.Hex}",
        KernelArray array => array.Elements.Take(MaximumElements).Select(element => Plain(element, depth - 1)).ToArray(),
        KernelPointer pointer => pointer.Address.Hex,
        KernelEnumeration enumeration => enumeration.ToString(),
        _ => value,
    };
}
