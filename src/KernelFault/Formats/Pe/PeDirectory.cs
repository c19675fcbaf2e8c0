namespace KernelFault.Formats.Pe;

/// <summary>One data directory of the optional header.</summary>
internal readonly record struct PeDirectory(uint Rva, uint Size)
{
    internal const int Export = 0;
    internal const int Import = 1;
    internal const int Resource = 2;
    internal const int Exception = 3;

    /// <summary>The one directory whose address is a file offset: certificates are not loaded.</summary>
    internal const int Certificate = 4;
    internal const int BaseRelocation = 5;
    internal const int Debug = 6;
    internal const int LoadConfiguration = 10;
    internal const int ImportAddressTable = 12;
    internal const int DelayImport = 13;
}
