using System.Security.Cryptography;
using KernelFault.Hosts;

namespace KernelFault.Tests.Hosts;

/// <summary>What every host that reaches this machine's own files has to do with them.</summary>
internal static class HostFileChecks
{
    internal static void Reading(IHost host, string folder)
    {
        string odd = Path.Combine(folder, "odd [a-z]* $HOME 'x' \"y\" 你.bin");
        byte[] content = RandomNumberGenerator.GetBytes(2_000_000);
        File.WriteAllBytes(odd, content);
        File.WriteAllText(Path.Combine(folder, ".hidden"), "h");
        Directory.CreateDirectory(Path.Combine(folder, "below"));
        File.WriteAllText(Path.Combine(folder, "below", "deep"), "d");
        using var copy = new MemoryStream();

        HostFile found = host.FindFile(odd, CancellationToken.None)!;
        IReadOnlyList<HostFile> list = host.ListFiles(folder, CancellationToken.None);
        host.CopyFrom(odd, 0, copy, CancellationToken.None);
        using var rest = new MemoryStream();
        host.CopyFrom(odd, content.Length - 777, rest, CancellationToken.None);
        host.CopyFrom(odd, content.Length + 10, rest, CancellationToken.None);

        Assert.Equal((odd, false, content.Length), (found.Path, found.IsFolder, found.Length));
        Assert.InRange((File.GetLastWriteTimeUtc(odd) - found.LastWriteTime!.Value).TotalSeconds, 0, 1);
        Assert.Equal([Path.Combine(folder, ".hidden"), Path.Combine(folder, "below"), odd], list.Select(file => file.Path));
        Assert.Equal([false, true, false], list.Select(file => file.IsFolder));
        Assert.Null(host.FindFile(Path.Combine(folder, "absent"), CancellationToken.None));
        Assert.Equal(content, host.ReadFile(odd, content.Length, CancellationToken.None));
        Assert.Equal(content, copy.ToArray());
        Assert.Equal(content[^777..], rest.ToArray());
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(content)), host.HashFile(odd, CancellationToken.None));
        Assert.Empty(host.ReadFile(Empty(folder), 10, CancellationToken.None));
        Assert.Empty(host.ListFiles(Directory.CreateDirectory(Path.Combine(folder, "empty folder")).FullName, CancellationToken.None));
    }

    internal static void Writing(IHost host, string folder)
    {
        string path = Path.Combine(folder, "new 'file'.bin");
        byte[] first = RandomNumberGenerator.GetBytes(5_000_000);

        host.WriteFile(path, first, CancellationToken.None);
        Assert.Equal(first, File.ReadAllBytes(path));

        ExternalProgram.Run(folder, "chmod", "0740", path);
        host.WriteFile(path, [1, 2, 3], CancellationToken.None);
        Assert.Equal([1, 2, 3], File.ReadAllBytes(path));
        if (host.Kind != HostKind.PowerShellSession)
        {
            Assert.Equal("740", ExternalProgram.Run(folder, "stat", "-c", "%a", path).Trim());
        }

        host.WriteFile(path, [], CancellationToken.None);
        Assert.Empty(File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(folder));
    }

    internal static void Errors(IHost host, string folder)
    {
        string file = Path.Combine(folder, "five");
        File.WriteAllText(file, "12345");

        Assert.Equal(HostErrorKind.NotFound, Kind(() => host.ReadFile(Path.Combine(folder, "absent"), 10, CancellationToken.None)));
        Assert.Equal(HostErrorKind.NotFound, Kind(() => host.HashFile(Path.Combine(folder, "absent"), CancellationToken.None)));
        Assert.Equal(HostErrorKind.NotFound, Kind(() => host.ListFiles(Path.Combine(folder, "absent"), CancellationToken.None)));
        Assert.Equal(HostErrorKind.NotFound, Kind(() => host.WriteFile(Path.Combine(folder, "absent", "x"), [1], CancellationToken.None)));
        Assert.Equal(HostErrorKind.TooLarge, Kind(() => host.ReadFile(file, 4, CancellationToken.None)));
        Assert.Equal(HostErrorKind.Failed, Kind(() => host.ReadFile("relative", 10, CancellationToken.None)));
    }

    private static HostErrorKind Kind(Action action) => Assert.Throws<HostException>(action).Kind;

    private static string Empty(string folder)
    {
        string path = Path.Combine(folder, "empty");
        File.WriteAllBytes(path, []);
        return path;
    }
}
