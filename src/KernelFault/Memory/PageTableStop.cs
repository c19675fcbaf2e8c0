namespace KernelFault.Memory;

/// <summary>Why a walk through page tables ended.</summary>
public enum PageTableStop : long
{
    /// <summary>The address is mapped.</summary>
    Translated = 0,

    /// <summary>An entry is not present: the processor would fault.</summary>
    NotPresent,

    /// <summary>The processor has no translation for any such address.</summary>
    NonCanonical,

    /// <summary>A table lies where the machine had no memory, as far as the file tells.</summary>
    TableAbsent,

    /// <summary>A table was left out of the file.</summary>
    TableExcluded,

    /// <summary>A table should be in the file, but its bytes are cut off or damaged.</summary>
    TableDamaged,

    /// <summary>An entry has bits that the processor forbids at its level.</summary>
    Malformed,
}
