namespace KernelFault.Formats.Registry;

/// <summary>Types of registry values (<c>REG_*</c>). Drivers and services use other numbers too.</summary>
public enum HiveValueType : long
{
    /// <summary><c>REG_NONE</c>: bytes.</summary>
    None = 0,

    /// <summary><c>REG_SZ</c>: a text in UTF-16.</summary>
    String = 1,

    /// <summary><c>REG_EXPAND_SZ</c>: a text with references to environment variables.</summary>
    ExpandString = 2,

    /// <summary><c>REG_BINARY</c>: bytes.</summary>
    Binary = 3,

    /// <summary><c>REG_DWORD</c>: 32 bits, little-endian.</summary>
    DWord = 4,

    /// <summary><c>REG_DWORD_BIG_ENDIAN</c>: 32 bits, big-endian.</summary>
    DWordBigEndian = 5,

    /// <summary><c>REG_LINK</c>: the path of another key, in UTF-16 without zero.</summary>
    Link = 6,

    /// <summary><c>REG_MULTI_SZ</c>: texts, each with a zero, and one more zero at the end.</summary>
    MultiString = 7,

    /// <summary><c>REG_RESOURCE_LIST</c>: hardware resources.</summary>
    ResourceList = 8,

    /// <summary><c>REG_FULL_RESOURCE_DESCRIPTOR</c>: hardware resources.</summary>
    FullResourceDescriptor = 9,

    /// <summary><c>REG_RESOURCE_REQUIREMENTS_LIST</c>: hardware resources.</summary>
    ResourceRequirementsList = 10,

    /// <summary><c>REG_QWORD</c>: 64 bits, little-endian.</summary>
    QWord = 11,
}
