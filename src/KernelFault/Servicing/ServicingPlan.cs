using KernelFault.Hosts;

namespace KernelFault.Servicing;

/// <summary>Looks at a machine before a repair and puts what speaks against it into the plan.</summary>
internal static class ServicingPlan
{
    /// <summary>A plan with its guards.</summary>
    /// <param name="execute">Does the work.</param>
    /// <param name="steps">What would be done.</param>
    /// <param name="host">The machine.</param>
    /// <param name="needs">What the work needs.</param>
    /// <param name="cancellation">Ends the work at once.</param>
    internal static HostPlan<TResult> Make<TResult>(
        Func<IProgress<HostProgress>, CancellationToken, TResult> execute, IReadOnlyList<string> steps, IHost host, ServicingNeeds needs, CancellationToken cancellation)
    {
        HostFacts facts = host.GetFacts(cancellation);
        if (HostGuard.Windows(facts) is { } other)
        {
            // Of another system nothing else is asked.
            return new HostPlan<TResult>(execute) { Steps = steps, Guards = [other] };
        }

        var state = ServicingState.Read(host, needs.WindowsDirectory, ServicingLook.Sample, cancellation);
        return new HostPlan<TResult>(execute)
        {
            Steps = steps,
            Guards = ServicingGuards.Of(facts, state, needs),
            Warnings = [.. ServicingGuards.Warnings(facts, needs)],
        };
    }
}
