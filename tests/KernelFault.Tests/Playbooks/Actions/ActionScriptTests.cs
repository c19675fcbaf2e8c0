using KernelFault.Hosts;
using KernelFault.Playbooks.Actions;

namespace KernelFault.Tests.Playbooks.Actions;

/// <summary>The scripts of actions, run by a real PowerShell; what only Windows has stands in for by functions and objects of the same names.</summary>
public sealed class ActionScriptTests
{
    private const string Events = """
        function Get-WinEvent { param([xml]$FilterXml, [int]$MaxEvents)
            if ($FilterXml.QueryList.Query.Path -ne 'System') { Write-Error -ErrorId NoMatchingEventsFound -Message 'keine' -ErrorAction Stop }
            [pscustomobject]@{ TimeCreated = [DateTime]'2026-11-21T08:00:00Z'; ProviderName = 'disk'; Id = 7; Level = [byte]2; Message = "Der `"Block`" ist fehlerhaft: ü`r`nzweite Zeile"; Properties = @() }
            [pscustomobject]@{ TimeCreated = [DateTime]'2026-11-21T07:00:00Z'; ProviderName = 'Ntfs'; Id = 98; Level = $null; Message = $null; Properties = @([pscustomobject]@{ Value = 5 }, [pscustomobject]@{ Value = 'C:' }) }
        }

        """;

    private const string Agent = """
        function New-Object { param($TypeName, $ComObject)
            if ($ComObject -eq 'Microsoft.Update.UpdateColl') {
                $list = [pscustomobject]@{ All = [Collections.ArrayList]@() }
                $list | Add-Member ScriptMethod Add { param($one) $this.All.Add($one) }
                $list | Add-Member ScriptProperty Count { $this.All.Count }
                $list | Add-Member ScriptMethod Item { param($i) $this.All[$i] }
                return $list
            }
            $session = [pscustomobject]@{ ClientApplicationID = '' }
            $session | Add-Member ScriptMethod CreateUpdateSearcher {
                $searcher = [pscustomobject]@{ }
                $searcher | Add-Member ScriptMethod Search { param($query)
                    if ($query -notlike "IsInstalled=0 and IsHidden=0 and Type='*'") { throw $query }
                    $all = foreach ($n in 1, 2) {
                        [pscustomobject]@{ Identity = [pscustomobject]@{ UpdateID = "$n" * 8 + '-1111-1111-1111-111111111111' }; Title = "Update $n"; EulaAccepted = $true; KBArticleIDs = @("503135$n")
                            InstallationBehavior = [pscustomobject]@{ CanRequestUserInput = $false }; MsrcSeverity = @($null, '', 'Critical')[$n]; SecurityBulletinIDs = @(); Categories = @() }
                    }
                    [pscustomobject]@{ Updates = @($all) }
                }
                $searcher
            }
            $session | Add-Member ScriptMethod CreateUpdateDownloader { $one = [pscustomobject]@{ Updates = $null }; $one | Add-Member ScriptMethod Download { 1 }; $one }
            $session | Add-Member ScriptMethod CreateUpdateInstaller {
                $one = [pscustomobject]@{ Updates = $null }
                $one | Add-Member ScriptMethod Install { $result = [pscustomobject]@{ RebootRequired = $true }; $result | Add-Member ScriptMethod GetUpdateResult { param($i) [pscustomobject]@{ ResultCode = 2 + 2 * $i } }; $result }
                $one
            }
            $session
        }

        """;

    [SkippableFact]
    public void Events_arrive_with_their_texts_and_none_is_no_error()
    {
        using RecordedHost host = Answering("read-events", Events, MachineEvents.Query("System", ["disk"], [], 1));
        ActionResult result = Acting.Do("read-events", host, ("log", "System"));

        Assert.Equal(("disk", 7L, "Error", "2026-11-21T08:00:00.0000000Z"), (result.Field("events", 0, "provider"), result.Field("events", 0, "id"), result.Field("events", 0, "level"), result.Field("events", 0, "time")));
        Assert.Contains("\"Block\" ist fehlerhaft: ü", (string)result.Field("events", 0, "text")!);
        Assert.Equal("5 C:", result.Field("events", 1, "text"));

        using RecordedHost none = Answering("read-events", Events, MachineEvents.Query("Other", [], [], null));
        Assert.Equal(0L, Acting.Do("read-events", none).Output<long>("count"));
    }

    [SkippableTheory]
    [InlineData("all", new string[0], new[] { "Update 1", "Update 2" })]
    [InlineData("security", new string[0], new[] { "Update 2" })]
    [InlineData("all", new[] { "KB5031351" }, new[] { "Update 1" })]
    public void Updates_are_found_by_kind_and_number(string kind, string[] packages, string[] found)
    {
        using RecordedHost asking = new("PC1", new HostRecording { Facts = Acting.Windows, Scripts = [new RecordedScript("windows-update", """{"updates":[]}""")] });
        _ = Acting.Plan("install-updates", asking, ("kind", kind), ("packages", packages));
        using RecordedHost host = new("PC1", new HostRecording { Facts = Acting.Windows, Scripts = [new RecordedScript("windows-update", Run("windows-update", Agent, asking.Calls[0].Arguments[0]))] });

        Assert.Equal(found.Select(title => "Install " + title), Acting.Plan("install-updates", host, ("kind", kind), ("packages", packages)).Steps);
    }

    [SkippableFact]
    public void Updates_are_installed_each_with_its_result()
    {
        const string Find = """{"updates":[{"id":"11111111-1111-1111-1111-111111111111","title":"Update 1"},{"id":"22222222-1111-1111-1111-111111111111","title":"Update 2"}]}""";
        const string Install = """{"operation":"install","kind":"all","articles":[],"ids":["11111111-1111-1111-1111-111111111111","22222222-1111-1111-1111-111111111111"]}""";
        using RecordedHost host = new("PC1", new HostRecording
        {
            Facts = Acting.Windows,
            Scripts = [new RecordedScript("windows-update", Run("windows-update", Agent, Install)) { Json = Install }, new RecordedScript("windows-update", Find)],
        });

        ActionResult result = Acting.Do("install-updates", host);

        Assert.Equal(["Update 1"], result.Texts("installed"));
        Assert.Equal(["Update 2"], result.Texts("failed"));
        Assert.True(result.NeedsRestart);
    }

    [SkippableFact]
    public void A_folder_for_packages_is_made_below_Windows_and_nowhere_else()
    {
        string root = Directory.CreateTempSubdirectory("kf-test-").FullName;
        try
        {
            string stub = $"$env:SystemRoot = '{root}'\n";
            string expected = Path.Combine(root, "kernelfault-packages");

            Assert.Equal(expected, Run("package-folder", stub, """{"name":null}""").Trim());
            Assert.False(Directory.Exists(expected));
            Assert.Equal(Path.Combine(expected, "oem3-20261121T081500Z"), Run("package-folder", stub, """{"name":"oem3-20261121T081500Z"}""").Trim());
            Assert.True(Directory.Exists(Path.Combine(expected, "oem3-20261121T081500Z")));
            Assert.ThrowsAny<Exception>(() => Run("package-folder", stub, """{"name":"../x-1"}"""));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    [SkippableFact]
    public void Temperatures_of_the_second_class_are_read_where_the_first_is_refused()
    {
        const string Stub = "function Get-CimInstance { param($Namespace, $ClassName) if ($Namespace) { throw 'Zugriff verweigert' } [pscustomobject]@{ Name = '\\_TZ.TZ00'; HighPrecisionTemperature = 3232; Temperature = 323 } }\n";
        using RecordedHost host = new("PC1", new HostRecording { Facts = Acting.Windows, Scripts = [new RecordedScript("temperatures", Run("temperatures", Stub, "{}"))] });

        ActionResult result = Acting.Do("get-temperatures", host);

        Assert.Equal("\\_TZ.TZ00", result.Field("sensors", 0, "name"));
        Assert.InRange(result.Output<double>("highest"), 50, 50.1);
    }

    private static RecordedHost Answering(string script, string stub, string query) => new("PC1", new HostRecording
    {
        Facts = Acting.Windows,
        Scripts = [new RecordedScript(script, Run(script, stub, System.Text.Json.JsonSerializer.Serialize(new Dictionary<string, object> { ["query"] = query, ["maximum"] = 10 })))],
    });

    // The stand-ins come behind the script's first line, its parameter.
    private static string Run(string name, string stub, string json)
    {
        ExternalProgram.Require("pwsh");
        string script = HostScript.Read("Playbooks." + name + ".ps1");
        int start = script.IndexOf('\n', StringComparison.Ordinal) + 1;
        using var local = new LocalHost();
        ScriptResult result = local.RunScript(new ScriptCall(name, script[..start] + stub + script[start..]) { Json = json }, CancellationToken.None);
        Assert.Empty(result.Errors);
        return result.Output;
    }
}
