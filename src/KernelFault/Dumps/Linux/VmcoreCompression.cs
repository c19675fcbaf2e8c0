namespace KernelFault.Dumps.Linux;

/// <summary>How the pages of a vmcore are compressed, as its header says; single pages may be stored as they are.</summary>
public enum VmcoreCompression : long
{
    /// <summary>Not compressed.</summary>
    None = 0,

    /// <summary>zlib, <c>makedumpfile -c</c>.</summary>
    Zlib,

    /// <summary>LZO1X, <c>makedumpfile -l</c>.</summary>
    Lzo,

    /// <summary>Snappy, <c>makedumpfile -p</c>.</summary>
    Snappy,

    /// <summary>Zstandard, <c>makedumpfile -z</c>.</summary>
    Zstandard,
}
