namespace KernelFault.Hosts;

/// <summary>Something was not done to a machine because a guard spoke against it. Nothing was changed.</summary>
/// <param name="guards">The guards that did, at least one.</param>
public sealed class HostGuardException(IReadOnlyList<HostGuard> guards) : Exception(string.Join(" ", (guards ?? throw new ArgumentNullException(nameof(guards))).Select(Text)))
{
    /// <summary>The guards that spoke against it.</summary>
    public IReadOnlyList<HostGuard> Guards { get; } = guards;

    private static string Text(HostGuard guard) => guard.CanForce ? guard.Text + " Use -Force to do it nevertheless." : guard.Text;
}
