using System.Text;
using KernelFault.Playbooks;
using KernelFault.Playbooks.Running;

namespace KernelFault.Tests.Playbooks.Running;

/// <summary>Playbooks made in code.</summary>
internal static class TestPlaybook
{
    internal static Playbook Of(params PlaybookStep[] steps) => Named("test", steps);

    internal static Playbook Named(string name, params PlaybookStep[] steps) => new()
    {
        Version = 1,
        Name = name,
        Title = "A test",
        Description = "A test",
        Requires = new PlaybookRequirements { Platform = PlaybookPlatform.Linux, Elevated = true, Offline = false },
        Match = new PlaybookMatch { BugChecks = [], FaultClasses = [], Symptoms = [] },
        Parameters = [],
        Variables = PlaybookValue.Map(),
        Steps = steps,
        Outputs = PlaybookValue.Map(),
        Path = name + ".yaml",
        IsBuiltIn = true,
        Hash = PlanHash.Of(Bytes(name)),
    };

    internal static byte[] Bytes(string name) => Encoding.UTF8.GetBytes(name);

    internal static PlaybookStep Step(string id, string action, params (string Name, object? Value)[] inputs) => new()
    {
        Id = id,
        Title = "Step " + id,
        Why = null,
        Call = new PlaybookCall(action, PlaybookValue.Map([("line", id), .. inputs])),
        When = null,
        ForEach = null,
        Register = id,
        Retry = null,
        Timeout = null,
        OnFailure = new StepFailure(StepFailureKind.Stop, null),
        Confirm = null,
        Changes = action is "again" or "once" or "ask" or "include",
        Restart = StepRestart.None,
        Rollback = null,
        Evidence = [],
        Line = 1,
    };

    internal static PlaybookParameter Parameter(string name, bool secret = false, bool required = false) => new()
    {
        Name = name,
        Type = PlaybookValueType.Text,
        Description = null,
        Required = required,
        Default = null,
        Allowed = [],
        Pattern = null,
        Minimum = null,
        Maximum = null,
        Secret = secret,
    };

    internal static PlaybookCondition Equal(string path, object? operand) => new() { Kind = PlaybookConditionKind.Equals, Parts = [], Value = path, Operand = operand };

    /// <summary>The twelve steps with two restarts of the kill tests: some once only, some that may be repeated.</summary>
    internal static Playbook Twelve() => Named(
        "twelve",
        Step("look-1", "look"),
        Step("once-1", "once"),
        Step("again-1", "again"),
        Step("once-2", "once", ("needsRestart", true)) with { Restart = StepRestart.Allowed },
        Step("look-2", "look"),
        Step("ask-1", "ask"),
        Step("list", "once", ("line", "list-${{ item }}")) with { ForEach = (object?[])["a", "b"] },
        Step("once-3", "once") with { Rollback = new PlaybookCall("once", PlaybookValue.Map(("line", "back-once-3"))) },
        Step("once-4", "once") with { Restart = StepRestart.Required },
        Step("skipped", "once") with { When = Equal("facts.platform", "Windows") },
        Step("once-5", "once", ("line", "${{ results.once-1.line }}-again")),
        Step("last", "look"));
}
