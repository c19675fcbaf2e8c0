namespace KernelFault.Formats.Pe;

/// <summary>One data directory of the optional header.</summary>
internal readonly record struct PeDirectory(uint Rva, uint Size)
{
    internal const int Export = 0;
    internal const int Resource = 2;
    internal const int Exception = 3;
    internal const int BaseRelocation = 5;
    internal const int Debug = 6;
}
