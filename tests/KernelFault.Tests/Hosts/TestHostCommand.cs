using System.Management.Automation;
using System.Text;
using KernelFault.Cmdlets;
using KernelFault.Hosts;

namespace KernelFault.Tests.Hosts;

/// <summary>A cmdlet over the base of all that work on machines: <c>Host.Tests.ps1</c> calls it in a real PowerShell.</summary>
[Cmdlet(VerbsDiagnostic.Test, "Host", DefaultParameterSetName = ComputerNameSet)]
[OutputType(typeof(string))]
public sealed class TestHostCommand : HostCmdlet<string>
{
    /// <summary>What is looked at.</summary>
    [Parameter]
    public string Check { get; set; } = "Facts";

    /// <summary>A folder for files of the check.</summary>
    [Parameter]
    public string Folder { get; set; } = string.Empty;

    /// <inheritdoc/>
    protected override string Work(IHost host, CancellationToken cancellation)
    {
        switch (Check)
        {
            case "Facts":
                HostFacts facts = host.GetFacts(cancellation);
                return $"{host.Name} {host.Kind} {facts.Platform} {facts.ComputerName} {facts.BootTime:o} {facts.IsElevated}";
            case "Traps":
                QuotingTraps.Run(host, some: 8);
                return "passed";
            case "Files":
                HostFileChecks.Reading(host, Directory.CreateDirectory(Path.Combine(Folder, "r")).FullName);
                HostFileChecks.Writing(host, Directory.CreateDirectory(Path.Combine(Folder, "w")).FullName);
                HostFileChecks.Errors(host, Directory.CreateDirectory(Path.Combine(Folder, "e")).FullName);
                return "passed";
            case "Program":
                CheckProgram(host);
                return "passed";
            case "Sleep":
                return host.Run(new ProgramCall("sleep", "4719.5") { Timeout = TimeSpan.FromHours(1) }, cancellation).ExitCode.ToString(System.Globalization.CultureInfo.InvariantCulture);
            default:
                throw new NotSupportedException(Check);
        }
    }

    private static void CheckProgram(IHost host)
    {
        byte[] input = [.. Enumerable.Range(0, 1_500_000).Select(value => (byte)(value * 7))];

        ProgramResult result = host.Run(new ProgramCall("sh", "-c", "cat; printf '\\377\\0' >&2; exit 7") { Input = input }, CancellationToken.None);
        ScriptResult script = host.RunScript(
            new ScriptCall("test", "param([string]$Json)\n(ConvertFrom-Json $Json).text\nWrite-Error 'not good'\n'two'\nthrow 'stopped'") { Json = "{\"text\":\"it's \\\"你\\\"\"}" },
            CancellationToken.None);

        Assert.Equal(7, result.ExitCode);
        Assert.Equal(input, result.Output);
        Assert.Equal([0xFF, 0], result.Error);
        Assert.Equal("it's \"你\"\ntwo", script.Output);
        Assert.Equal(["not good", "stopped"], script.Errors);
        Assert.Equal(3, host.Run(new ProgramCall("sh", "-c", "exit 3") { Input = new byte[4 << 20] }, CancellationToken.None).ExitCode);
        Assert.Equal(HostErrorKind.NotFound, Kind(host, new ProgramCall("no-such-program")));
        Assert.Equal(HostErrorKind.TimedOut, Kind(host, new ProgramCall("sleep", "60") { Timeout = TimeSpan.FromSeconds(0.5) }));
        Assert.Equal(HostErrorKind.TooLarge, Kind(host, new ProgramCall("yes") { MaximumOutput = 100_000 }));
        Assert.Equal(HostErrorKind.Failed, Assert.Throws<HostException>(() => host.RunScript(new ScriptCall("broken", "if ("), CancellationToken.None)).Kind);
        Assert.Equal("still here\n", Encoding.ASCII.GetString(host.Run(new ProgramCall("echo", "still here"), CancellationToken.None).Output));
    }

    private static HostErrorKind Kind(IHost host, ProgramCall call) => Assert.Throws<HostException>(() => host.Run(call, CancellationToken.None)).Kind;
}
