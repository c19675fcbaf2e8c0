using KernelFault.Hosts;

namespace KernelFault.Playbooks.Running;

/// <summary>Passes on how far a step is, with the step's name.</summary>
internal sealed class StepProgress(IProgress<RunProgress>? listener, RunSecrets secrets, string host, int done, int total, string step) : IProgress<HostProgress>
{
    public void Report(HostProgress value) => listener?.Report(new RunProgress(host, done, total, step, secrets.Text(value.Status), value.Percentage));
}
