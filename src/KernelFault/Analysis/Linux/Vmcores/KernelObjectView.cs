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

    // Structures that damaged types nest in themselves are endless; the largest real one, opened whole, has some thousands.
    private const int MaximumValues = 100_000;

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

        int budget = MaximumValues;
        return Expand(value, depth, ref budget);
    }

    private static Dictionary<string, object?> Expand(KernelObject value, int depth, ref int budget)
    {
        var members = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            [TypeKey] = value.TypeName,
            [AddressKey] = value.Address.Hex,
        };
        foreach (KernelMemberValue member in value.Members)
        {
            if (--budget < 0)
            {
                break;
            }

            // Members of anonymous structures stand beside their neighbours, as in C.
            if (member.Name.Length == 0 && member.Value is KernelObject anonymous)
            {
                foreach (KeyValuePair<string, object?> inner in Expand(anonymous, depth, ref budget))
                {
                    if (!members.ContainsKey(inner.Key))
                    {
                        members.Add(inner.Key, inner.Value);
                    }
                }
            }
            else if (member.Name.Length > 0)
            {
                members[member.Name] = Plain(member.Value, depth, ref budget);
            }
        }

        return members;
    }

    private static object? Plain(object? value, int depth, ref int budget)
    {
        switch (value)
        {
            case KernelObject inner:
                return depth > 0 ? Expand(inner, depth - 1, ref budget) : $"{inner.TypeName} at {inner.Address.Hex}";
            case KernelArray array:
                var elements = new List<object?>();
                foreach (object? element in array.Elements.Take(MaximumElements))
                {
                    if (--budget >= 0)
                    {
                        elements.Add(Plain(element, depth - 1, ref budget));
                    }
                }

                return elements.ToArray();
            case KernelPointer pointer:
                return pointer.Address.Hex;
            case KernelEnumeration enumeration:
                return enumeration.ToString();
            default:
                return value;
        }
    }
}
