using KernelFault.Formats.Registry;
using KernelFault.Hosts;

namespace KernelFault.Tests.Hosts;

/// <summary>The script that reads the registry, run by a real PowerShell; keys of a class of the tests' own stand in for those of Windows.</summary>
public sealed class RegistryScriptTests
{
    private const string OpenRoot = "[Microsoft.Win32.RegistryKey]::OpenBaseKey('LocalMachine', 'Registry64')";

    private const string Fake = """

        class FakeKey {
            [string] $Name; [Collections.IDictionary] $Values; [Collections.IDictionary] $Keys
            FakeKey([string] $name, [Collections.IDictionary] $values, [Collections.IDictionary] $keys) { $this.Name = $name; $this.Values = $values; $this.Keys = $keys }
            [object] OpenSubKey([string] $path) {
                $key = $this
                foreach ($part in $path.Split('\')) { $key = $key.Keys[$part]; if (-not $key) { return $null } }
                if ($key.Name -eq 'Denied') { throw 'Zugriff verweigert.' }
                return $key
            }
            [string[]] GetValueNames() { return @($this.Values.Keys) }
            [object] GetValue([string] $name, [object] $other, [string] $option) { return $this.Values[$name][1] }
            [int] GetValueKind([string] $name) { return $this.Values[$name][0] }
            [string[]] GetSubKeyNames() { return @($this.Keys.Keys) }
            [void] Close() { }
        }
        $memory = [FakeKey]::new('Memory', [ordered]@{
            '' = @(1, 'default'); Text = @(1, ('Ger' + [char]0xe4 + 't')); Path = @(2, '%SystemRoot%\x'); Big = @(4, -1); Long = @(11, -2)
            One = @(7, [string[]]@('one')); Many = @(7, [string[]]@('a', 'b')); None = @(7, [string[]]@()); Bytes = @(3, [byte[]]@(1, 2, 3)); Odd = @(0, [byte[]]@(9)); Missing = @(0, $null)
        }, @{ Below = [FakeKey]::new('Below', [ordered]@{ Start = @(4, 3); Type = @(4, 1) }, @{}); Denied = [FakeKey]::new('Denied', @{}, @{}) })
        $fake = [FakeKey]::new('HKLM', @{}, @{ SYSTEM = [FakeKey]::new('SYSTEM', @{}, @{ Memory = $memory }) })

        """;

    [SkippableFact]
    public void Values_of_every_kind_arrive_and_what_is_refused_is_a_warning()
    {
        RegistrySnapshot read = Read(new RegistryQuery(@"HKLM\SYSTEM\Memory") { WithSubKeys = true }, new RegistryQuery(@"HKLM\SYSTEM\Gone"));
        RegistryContent key = read.Find(@"HKLM\SYSTEM\Memory")!;

        Assert.Equal("default", key.Value(string.Empty)!.Text);
        Assert.Equal("Ger\u00e4t", key.Value("text")!.Text);
        Assert.Equal(RegistryData.ExpandString(@"%SystemRoot%\x"), key.Value("Path"));
        Assert.Equal(uint.MaxValue, key.Value("Big")!.Number);
        Assert.Equal(ulong.MaxValue - 1, key.Value("Long")!.Number);
        Assert.Equal(["one"], key.Value("One")!.Texts);
        Assert.Equal(["a", "b"], key.Value("Many")!.Texts);
        Assert.Empty(key.Value("None")!.Texts!);
        Assert.Equal(RegistryData.Binary([1, 2, 3]), key.Value("Bytes"));
        Assert.Equal((HiveValueType.None, null), (key.Value("Odd")!.Type, key.Value("Missing")?.Text));
        Assert.Equal(3u, Assert.Single(key.SubKeys).Value("Start")!.Number);
        Assert.Contains("Zugriff verweigert", Assert.Single(read.Warnings), StringComparison.Ordinal);
        Assert.Null(read.Find(@"HKLM\SYSTEM\Gone"));
    }

    [SkippableFact]
    public void Only_the_values_that_were_asked_for_are_sent()
    {
        RegistryContent key = Read(new RegistryQuery(@"HKLM\SYSTEM\Memory") { Values = ["START", "big"], WithSubKeys = true }).Find(@"HKLM\SYSTEM\Memory")!;

        Assert.Equal(["Big"], key.Values.Keys);
        Assert.Equal(["Start"], key.SubKeys[0].Values.Keys);
    }

    private static RegistrySnapshot Read(params RegistryQuery[] queries)
    {
        ExternalProgram.Require("pwsh");
        using var asking = new RecordedHost("PC", Recording("{}"));
        Assert.Throws<HostException>(() => new HostRegistry(asking).Read(queries, CancellationToken.None));
        string script = HostScript.Registry;
        int start = script.IndexOf('\n', StringComparison.Ordinal) + 1;
        Assert.Contains(OpenRoot, script, StringComparison.Ordinal);
        using var local = new LocalHost();
        ScriptResult result = local.RunScript(
            new ScriptCall("registry-read", script[..start] + Fake + script[start..].Replace(OpenRoot, "$fake", StringComparison.Ordinal)) { Json = asking.Calls.Single().Arguments.Single() },
            CancellationToken.None);
        Assert.Empty(result.Errors);
        Assert.All(result.Output, c => Assert.InRange(c, ' ', '~'));
        using var answering = new RecordedHost("PC", Recording(result.Output));
        return new HostRegistry(answering).Read(queries, CancellationToken.None);
    }

    private static HostRecording Recording(string output) => new()
    {
        Facts = new HostFacts { ComputerName = "PC", Platform = HostPlatform.Windows, OperatingSystem = null, Version = null, Build = null, Architecture = null, IsElevated = true, PowerShellVersion = null, BootTime = null, PendingRestart = null },
        Scripts = [new RecordedScript("registry-read", output)],
    };
}
