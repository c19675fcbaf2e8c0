namespace KernelFault.Playbooks.Running;

/// <summary>A machine of a run that is to go on.</summary>
/// <param name="Name">As its user named it.</param>
/// <param name="Connection">How it was reached: what <see cref="RunTarget.Connection"/> said.</param>
/// <param name="Variables">What the inventory said of it; secrets are <c>***</c>.</param>
public sealed record RunMachine(string Name, IReadOnlyDictionary<string, object?> Connection, IReadOnlyDictionary<string, object?> Variables);
