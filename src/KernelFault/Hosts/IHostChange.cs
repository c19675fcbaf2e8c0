namespace KernelFault.Hosts;

/// <summary>
/// Something that is done to a machine, in two parts: first look and say what would be done, then do it. What only looks and what
/// acts are the same code up to the plan, so a rehearsal shows what a run would do.
/// </summary>
/// <typeparam name="TResult">What the work gives.</typeparam>
public interface IHostChange<TResult>
{
    /// <summary>Looks at the machine and says what would be done. Nothing is changed: no program is run and no file written that leaves a trace.</summary>
    /// <param name="host">The machine.</param>
    /// <param name="cancellation">Ends the work at once.</param>
    /// <returns>The plan.</returns>
    /// <exception cref="HostException">The machine cannot be asked.</exception>
    HostPlan<TResult> Plan(IHost host, CancellationToken cancellation);
}
