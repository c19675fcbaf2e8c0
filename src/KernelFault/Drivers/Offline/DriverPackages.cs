using System.Buffers.Binary;
using KernelFault.Formats.Registry;

namespace KernelFault.Drivers.Offline;

// DriverDatabase (in the SYSTEM hive until Windows 10, and again in parts later): DriverInfFiles\oem1.inf names its packages, the active one
// in the value Active; DriverPackages\NAME.inf_amd64_HASH has Provider and Version: 8 bytes, GUID of the class, FILETIME of the date, and
// the version as four 16-bit numbers, the last one first.

/// <summary>Driver packages that a Windows knows, by published name.</summary>
internal sealed class DriverPackages
{
    private const int DateOffset = 0x18;
    private const int VersionOffset = 0x20;
    private const int ClassOffset = 8;
    private const int MaximumInfs = 64 * 1024;

    private readonly Dictionary<string, HiveKey> _infs = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, HiveKey> _packages = new(StringComparer.OrdinalIgnoreCase);

    internal DriverPackages(HiveFile hive)
    {
        Index(hive.Find(@"DriverDatabase\DriverInfFiles"), _infs);
        Index(hive.Find(@"DriverDatabase\DriverPackages"), _packages);
    }

    /// <summary>Name of an INF as its maker had it; the same for one of Windows' own.</summary>
    /// <param name="published">Such as <c>oem12.inf</c>.</param>
    /// <returns>Null when the hive does not say.</returns>
    internal string? OriginalName(string published)
    {
        if (!IsRenamed(published))
        {
            return published;
        }

        string? package = Active(published);
        int end = package?.IndexOf(".inf_", StringComparison.OrdinalIgnoreCase) ?? -1;
        return end < 0 ? null : package!.Substring(0, end + 4);
    }

    /// <summary>Adds to a driver what its package says.</summary>
    internal KernelDriver Complete(KernelDriver driver, string published, Func<string, string?> className)
    {
        KernelDriver named = driver with { PublishedName = published, InfName = OriginalName(published) };
        if (Active(published) is not { } name || !_packages.TryGetValue(name, out HiveKey? package))
        {
            return named;
        }

        byte[] version = package.Value("Version")?.ReadData() ?? [];
        return named with
        {
            Provider = named.Provider ?? IndirectText.Of(package.Value("Provider")?.Text),
            DriverDate = named.DriverDate ?? (version.Length >= VersionOffset ? HiveFile.Time(version.AsSpan(DateOffset))?.UtcDateTime : null),
            DriverVersion = named.DriverVersion ?? (version.Length >= VersionOffset + 8 ? Version(version.AsSpan(VersionOffset)) : null),
            Class = named.Class ?? (version.Length >= DateOffset ? className(new Guid(version.AsSpan(ClassOffset, 16).ToArray()).ToString("B")) : null),
        };
    }

    /// <summary>True for names that Windows gives to packages of others.</summary>
    internal static bool IsRenamed(string inf) => inf.StartsWith("oem", StringComparison.OrdinalIgnoreCase) && inf.Length > 3 && inf[3] is >= '0' and <= '9';

    private static string Version(ReadOnlySpan<byte> bytes) => FormattableString.Invariant(
        $"{U16(bytes, 6)}.{U16(bytes, 4)}.{U16(bytes, 2)}.{U16(bytes, 0)}");

    private static ushort U16(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt16LittleEndian(bytes.Slice(offset));

    private static void Index(HiveKey? key, Dictionary<string, HiveKey> index)
    {
        foreach (HiveKey child in (key?.SubKeys ?? []).Take(MaximumInfs))
        {
            index[child.Name] = child;
        }
    }

    private string? Active(string published)
    {
        if (!_infs.TryGetValue(published, out HiveKey? inf))
        {
            return null;
        }

        return inf.Value("Active")?.Text ?? (inf.Value(string.Empty)?.Texts is { Count: > 0 } names ? names[0] : null);
    }
}
