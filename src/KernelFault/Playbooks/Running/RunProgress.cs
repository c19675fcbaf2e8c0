namespace KernelFault.Playbooks.Running;

/// <summary>How far a machine is.</summary>
/// <param name="Host">The machine.</param>
/// <param name="Done">How many steps of the playbook are behind it.</param>
/// <param name="Total">How many steps the playbook has.</param>
/// <param name="Step">Id of the step that is done now.</param>
/// <param name="Status">What is being done.</param>
/// <param name="Percentage">How much of the step is done, 0 to 100; null when that is not known.</param>
public sealed record RunProgress(string Host, int Done, int Total, string Step, string Status, double? Percentage);
