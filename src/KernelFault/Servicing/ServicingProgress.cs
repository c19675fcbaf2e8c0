using KernelFault.Hosts;

namespace KernelFault.Servicing;

/// <summary>Tells how far a program of servicing is, from what it writes.</summary>
/// <param name="progress">Told.</param>
/// <param name="status">What is being done.</param>
internal sealed class ServicingProgress(IProgress<HostProgress> progress, string status)
{
    private readonly PercentageReader _percentages = new();

    /// <summary>A call with this as its listener. Servicing takes minutes as a rule, and hours on slow disks.</summary>
    internal ProgramCall Listen(ProgramCall call) => call with { Timeout = TimeSpan.FromHours(12), OnOutput = Take };

    /// <summary>Says that it begins.</summary>
    internal void Begin() => progress.Report(new HostProgress(status, null));

    private void Take(ProgramOutput output)
    {
        if (!output.IsError && _percentages.Add(output.Bytes))
        {
            progress.Report(new HostProgress(status, _percentages.Percentage));
        }
    }
}
