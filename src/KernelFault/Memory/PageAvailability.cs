namespace KernelFault.Memory;

/// <summary>Whether a page of the crashed machine is in the file.</summary>
public enum PageAvailability : long
{
    /// <summary>The machine had no memory there, as far as the file tells.</summary>
    Absent = 0,

    /// <summary>Its bytes can be read.</summary>
    Present,

    /// <summary>The machine had it, and the writer of the file left it out (zero, cache, user or free page).</summary>
    Excluded,

    /// <summary>The file should hold it, but ends before it or its bytes are damaged.</summary>
    Damaged,
}
