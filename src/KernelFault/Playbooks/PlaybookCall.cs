namespace KernelFault.Playbooks;

/// <summary>An action with its inputs, as a playbook has them.</summary>
/// <param name="Action">Name of the action, such as <c>collect-dumps</c>.</param>
/// <param name="Inputs">Its inputs by name, not resolved yet.</param>
public sealed record PlaybookCall(string Action, IReadOnlyDictionary<string, object?> Inputs);
