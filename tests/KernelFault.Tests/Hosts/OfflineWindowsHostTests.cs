using System.Text;
using KernelFault.Hosts;

namespace KernelFault.Tests.Hosts;

public sealed class OfflineWindowsHostTests : IDisposable
{
    private readonly string _disk = Directory.CreateTempSubdirectory("kf-test-").FullName;
    private readonly string _mount;
    private readonly OfflineWindowsHost _host;

    public OfflineWindowsHostTests()
    {
        _mount = Path.Combine(_disk, "mount");
        Directory.CreateDirectory(Path.Combine(_mount, "Windows", "System32", "drivers"));
        Directory.CreateDirectory(Path.Combine(_mount, "Program Files"));
        File.WriteAllText(Path.Combine(_mount, "Windows", "System32", "drivers", "Disk.SYS"), "disk");
        File.WriteAllText(Path.Combine(_mount, "Program Files", "x.sys"), "x");
        File.WriteAllText(Path.Combine(_disk, "secret"), "secret");
        _host = new OfflineWindowsHost(Path.Combine(_mount, "Windows"));
    }

    public void Dispose()
    {
        _host.Dispose();
        Directory.Delete(_disk, recursive: true);
    }

    [Theory]
    [InlineData("C:\\Windows\\System32\\drivers\\disk.sys")]
    [InlineData("c:/windows/SYSTEM32/Drivers/DISK.sys")]
    [InlineData("\\SystemRoot\\System32\\drivers\\disk.sys")]
    [InlineData("%SystemRoot%\\System32\\drivers\\disk.sys")]
    [InlineData("\\??\\C:\\Windows\\System32\\drivers\\disk.sys")]
    [InlineData("\\\\?\\C:\\Windows\\System32\\drivers\\disk.sys")]
    [InlineData("System32\\drivers\\disk.sys")]
    [InlineData("system32\\DRIVERS\\.\\disk.sys")]
    [InlineData("\\Windows\\System32\\drivers\\disk.sys")]
    [InlineData("%SystemDrive%\\Windows\\System32\\drivers\\disk.sys")]
    public void APathAsWindowsWritesItIsFound(string path)
    {
        HostFile file = _host.FindFile(path, CancellationToken.None)!;

        Assert.Equal("C:\\Windows\\System32\\drivers\\Disk.SYS", file.Path);
        Assert.Equal("disk", Encoding.ASCII.GetString(_host.ReadFile(path, 10, CancellationToken.None)));
        Assert.Equal(Path.Combine(_mount, "Windows", "System32", "drivers", "Disk.SYS"), _host.FindLocalPath(path));
    }

    [Fact]
    public void TheFolderWithTheDiskServesAsWell()
    {
        using var host = new OfflineWindowsHost(_mount);

        Assert.Equal(["C:\\Program Files\\x.sys"], host.ListFiles("C:\\program files", CancellationToken.None).Select(file => file.Path));
        Assert.NotNull(host.FindFile("\\SystemRoot\\System32", CancellationToken.None));
    }

    [Theory]
    [InlineData("..\\..\\secret")]
    [InlineData("C:\\..\\secret")]
    [InlineData("C:\\Windows\\..\\..\\secret")]
    [InlineData("\\SystemRoot\\../../secret")]
    [InlineData("C:\\Windows\\x:stream")]
    [InlineData("\\\\server\\share\\x")]
    public void NothingOutsideIsTouched(string path)
    {
        Assert.Equal(HostErrorKind.AccessDenied, Assert.Throws<HostException>(() => _host.FindFile(path, CancellationToken.None)).Kind);
        Assert.Equal(HostErrorKind.AccessDenied, Assert.Throws<HostException>(() => _host.WriteFile(path, [1], CancellationToken.None)).Kind);
    }

    [SkippableFact]
    public void ALinkThatLeadsOutIsRefusedAndOneThatStaysIsFollowed()
    {
        Skip.If(OperatingSystem.IsWindows());
        string windows = Path.Combine(_mount, "Windows");
        File.CreateSymbolicLink(Path.Combine(windows, "out"), Path.Combine(_disk, "secret"));
        Directory.CreateSymbolicLink(Path.Combine(windows, "up"), "../..");
        File.CreateSymbolicLink(Path.Combine(windows, "twice"), "up/secret");
        Directory.CreateSymbolicLink(Path.Combine(windows, "loop"), "loop");
        Directory.CreateSymbolicLink(Path.Combine(windows, "in"), "System32/drivers");

        foreach (string path in (string[])["C:\\Windows\\out", "C:\\Windows\\up\\secret", "C:\\Windows\\up", "C:\\Windows\\twice", "C:\\Windows\\loop\\x"])
        {
            Assert.Equal(HostErrorKind.AccessDenied, Assert.Throws<HostException>(() => _host.ReadFile(path, 10, CancellationToken.None)).Kind);
            Assert.Equal(HostErrorKind.AccessDenied, Assert.Throws<HostException>(() => _host.WriteFile(path, [1], CancellationToken.None)).Kind);
        }

        Assert.Equal("disk", Encoding.ASCII.GetString(_host.ReadFile("C:\\Windows\\in\\disk.sys", 10, CancellationToken.None)));
        Assert.Equal("secret", File.ReadAllText(Path.Combine(_disk, "secret")));
    }

    [Fact]
    public void AFileIsWrittenWhereItsFolderIs()
    {
        _host.WriteFile("c:\\WINDOWS\\system32\\new.txt", [1, 2], CancellationToken.None);
        _host.WriteFile("C:\\Windows\\System32\\DRIVERS\\disk.sys", [3], CancellationToken.None);

        Assert.Equal([1, 2], File.ReadAllBytes(Path.Combine(_mount, "Windows", "System32", "new.txt")));
        Assert.Equal([3], File.ReadAllBytes(Path.Combine(_mount, "Windows", "System32", "drivers", "Disk.SYS")));
        Assert.Equal(HostErrorKind.NotFound, Assert.Throws<HostException>(() => _host.WriteFile("C:\\absent\\x", [1], CancellationToken.None)).Kind);
    }

    [Fact]
    public void NothingIsEverRun()
    {
        Assert.Equal(HostErrorKind.NotSupported, Assert.Throws<HostException>(() => _host.Run(new ProgramCall("cmd.exe"), CancellationToken.None)).Kind);
        Assert.Equal(HostErrorKind.NotSupported, Assert.Throws<HostException>(() => _host.RunScript(new ScriptCall("x", "1"), CancellationToken.None)).Kind);
        Assert.Equal(HostErrorKind.NotSupported, Assert.Throws<HostException>(() => _host.Restart(TimeSpan.Zero, CancellationToken.None)).Kind);
    }

    [Fact]
    public void AFolderWithoutWindowsIsNone() =>
        Assert.Equal(HostErrorKind.NotFound, Assert.Throws<HostException>(() => new OfflineWindowsHost(Path.Combine(_mount, "Program Files"))).Kind);

    [Fact]
    public void WithoutHivesTheFactsAreUnknown()
    {
        HostFacts facts = _host.GetFacts(CancellationToken.None);

        Assert.Equal(HostPlatform.Windows, facts.Platform);
        Assert.Null(facts.OperatingSystem);
        Assert.Null(facts.PendingRestart);
    }

    [SkippableFact]
    public void TheRealSystemHiveTellsOfItsMachine()
    {
        ExternalProgram.Require("xz");
        string packed = Directory.GetFiles(Corpus.File("corpus/hives"), "*SYSTEM*.xz").First();
        string config = Directory.CreateDirectory(Path.Combine(_mount, "Windows", "System32", "config")).FullName;
        ExternalProgram.Run(config, "sh", "-c", "xz -dc \"$0\" > SYSTEM", packed);

        HostFacts facts = _host.GetFacts(CancellationToken.None);

        Assert.Equal("x64", facts.Architecture);
        Assert.NotNull(facts.ComputerName);
        Assert.NotNull(facts.OemCodePage);
    }
}
