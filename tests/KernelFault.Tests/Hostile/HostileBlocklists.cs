using System.IO.Compression;
using System.Text;
using KernelFault.Drivers;
using KernelFault.Drivers.Risk;
using KernelFault.Drivers.Risk.Blocklists;
using KernelFault.Tests.Builders;
using KernelFault.Tests.Drivers.Risk;

namespace KernelFault.Tests.Hostile;

/// <summary>Block lists, which come from the network or from people.</summary>
internal static class HostileBlocklists
{
    internal static IReadOnlyList<HostileFormat> All { get; } =
    [
        List("LOLDrivers list", Encoding.UTF8.GetBytes(Lists.LolDrivers), "drivers.json"),
        List("App Control policy", Encoding.UTF8.GetBytes(Lists.Policy), "policy.xml"),
        List("zip of a policy", Zip(), "policy.zip"),
    ];

    // A text is damaged at its marks: brackets, quotes, escapes.
    private static HostileFormat List(string name, byte[] bytes, string fileName) => new(
        name,
        bytes,
        [.. Enumerable.Range(0, bytes.Length).Where(i => bytes[i] is (byte)'[' or (byte)']' or (byte)'{' or (byte)'}' or (byte)'"' or (byte)'<' or (byte)'>' or (byte)'/' or (byte)'=' or (byte)':' or (byte)',').Select(i => new DumpField("mark", i, 1))],
        fileName,
        Ask);

    private static void Ask(string path)
    {
        DriverBlocklist list = DriverBlocklist.Read(path);
        var assessor = new DriverRiskAssessor(new DriverRiskOptions { Blocklists = [list] });
        KernelDriver driver = Tests.Drivers.Risk.Drivers.Windows;
        _ = assessor.Add(driver with { Md5 = Lists.KnownMd5, OriginalFileName = "badio.sys" }, []);
    }

    private static byte[] Zip()
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            using Stream entry = zip.CreateEntry("SiPolicy_Enforced.xml").Open();
            entry.Write(Encoding.UTF8.GetBytes(Lists.Policy));
        }

        return bytes.ToArray();
    }
}
