namespace KernelFault.Playbooks.Running;

/// <summary>A machine of an inventory.</summary>
/// <param name="Name">As one names it: a computer name, <c>ssh://user@host</c>.</param>
/// <param name="Variables">What is said of it, its groups' variables among them: <c>host.NAME</c> in a playbook, and parameters of their names.</param>
public sealed record InventoryHost(string Name, IReadOnlyDictionary<string, object?> Variables)
{
    /// <inheritdoc/>
    public override string ToString() => Name;
}
