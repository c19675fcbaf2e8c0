namespace KernelFault.Formats.Btf;

/// <summary>One parameter of a function (<c>struct btf_param</c>).</summary>
internal readonly struct BtfParameter
{
    internal BtfParameter(uint nameOffset, uint typeId)
    {
        NameOffset = nameOffset;
        TypeId = typeId;
    }

    /// <summary>Where its name is among the strings, in bytes; 0 when it has none.</summary>
    internal uint NameOffset { get; }

    /// <summary>Its type; 0 for the <c>...</c> at the end of a list.</summary>
    internal uint TypeId { get; }
}
