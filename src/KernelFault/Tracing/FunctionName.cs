namespace KernelFault.Tracing;

/// <summary>What a function of the kernel can be called. Only such names are given to a machine.</summary>
internal static class FunctionName
{
    // KSYM_NAME_LEN of 6.1 is 512; those of C are far shorter.
    private const int MaximumLength = 255;

    /// <summary>Whether a name is of letters, digits, underscores, dots and dollar signs, and does not begin with a digit or a dot.</summary>
    /// <param name="name">The name.</param>
    internal static bool IsValid(string name) =>
        name.Length is > 0 and <= MaximumLength && name[0] != '.' && !(name[0] is >= '0' and <= '9')
        && name.All(c => c is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') or '_' or '.' or '$');
}
