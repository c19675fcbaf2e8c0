using System.Reflection;
using System.Text.RegularExpressions;
using KernelFault.Analysis;

namespace KernelFault.Playbooks.Loading;

/// <summary>The keys, names and limits of the file: what the loader and the JSON schema have in common.</summary>
internal static class PlaybookForm
{
    internal const int MaximumSteps = 200;
    internal const int MaximumParameters = 100;
    internal const int MaximumVariables = 100;
    internal const int MaximumOutputs = 100;
    internal const int MaximumMatches = 100;
    internal const int MaximumElements = 1000;
    internal const int MaximumName = 64;
    internal const int MaximumTitle = 200;
    internal const int MaximumText = 4000;
    internal const int MaximumRetries = 100;
    internal const double MaximumDelay = 86_400;
    internal const double MaximumBackOff = 10;
    internal const double MaximumTimeout = 604_800;

    // No end-of-text anchors of one dialect alone: the same texts stand in the JSON schema, which editors read as JavaScript does.
    internal const string PlaybookName = "^[a-z][a-z0-9]*(-[a-z0-9]+)*$";
    internal const string StepId = "^[a-z][a-z0-9-]*$";
    internal const string ParameterName = "^[A-Za-z][A-Za-z0-9]*$";
    internal const string ValueName = "^[A-Za-z_][A-Za-z0-9_-]*$";

    internal static readonly string[] Top = ["version", "name", "title", "description", "requires", "match", "parameters", "variables", "steps", "outputs"];
    internal static readonly string[] Requires = ["platform", "elevated", "offline"];
    internal static readonly string[] Match = ["bugChecks", "faultClasses", "symptoms"];
    internal static readonly string[] Parameter = ["type", "description", "required", "default", "allowed", "pattern", "minimum", "maximum", "secret"];
    internal static readonly string[] Step =
    [
        "id", "title", "why", "action", "inputs", "when", "forEach", "register", "retry", "timeout", "onFailure", "confirm", "changes", "restart", "rollback", "evidence",
    ];

    internal static readonly string[] Retry = ["count", "delay", "backOff", "until"];
    internal static readonly string[] Call = ["action", "inputs"];
    internal static readonly string[] Facts =
    [
        "name", "kind", "platform", "operatingSystem", "version", "build", "architecture", "isElevated", "computerName", "bootTime", "pendingRestart", "powerShellVersion",
    ];

    internal static readonly string[] FaultClasses = [.. typeof(FaultClass).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => field.Name)];
    internal static readonly string[] Run = ["id", "startTime"];
    internal static readonly string[] StepValues = ["status", "changed", "summary"];

    internal static readonly (string Key, PlaybookPlatform Value)[] Platforms = [("Any", PlaybookPlatform.Any), ("Windows", PlaybookPlatform.Windows), ("Linux", PlaybookPlatform.Linux)];
    internal static readonly (string Key, StepRestart Value)[] Restarts = [("allowed", StepRestart.Allowed), ("required", StepRestart.Required)];

    internal static readonly (string Key, StepFailureKind Value)[] Failures =
    [
        ("stop", StepFailureKind.Stop), ("continue", StepFailureKind.Continue), ("roll-back", StepFailureKind.RollBack),
    ];

    internal static readonly (string Key, PlaybookValueType Value)[] Types =
    [
        ("text", PlaybookValueType.Text), ("integer", PlaybookValueType.Integer), ("number", PlaybookValueType.Number), ("boolean", PlaybookValueType.Boolean),
        ("textList", PlaybookValueType.TextList), ("list", PlaybookValueType.List), ("map", PlaybookValueType.Map), ("any", PlaybookValueType.Any),
    ];

    internal static readonly (string Key, PlaybookConditionKind Value)[] Operators =
    [
        ("equals", PlaybookConditionKind.Equals), ("in", PlaybookConditionKind.In), ("contains", PlaybookConditionKind.Contains), ("matches", PlaybookConditionKind.Matches),
        ("greaterThan", PlaybookConditionKind.GreaterThan), ("lessThan", PlaybookConditionKind.LessThan), ("exists", PlaybookConditionKind.Exists),
    ];

    internal static readonly (string Key, PlaybookConditionKind Value)[] Groups =
    [
        ("all", PlaybookConditionKind.All), ("any", PlaybookConditionKind.Any), ("not", PlaybookConditionKind.Not),
    ];

    /// <summary>Whether a text has the form of a name, and is not longer than one.</summary>
    /// <param name="text">The text.</param>
    /// <param name="pattern">One of the patterns of names above.</param>
    /// <returns>Whether it has.</returns>
    internal static bool IsName(string text, string pattern) =>
        text.Length <= MaximumName && !text.EndsWith("\n", StringComparison.Ordinal) && Regex.IsMatch(text, pattern, RegexOptions.CultureInvariant);

    /// <summary>What a type is called in a file.</summary>
    /// <param name="type">The type.</param>
    /// <returns>Its name.</returns>
    internal static string NameOf(PlaybookValueType type) => Types.First(pair => pair.Value == type).Key;
}
