using KernelFault.Formats.Btf;
using KernelFault.Memory;

namespace KernelFault.Kernels.Linux.Types;

/// <summary>An array in the kernel's memory. Its elements are read when they are asked for.</summary>
public sealed class KernelArray
{
    /// <summary>The most elements that are read.</summary>
    public const int MaximumElements = 1024;

    private readonly KernelObjects _objects;
    private readonly uint _elementTypeId;
    private readonly int _nesting;
    private IReadOnlyList<object?>? _elements;

    internal KernelArray(KernelObjects objects, in BtfArray array, ulong address, int nesting)
    {
        _objects = objects;
        _elementTypeId = array.ElementTypeId;
        _nesting = nesting;
        Address = new VirtualAddress(address);
        Length = array.Length;
    }

    /// <summary>The type of an element as in C.</summary>
    public string ElementTypeName => KernelTypeNames.Of(_objects.Types.Btf, _elementTypeId);

    /// <summary>Where it begins.</summary>
    public VirtualAddress Address { get; }

    /// <summary>How many elements it is declared with; 0 for a flexible array at the end of a structure.</summary>
    public uint Length { get; }

    /// <summary>The elements, as <see cref="KernelMemberValue.Value"/>: at most <see cref="MaximumElements"/>.</summary>
    public IReadOnlyList<object?> Elements => _elements ??= ReadElements();

    private List<object?> ReadElements()
    {
        var elements = new List<object?>();
        if (_objects.Types.SizeOf(_elementTypeId) is { } size && size != 0)
        {
            for (uint i = 0; i < Length && i < MaximumElements; i++)
            {
                elements.Add(_objects.Values.Value(_elementTypeId, unchecked(Address.ToUInt64() + ((ulong)i * size)), _nesting));
            }
        }

        return elements;
    }
}
