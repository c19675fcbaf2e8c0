namespace KernelFault.Formats.Btf;

/// <summary>What follows the head of an array (<c>struct btf_array</c>).</summary>
internal readonly struct BtfArray
{
    internal BtfArray(uint elementTypeId, uint length)
    {
        ElementTypeId = elementTypeId;
        Length = length;
    }

    /// <summary>The type of an element.</summary>
    internal uint ElementTypeId { get; }

    /// <summary>How many elements; 0 for a flexible array at the end of a structure.</summary>
    internal uint Length { get; }
}
