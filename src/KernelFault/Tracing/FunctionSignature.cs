using System.Text;
using KernelFault.Formats.Btf;

namespace KernelFault.Tracing;

// Functions are records of BTF that the index by name leaves out: one pass over the records finds one.

/// <summary>What a function takes and returns, from the kernel's type information.</summary>
internal sealed class FunctionSignature
{
    private const int MaximumParameters = 64;
    private const int MaximumTypeDepth = 16;
    private const int RegisterSize = 8;
    private const uint SignedBit = 1u << 24;

    private readonly BtfFile _btf;

    private FunctionSignature(BtfFile btf, in BtfType prototype)
    {
        _btf = btf;
        var parameters = new List<FunctionParameter>();
        for (int index = 0; index < Math.Min(prototype.Count, MaximumParameters); index++)
        {
            BtfParameter parameter = btf.Parameter(prototype, index);
            // A value that takes two registers, or none, moves all behind it; so do the arguments behind three dots.
            if (parameter.TypeId == 0 || FetchType(parameter.TypeId) is not { } fetch)
            {
                IsWhole = false;
                break;
            }

            string name = btf.Name(parameter.NameOffset);
            parameters.Add(new FunctionParameter(name.Length == 0 ? "arg" + (index + 1) : name, TypeName(parameter.TypeId, 0), fetch, IsText(parameter.TypeId)));
        }

        Parameters = parameters;
        Return = prototype.SizeOrType != 0 && FetchType(prototype.SizeOrType) is { } returned
            ? new FunctionParameter("return", TypeName(prototype.SizeOrType, 0), returned, IsText: false)
            : null;
    }

    /// <summary>Parameters in order, as far as each is in a register of its own.</summary>
    internal IReadOnlyList<FunctionParameter> Parameters { get; }

    /// <summary>False when there are more parameters than <see cref="Parameters"/> has.</summary>
    internal bool IsWhole { get; } = true;

    /// <summary>What it returns; null for nothing, and for what does not fit into a register.</summary>
    internal FunctionParameter? Return { get; }

    /// <summary>Finds a function.</summary>
    /// <param name="btf">The type information.</param>
    /// <param name="name">The function, without what a compiler appended.</param>
    /// <returns>Null when it is not described.</returns>
    internal static FunctionSignature? Find(BtfFile btf, string name)
    {
        byte[] text = Encoding.ASCII.GetBytes(name);
        uint end = btf.TypeCount;
        for (uint id = btf.FirstType; id < end; id++)
        {
            if (btf.TryGetType(id, out BtfType type) && type.Kind == BtfKind.Function && btf.NameIs(type.NameOffset, text)
                && btf.TryGetType(type.SizeOrType, out BtfType prototype) && prototype.Kind == BtfKind.FunctionPrototype)
            {
                return new FunctionSignature(btf, prototype);
            }
        }

        return null;
    }

    private string? FetchType(uint id)
    {
        if (!_btf.TryResolve(id, out BtfType type))
        {
            return null;
        }

        switch (type.Kind)
        {
            case BtfKind.Pointer:
                return "x64";
            case BtfKind.Int when type.SizeOrType is 1 or 2 or 4 or 8:
                return ((_btf.IntegerEncoding(type) & SignedBit) != 0 ? "s" : "u") + (type.SizeOrType * 8);
            case BtfKind.Enum when type.SizeOrType is 1 or 2 or 4 or 8:
                return (type.Flag ? "s" : "u") + (type.SizeOrType * 8);
            case BtfKind.Struct or BtfKind.Union when type.SizeOrType is > 0 and <= RegisterSize:
                return "x64";
            default:
                return null;
        }
    }

    private bool IsText(uint id) => _btf.TryResolve(id, out BtfType pointer) && pointer.Kind == BtfKind.Pointer
        && _btf.TryResolve(pointer.SizeOrType, out BtfType element) && element.Kind == BtfKind.Int && element.SizeOrType == 1
        && _btf.Name(element.NameOffset) == "char";

    private string TypeName(uint id, int depth)
    {
        if (id == 0 || !_btf.TryGetType(id, out BtfType type))
        {
            return "void";
        }

        if (depth > MaximumTypeDepth)
        {
            return "…";
        }

        string name = _btf.Name(type.NameOffset);
        return type.Kind switch
        {
            BtfKind.Pointer => Pointer(type.SizeOrType, depth),
            BtfKind.Const => "const " + TypeName(type.SizeOrType, depth + 1),
            BtfKind.Volatile => "volatile " + TypeName(type.SizeOrType, depth + 1),
            BtfKind.Restrict or BtfKind.TypeTag => TypeName(type.SizeOrType, depth + 1),
            BtfKind.Struct => "struct " + name,
            BtfKind.Union => "union " + name,
            BtfKind.Enum or BtfKind.Enum64 => "enum " + name,
            BtfKind.Forward => (type.Flag ? "union " : "struct ") + name,
            BtfKind.Array => TypeName(_btf.Array(type).ElementTypeId, depth + 1) + "[]",
            BtfKind.FunctionPrototype => "function",
            _ => name,
        };
    }

    private string Pointer(uint id, int depth)
    {
        string to = TypeName(id, depth + 1);
        return to + (to.EndsWith("*", StringComparison.Ordinal) ? "*" : " *");
    }
}
