using KernelFault.Formats;
using KernelFault.Hosts;

namespace KernelFault.Playbooks.Actions;

/// <summary><c>assert</c>: the step fails unless a value is as it should be.</summary>
internal sealed class AssertAction : PlaybookAction
{
    private const int MaximumText = 300;

    private static readonly (string Name, PlaybookConditionKind Kind, string Text)[] s_operators =
    [
        ("equals", PlaybookConditionKind.Equals, "to be"),
        ("in", PlaybookConditionKind.In, "to be one of"),
        ("contains", PlaybookConditionKind.Contains, "to contain"),
        ("matches", PlaybookConditionKind.Matches, "to match"),
        ("greaterThan", PlaybookConditionKind.GreaterThan, "to be greater than"),
        ("lessThan", PlaybookConditionKind.LessThan, "to be less than"),
        ("exists", PlaybookConditionKind.Exists, "to be there"),
    ];

    /// <inheritdoc/>
    public override PlaybookActionInfo Info { get; } = new()
    {
        Name = "assert",
        Title = "Fail unless a value is as it should be",
        Description = "Compares a value, by one operator of conditions, and fails when it does not hold; or only tells, with 'required: false'. Nothing is asked of the machine.",
        Platform = PlaybookPlatform.Any,
        WorksOffline = true,
        Inputs =
        [
            new ActionInput("value", PlaybookValueType.Any, "The value, such as ${{ results.state.loaded }}; absent when it is not there."),
            new ActionInput("equals", PlaybookValueType.Any, "It is this. Texts are compared without regard to case."),
            new ActionInput("in", PlaybookValueType.List, "It is one of these."),
            new ActionInput("contains", PlaybookValueType.Any, "It is a list with this in it, or a text with it."),
            new ActionInput("matches", PlaybookValueType.Text, "This regular expression is found in it, without regard to case."),
            new ActionInput("greaterThan", PlaybookValueType.Any, "It is more than this: a number, or a time in ISO 8601."),
            new ActionInput("lessThan", PlaybookValueType.Any, "It is less than this: a number, or a time in ISO 8601."),
            new ActionInput("exists", PlaybookValueType.Boolean, "It is there and not null; or false, it is not."),
            new ActionInput("message", PlaybookValueType.Text, "What a person is told when it does not hold."),
            new ActionInput("required", PlaybookValueType.Boolean, "Whether the step fails when it does not hold. Without that 'holds' tells, and the message is a warning.") { Default = true },
        ],
        Outputs =
        [
            new ActionOutput("value", PlaybookValueType.Any, "The value that was compared; null when it is not there."),
            new ActionOutput("holds", PlaybookValueType.Boolean, "Whether it is as it should be."),
        ],
        Changes = false,
        Repeat = ActionRepeat.Safe,
        Idempotence = "It only compares.",
        DryRun = "Nothing: it is compared when the step runs.",
    };

    /// <inheritdoc/>
    protected override HostPlan<ActionResult> Prepare(ActionContext context, HostFacts facts, CancellationToken cancellation)
    {
        (string Name, PlaybookConditionKind Kind, string Text)[] asked = [.. s_operators.Where(one => context.Inputs.ContainsKey(one.Name))];
        if (asked.Length != 1)
        {
            throw Unusable($"one of {string.Join(", ", s_operators.Select(one => one.Name))} is expected, and {asked.Length} are given.");
        }

        object? value = context.Inputs.TryGetValue("value", out object? given) ? given : null;
        object? operand = context.Inputs[asked[0].Name];
        return Look(_ =>
        {
            bool holds = PlaybookCondition.Holds(asked[0].Kind, value, operand, "value");
            string expected = asked[0].Kind == PlaybookConditionKind.Exists ? (operand is true ? "to be there" : "not to be there") : $"{asked[0].Text} {Short(operand)}";
            bool required = context.Flag("required");
            return new ActionResult
            {
                Outputs = PlaybookValue.Map(("value", value), ("holds", holds)),
                Summary = holds ? $"{Short(value)} was expected {expected}, and is." : $"{Short(value)} was expected {expected}, and is not.",
                Failure = holds || !required ? null : context.Text("message") ?? $"{Short(value)} was expected {expected}.",
                Warnings = holds || required || context.Text("message") is not { } message ? [] : [message],
            };
        });
    }

    private static string Short(object? value) => value is null ? "null" : "'" + PrintableText.Clean(PlaybookValue.Text(value), MaximumText) + "'";
}
