using KernelFault.Formats;
using static KernelFault.Dumps.Windows.LittleEndian;

namespace KernelFault.Dumps.Process;

// MINIDUMP_SYSTEM_INFO, 56 bytes: ProcessorArchitecture (2), ProcessorLevel (2), ProcessorRevision (2), NumberOfProcessors (1),
// ProductType (1), MajorVersion, MinorVersion, BuildNumber, PlatformId, CSDVersionRva (4 each), SuiteMask (2), reserved (2),
// then what CPUID says.

/// <summary>The machine a minidump was written on.</summary>
internal sealed record MinidumpSystem(Architecture Architecture, ProcessPlatform Platform, string? Name, uint? BuildNumber, uint? ProcessorCount, uint? ProductType)
{
    private const int KnownSize = 32;

    internal static MinidumpSystem Read(MinidumpDirectory directory, uint stream)
    {
        if (!directory.TryStream(stream, out ReadOnlySpan<byte> bytes, out _) || bytes.Length < KnownSize)
        {
            return new MinidumpSystem(Architecture.Unknown, ProcessPlatform.Unknown, null, null, null, null);
        }

        // PROCESSOR_ARCHITECTURE_*; Breakpad called ARM64 0x8003 before Windows had a number for it.
        Architecture architecture = UInt16(bytes, 0) switch
        {
            0 or 10 => Architecture.X86,
            5 => Architecture.Arm,
            9 => Architecture.X64,
            12 or 0x8003 => Architecture.Arm64,
            _ => Architecture.Unknown,
        };
        ProcessPlatform platform = UInt32(bytes, 20) switch
        {
            1 or 2 => ProcessPlatform.Windows,
            0x8101 or 0x8102 => ProcessPlatform.MacOS,
            0x8201 => ProcessPlatform.Linux,
            0x8203 => ProcessPlatform.Android,
            _ => ProcessPlatform.Unknown,
        };
        uint build = UInt32(bytes, 16);
        string version = FormattableString.Invariant($"{UInt32(bytes, 8)}.{UInt32(bytes, 12)}");
        string? extra = directory.Text(UInt32(bytes, 24));
        string name = platform switch
        {
            ProcessPlatform.Windows => FormattableString.Invariant($"Windows {version} build {build}"),
            ProcessPlatform.MacOS => FormattableString.Invariant($"macOS {version}.{build}"),
            ProcessPlatform.Unknown => FormattableString.Invariant($"system 0x{UInt32(bytes, 20):x} {version}.{build}"),
            _ => platform.ToString(),
        };
        return new MinidumpSystem(
            architecture,
            platform,
            PrintableText.Clean(Join(name, extra?.Trim() ?? string.Empty)),
            build,
            bytes[6] == 0 ? null : bytes[6],
            bytes[7] == 0 ? null : bytes[7]);
    }

    // Service pack, or what uname says: the latter repeats the name.
    private static string Join(string name, string extra) =>
        extra.Length == 0 ? name : extra.StartsWith(name, StringComparison.OrdinalIgnoreCase) ? extra : name + " " + extra;
}
