using System.Text;
using KernelFault.Hosts;
using KernelFault.Playbooks;
using KernelFault.Playbooks.Actions;

namespace KernelFault.Tests.Playbooks.Actions;

/// <summary>Actions on a machine that runs Linux, played from a recording.</summary>
internal static class LinuxActing
{
    internal static readonly DateTime Boot = new(2026, 11, 20, 6, 0, 0, DateTimeKind.Utc);

    internal static HostFacts Facts { get; } = new()
    {
        ComputerName = "db2", Platform = HostPlatform.Linux, OperatingSystem = "Debian GNU/Linux 12 (bookworm)", Version = "12", Build = "6.1.0-18-amd64", Architecture = "x64",
        IsElevated = true, PowerShellVersion = null, BootTime = Boot, PendingRestart = [],
    };

    internal static RecordedHost Host(params RecordedProgram[] programs) => new("db2", new HostRecording { Facts = Facts, FactsAfterRestart = Facts with { BootTime = Boot.AddHours(1) }, Programs = programs });

    internal static RecordedProgram Done(string program, params string[] arguments) => new(program, arguments);

    /// <summary>What the script about a module prints, with tabs where the text has bars.</summary>
    internal static RecordedProgram State(string name, bool initramfs, params string[] lines) => new("/bin/sh", initramfs ? ["-s", name, "initramfs"] : ["-s", name])
    {
        Output = Encoding.UTF8.GetBytes(string.Join("\n", lines).Replace('|', '\t') + "\nend\n"),
    };

    internal static ActionContext Context(string name, IHost host, params (string Name, object? Value)[] inputs)
    {
        Dictionary<string, object?> all = new(PlaybookValue.Map(inputs), StringComparer.OrdinalIgnoreCase);
        foreach (ActionInput input in PlaybookActions.BuiltIn.FindInfo(name)!.Inputs.Where(input => input.Default is not null))
        {
            all.TryAdd(input.Name, input.Default);
        }

        return new ActionContext { Host = host, Inputs = all, Folder = Path.Combine(Path.GetTempPath(), "kf-test-not-made"), Changes = true };
    }

    internal static HostPlan<ActionResult> Plan(string name, ActionContext context) => PlaybookActions.BuiltIn.Find(name)!.Plan(context, default);

    internal static HostPlan<ActionResult> Plan(string name, IHost host, params (string Name, object? Value)[] inputs) => Plan(name, Context(name, host, inputs));

    internal static ActionResult Do(HostPlan<ActionResult> plan, bool force = false) => plan.Execute(new Progress<HostProgress>(), force, default);

    internal static ActionResult Do(string name, IHost host, params (string Name, object? Value)[] inputs) => Checked(name, Do(Plan(name, host, inputs)));

    /// <summary>Sees that an action gives what it says that it gives.</summary>
    internal static ActionResult Checked(string name, ActionResult result)
    {
        Assert.Equal(PlaybookActions.BuiltIn.FindInfo(name)!.Outputs.Select(output => output.Name).Order(), result.Outputs.Keys.Order());
        Assert.NotEmpty(result.Summary);
        return result;
    }

    internal static string[] Commands(RecordedHost host) => [.. host.Calls.Where(call => !(call.Action == "Run" && call.Arguments is ["-s", ..])).Select(call => call.ToString())];
}
