namespace KernelFault.Formats.Pe;

/// <summary>What an entry of the debug directory holds (<c>IMAGE_DEBUG_TYPE_*</c>). Other numbers occur.</summary>
public enum PeDebugType : long
{
    /// <summary><c>IMAGE_DEBUG_TYPE_UNKNOWN</c>.</summary>
    Unknown = 0,

    /// <summary><c>IMAGE_DEBUG_TYPE_COFF</c>: COFF symbols in the image.</summary>
    Coff = 1,

    /// <summary><c>IMAGE_DEBUG_TYPE_CODEVIEW</c>: which PDB belongs to the image.</summary>
    CodeView = 2,

    /// <summary><c>IMAGE_DEBUG_TYPE_FPO</c>: frame pointers left out, x86.</summary>
    Fpo = 3,

    /// <summary><c>IMAGE_DEBUG_TYPE_MISC</c>: the name of a DBG file.</summary>
    Misc = 4,

    /// <summary><c>IMAGE_DEBUG_TYPE_VC_FEATURE</c>: counts of what the compiler's safety switches reached.</summary>
    VcFeature = 12,

    /// <summary><c>IMAGE_DEBUG_TYPE_POGO</c>: section contributions.</summary>
    Pogo = 13,

    /// <summary><c>IMAGE_DEBUG_TYPE_ILTCG</c>: linked with incremental whole-program optimisation.</summary>
    Iltcg = 14,

    /// <summary><c>IMAGE_DEBUG_TYPE_REPRO</c>: <c>TimeDateStamp</c> is a hash of the contents.</summary>
    Reproducible = 16,

    /// <summary><c>IMAGE_DEBUG_TYPE_EX_DLLCHARACTERISTICS</c>: more characteristics, such as CET.</summary>
    ExtendedDllCharacteristics = 20,
}
