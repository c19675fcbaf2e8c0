namespace KernelFault.Kernels.Symbols;

// Public symbols of a Windows image name more than functions: "$$12" and "_@@_" are labels of the linker and of trace
// metadata, "??_C@" string literals, "__imp_" import slots, "__real@" and "__xmm@" constants. And one address may have many
// names, because the linker folds functions of equal code into one.

/// <summary>Judges names of symbols by their bytes in UTF-8.</summary>
internal static class SymbolName
{
    /// <summary>True for a label that names no function or variable of the source.</summary>
    internal static bool IsLabel(ReadOnlySpan<byte> name) =>
        name.IsEmpty
        || name.StartsWith("$"u8)
        || name.StartsWith("??_C@"u8)
        || name.StartsWith("_@@_"u8)
        || name.StartsWith("__imp_"u8)
        || name.StartsWith("__real@"u8)
        || name.StartsWith("__xmm@"u8);

    /// <summary>Which of two names of one address a person would rather read; negative for <paramref name="left"/>. Total, so always the same.</summary>
    internal static int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        int rank = Rank(left).CompareTo(Rank(right));
        if (rank == 0)
        {
            rank = left.Length.CompareTo(right.Length);
        }

        return rank == 0 ? left.SequenceCompareTo(right) : rank;
    }

    // Plain names, then compiler-made ones and API-set forwarders, then decorated C++ names, then labels.
    private static int Rank(ReadOnlySpan<byte> name)
    {
        if (IsLabel(name))
        {
            return 3;
        }

        return name[0] == (byte)'?' ? 2 : name[0] == (byte)'_' || name.StartsWith("ext_ms_"u8) ? 1 : 0;
    }
}
