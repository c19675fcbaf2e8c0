namespace KernelFault.Playbooks;

/// <summary>Of what kind a parameter, an input or an output is.</summary>
public enum PlaybookValueType : long
{
    /// <summary>A text.</summary>
    Text,

    /// <summary>A whole number of 64 bits.</summary>
    Integer,

    /// <summary>A number.</summary>
    Number,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>A list of texts. A single text stands for a list of one.</summary>
    TextList,

    /// <summary>A list of anything.</summary>
    List,

    /// <summary>Names with values.</summary>
    Map,

    /// <summary>Anything.</summary>
    Any,
}
