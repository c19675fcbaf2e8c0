using KernelFault.Analysis;
using KernelFault.Hosts;
using KernelFault.Playbooks;
using KernelFault.Playbooks.Actions;

namespace KernelFault.Tests.Playbooks.Actions;

/// <summary>Plans and executes built-in actions, and holds each to what it says of itself.</summary>
internal static class Acting
{
    // What programs are asked for that changes nothing.
    private static readonly string[] s_questions = ["/enum", "/enum-drivers", "/e", "/query", "/querysettings", "-s"];

    internal static HostFacts Windows { get; } = new()
    {
        ComputerName = "PC1", Platform = HostPlatform.Windows, OperatingSystem = "Windows 11 Pro", Version = "10.0.22631", Build = "22631.3007", Architecture = "x64",
        IsElevated = true, PowerShellVersion = "5.1", BootTime = new DateTime(2026, 11, 20, 6, 0, 0, DateTimeKind.Utc), PendingRestart = [], OemCodePage = 437,
    };

    internal static HostFacts Linux { get; } = Windows with { Platform = HostPlatform.Linux, OperatingSystem = "Debian GNU/Linux 12 (bookworm)", Version = "12", Build = "6.1.0-18-amd64", OemCodePage = null };

    internal static IPlaybookAction Find(string name) => PlaybookActions.BuiltIn.Find(name) ?? throw new ArgumentException(name);

    internal static ActionContext Context(string name, IHost host, string? folder = null, KernelFaultAnalysis? analysis = null, params (string Name, object? Value)[] inputs)
    {
        Dictionary<string, object?> all = new(PlaybookValue.Map(inputs), StringComparer.OrdinalIgnoreCase);
        foreach (ActionInput input in Find(name).Info.Inputs)
        {
            if (!all.ContainsKey(input.Name) && input.Default is { } value)
            {
                all[input.Name] = value;
            }
        }

        Assert.All(all.Keys, given => Assert.Contains(Find(name).Info.Inputs, input => input.Name == given));
        return new ActionContext { Host = host, Inputs = all, Folder = folder ?? Path.Combine(Path.GetTempPath(), "kf-test-not-made"), Analysis = analysis };
    }

    internal static HostPlan<ActionResult> Plan(string name, RecordedHost host, params (string Name, object? Value)[] inputs) => Plan(host, Context(name, host, inputs: inputs), name);

    /// <summary>Plans, and sees that nothing but questions was asked.</summary>
    internal static HostPlan<ActionResult> Plan(RecordedHost host, ActionContext context, string name)
    {
        int before = host.Calls.Count;
        HostPlan<ActionResult> plan = Find(name).Plan(context, CancellationToken.None);
        Assert.DoesNotContain(host.Calls.Skip(before), call => call.Action is "WriteFile" or "Restart" or "CopyFrom");
        Assert.All(host.Calls.Skip(before).Where(call => call.Action == "Run"), call => Assert.Contains(call.Arguments[0], s_questions));
        if (!Find(name).Info.Changes)
        {
            Assert.Empty(plan.Steps);
        }

        return plan;
    }

    internal static ActionResult Do(string name, RecordedHost host, params (string Name, object? Value)[] inputs) => Execute(name, Plan(name, host, inputs));

    internal static ActionResult Do(string name, RecordedHost host, ActionContext context) => Execute(name, Plan(host, context, name));

    /// <summary>Executes, and sees that the result is what the action's description promises.</summary>
    internal static ActionResult Execute(string name, HostPlan<ActionResult> plan, bool force = false)
    {
        ActionResult result = plan.Execute(new Progress<HostProgress>(), force, CancellationToken.None);
        PlaybookActionInfo info = Find(name).Info;
        Assert.Equal(info.Outputs.Select(output => output.Name).Order(), result.Outputs.Keys.Order());
        Assert.All(info.Outputs, output => Assert.True(IsOf(output.Type, result.Outputs[output.Name]), $"{name}: {output.Name} is {result.Outputs[output.Name]?.GetType().Name}"));
        Assert.All(result.Outputs.Values, value => Assert.True(PlaybookValue.AreEqual(value, PlaybookValue.From(value))));
        Assert.NotEmpty(result.Summary);
        Assert.True(info.Changes || !result.Changed, name + " says it changed something");
        if (plan.Steps.Count == 0)
        {
            Assert.False(result.Changed);
        }

        return result;
    }

    internal static T Output<T>(this ActionResult result, string name) => (T)result.Outputs[name]!;

    internal static string[] Texts(this ActionResult result, string name) => [.. result.Output<IReadOnlyList<object?>>(name).Select(value => (string)value!)];

    /// <summary>A value of one element of a list of maps.</summary>
    internal static object? Field(this ActionResult result, string list, int index, string name) => ((IReadOnlyDictionary<string, object?>)result.Output<IReadOnlyList<object?>>(list)[index]!)[name];

    internal static bool IsOf(PlaybookValueType type, object? value) => value is null || type switch
    {
        PlaybookValueType.Text => value is string,
        PlaybookValueType.Integer => value is long,
        PlaybookValueType.Number => value is long or double,
        PlaybookValueType.Boolean => value is bool,
        PlaybookValueType.TextList => value is IReadOnlyList<object?> texts && texts.All(text => text is string),
        PlaybookValueType.List => value is IReadOnlyList<object?>,
        PlaybookValueType.Map => value is IReadOnlyDictionary<string, object?>,
        _ => true,
    };

    internal static string Guard(HostPlan<ActionResult> plan) => Assert.Single(plan.Guards).Id;
}
