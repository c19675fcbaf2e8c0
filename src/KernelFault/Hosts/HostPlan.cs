namespace KernelFault.Hosts;

/// <summary>What would be done to a machine, what speaks against it, and the way to do it.</summary>
/// <typeparam name="TResult">What the work gives.</typeparam>
public sealed class HostPlan<TResult>
{
    private readonly Func<IProgress<HostProgress>, CancellationToken, TResult> _execute;

    /// <summary>A plan.</summary>
    /// <param name="execute">Does the work; called once at most, and never while <see cref="Guards"/> speak against it.</param>
    public HostPlan(Func<IProgress<HostProgress>, CancellationToken, TResult> execute) => _execute = execute ?? throw new ArgumentNullException(nameof(execute));

    /// <summary>
    /// What would be done, in order, each a sentence's beginning with a verb or a command line: <c>Run 'sfc.exe /scannow'</c>,
    /// <c>Set VerifyDriverLevel to 0x209BB</c>. Empty when nothing is to be done: the work only looks then.
    /// </summary>
    public IReadOnlyList<string> Steps { get; init; } = [];

    /// <summary>What speaks against it; empty when nothing does.</summary>
    public IReadOnlyList<HostGuard> Guards { get; init; } = [];

    /// <summary>What a person should know beforehand, such as how to get out again. Empty when there is nothing.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Does the work.</summary>
    /// <param name="progress">Told how far it is, on any thread.</param>
    /// <param name="force">Whether guards that may be overruled are.</param>
    /// <param name="cancellation">Ends the work at once, with what it started.</param>
    /// <returns>What came of it.</returns>
    /// <exception cref="HostGuardException">A guard speaks against it.</exception>
    /// <exception cref="HostException">The machine cannot do it.</exception>
    public TResult Execute(IProgress<HostProgress> progress, bool force, CancellationToken cancellation)
    {
        Verify(force);
        return _execute(progress ?? throw new ArgumentNullException(nameof(progress)), cancellation);
    }

    /// <summary>Asks the guards.</summary>
    /// <param name="force">Whether guards that may be overruled are.</param>
    /// <exception cref="HostGuardException">A guard speaks against it.</exception>
    public void Verify(bool force)
    {
        HostGuard[] standing = [.. Guards.Where(guard => !(force && guard.CanForce))];
        if (standing.Length > 0)
        {
            throw new HostGuardException(standing);
        }
    }
}
