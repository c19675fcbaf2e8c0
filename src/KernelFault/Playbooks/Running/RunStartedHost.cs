namespace KernelFault.Playbooks.Running;

/// <summary>A machine of a run.</summary>
/// <param name="Name">As its user named it.</param>
/// <param name="File">Name of its journal in the folder <c>hosts</c>, without an ending.</param>
/// <param name="Variables">What the inventory says of it; secrets are <c>***</c>.</param>
/// <param name="Connection">How it was reached, for a door to do it again; no secrets.</param>
internal sealed record RunStartedHost(string Name, string File, IReadOnlyDictionary<string, object?> Variables, IReadOnlyDictionary<string, object?> Connection);
