using System.Globalization;
using System.Text;
using KernelFault.Formats.Btf;

namespace KernelFault.Kernels.Linux.Types;

/// <summary>Writes types as C declares them: <c>struct list_head *</c>, <c>char comm[16]</c>, <c>int (*show)(void *)</c>.</summary>
internal sealed class KernelTypeNames
{
    // A declaration of the kernel has some ten steps; parameters of parameters are where hostile types would grow without end.
    private const int MaximumDepth = 32;
    private const int MaximumSteps = 500;

    private readonly BtfFile _btf;
    private int _steps;

    private KernelTypeNames(BtfFile btf) => _btf = btf;

    /// <summary>A type, or a declaration of a name.</summary>
    /// <param name="btf">The types.</param>
    /// <param name="typeId">The type.</param>
    /// <param name="name">What is declared; empty for the type alone.</param>
    internal static string Of(BtfFile btf, uint typeId, string name = "") => new KernelTypeNames(btf).Declare(typeId, name, MaximumDepth);

    // C declares from the inside out: what is around the name grows until a type with a name of its own is met.
    private string Declare(uint typeId, string inner, int depth)
    {
        while (true)
        {
            if (!_btf.TryGetType(typeId, out BtfType type))
            {
                return Join(typeId == 0 ? "void" : "?", inner);
            }

            if (--depth < 0 || ++_steps > MaximumSteps)
            {
                return Join("\u2026", inner);
            }

            switch (type.Kind)
            {
                case BtfKind.Pointer:
                    inner = "*" + inner;
                    inner = IsBehindName(type.SizeOrType) ? "(" + inner + ")" : inner;
                    typeId = type.SizeOrType;
                    break;
                case BtfKind.Array:
                    BtfArray array = _btf.Array(type);
                    inner += "[" + (array.Length == 0 ? string.Empty : array.Length.ToString(CultureInfo.InvariantCulture)) + "]";
                    typeId = array.ElementTypeId;
                    break;
                case BtfKind.FunctionPrototype:
                    inner += "(" + Parameters(type, depth) + ")";
                    typeId = type.SizeOrType;
                    break;
                case BtfKind.Const or BtfKind.Volatile or BtfKind.Restrict:
                    string word = type.Kind == BtfKind.Const ? "const" : type.Kind == BtfKind.Volatile ? "volatile" : "restrict";
                    typeId = type.SizeOrType;
                    if (!_btf.TryGetType(typeId, out BtfType qualified) || qualified.Kind != BtfKind.Pointer)
                    {
                        return word + " " + Declare(typeId, inner, depth);
                    }

                    inner = Join(word, inner);
                    break;
                case BtfKind.TypeTag:
                    typeId = type.SizeOrType;
                    break;
                default:
                    return Join(Word(type) + (type.NameOffset == 0 ? "{\u2026}" : _btf.Name(type.NameOffset)), inner);
            }
        }
    }

    private string Parameters(in BtfType prototype, int depth)
    {
        if (prototype.Count == 0)
        {
            return "void";
        }

        var list = new StringBuilder();
        for (int i = 0; i < prototype.Count && _steps <= MaximumSteps; i++)
        {
            BtfParameter parameter = _btf.Parameter(prototype, i);
            list.Append(i == 0 ? string.Empty : ", ").Append(parameter.TypeId == 0 ? "..." : Declare(parameter.TypeId, string.Empty, depth));
        }

        return list.ToString();
    }

    // Arrays and parameters bind closer to the name than the star of a pointer to them.
    private bool IsBehindName(uint typeId)
    {
        for (int i = 0; i < MaximumDepth && _btf.TryGetType(typeId, out BtfType type); i++)
        {
            if (type.Kind != BtfKind.TypeTag)
            {
                return type.Kind is BtfKind.Array or BtfKind.FunctionPrototype;
            }

            typeId = type.SizeOrType;
        }

        return false;
    }

    private static string Word(in BtfType type) => type.Kind switch
    {
        BtfKind.Struct => "struct ",
        BtfKind.Union => "union ",
        BtfKind.Enum or BtfKind.Enum64 => "enum ",
        BtfKind.Forward => type.Flag ? "union " : "struct ",
        _ => string.Empty,
    };

    private static string Join(string type, string inner) => inner.Length == 0 ? type : inner[0] == '[' ? type + inner : type + " " + inner;
}
