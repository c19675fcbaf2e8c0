using KernelFault.Dumps.Windows;

namespace KernelFault.Kernels.Windows;

// Build numbers and names as Microsoft's release information lists them. One build can be a client and a server: the
// header's ProductType tells which.

/// <summary>What people call a Windows build.</summary>
internal static class WindowsBuilds
{
    private static readonly (uint First, uint Last, string? Client, string? Server)[] Builds =
    [
        (2195, 2195, "Windows 2000", "Windows 2000 Server"),
        (2600, 2600, "Windows XP", null),
        (3790, 3790, "Windows XP Professional x64 Edition", "Windows Server 2003"),
        (6000, 6000, "Windows Vista", null),
        (6001, 6001, "Windows Vista Service Pack 1", "Windows Server 2008"),
        (6002, 6003, "Windows Vista Service Pack 2", "Windows Server 2008 Service Pack 2"),
        (7600, 7600, "Windows 7", "Windows Server 2008 R2"),
        (7601, 7601, "Windows 7 Service Pack 1", "Windows Server 2008 R2 Service Pack 1"),
        (9200, 9200, "Windows 8", "Windows Server 2012"),
        (9600, 9600, "Windows 8.1", "Windows Server 2012 R2"),
        (10240, 10240, "Windows 10, version 1507", null),
        (10586, 10586, "Windows 10, version 1511", null),
        (14393, 14393, "Windows 10, version 1607", "Windows Server 2016"),
        (15063, 15063, "Windows 10, version 1703", null),
        (16299, 16299, "Windows 10, version 1709", "Windows Server, version 1709"),
        (17134, 17134, "Windows 10, version 1803", "Windows Server, version 1803"),
        (17763, 17763, "Windows 10, version 1809", "Windows Server 2019"),
        (18362, 18362, "Windows 10, version 1903 or 1909", "Windows Server, version 1903 or 1909"),
        (18363, 18363, "Windows 10, version 1909", "Windows Server, version 1909"),
        (19041, 19041, "Windows 10, version 2004 to 22H2", "Windows Server, version 2004 or 20H2"),
        (19042, 19042, "Windows 10, version 20H2", "Windows Server, version 20H2"),
        (19043, 19043, "Windows 10, version 21H1", null),
        (19044, 19044, "Windows 10, version 21H2", null),
        (19045, 19045, "Windows 10, version 22H2", null),
        (20348, 20348, null, "Windows Server 2022"),
        (22000, 22000, "Windows 11, version 21H2", null),
        (22621, 22621, "Windows 11, version 22H2 or 23H2", null),
        (22631, 22631, "Windows 11, version 23H2", null),
        (25398, 25398, null, "Windows Server, version 23H2"),
        (26100, 26100, "Windows 11, version 24H2 or 25H2", "Windows Server 2025"),
        (26200, 26200, "Windows 11, version 25H2", null),
        (28000, 28000, "Windows 11, version 26H1", null),
    ];

    private const uint Workstation = 1;

    /// <summary>The name; null for a build that is not a release.</summary>
    /// <remarks>
    /// Windows 10 20H2 to 22H2 and Windows 11 23H2 and 25H2 are switched on by a small package over the same kernel, whose
    /// own build number stays 19041, 22621 or 26100: the name then spans what it can be.
    /// </remarks>
    internal static string? NameOf(WindowsDumpHeader header) => NameOf(header.BuildNumber, header.ProductType);

    /// <summary>The name; null for a build that is not a release.</summary>
    /// <param name="build">The build number.</param>
    /// <param name="productType">A <c>VER_NT_</c> product type; null when not known.</param>
    internal static string? NameOf(uint build, uint? productType)
    {
        foreach ((uint first, uint last, string? client, string? server) in Builds)
        {
            if (build < first || build > last)
            {
                continue;
            }

            return productType switch
            {
                null when client is not null && server is not null => client + " or " + server,
                null or Workstation => client ?? server,
                _ => server ?? client,
            };
        }

        return null;
    }

    /// <summary>What <c>VER_NT_</c> product type the header names; null when it does not say.</summary>
    internal static string? ProductTypeOf(WindowsDumpHeader header) => ProductTypeOf(header.ProductType);

    /// <summary>What a <c>VER_NT_</c> product type means; null when it is not known.</summary>
    internal static string? ProductTypeOf(uint? productType) => productType switch
    {
        Workstation => "Workstation",
        2 => "Domain controller",
        3 => "Server",
        _ => null,
    };
}
