namespace KernelFault.Playbooks.Actions;

/// <summary>The actions there are.</summary>
public sealed class PlaybookActions
{
    private readonly Dictionary<string, IPlaybookAction> _byName;

    /// <summary>A set of actions.</summary>
    /// <param name="actions">The actions; no two of one name.</param>
    public PlaybookActions(IEnumerable<IPlaybookAction> actions)
    {
        _byName = (actions ?? throw new ArgumentNullException(nameof(actions))).ToDictionary(action => action.Info.Name, StringComparer.Ordinal);
        Infos = [.. _byName.Values.Select(action => action.Info).OrderBy(info => info.Name, StringComparer.Ordinal)];
    }

    /// <summary>The actions that come with this library.</summary>
    public static PlaybookActions BuiltIn { get; } = new(
    [
        // In alphabetical order.
        new AnalyseDumpAction(),
        new CollectDumpsAction(),
        new DisableDriverAction(),
        new DisableVerifierAction(),
        new EnableDriverAction(),
        new EnableVerifierAction(),
        new GetCrashCaptureAction(),
        new GetDriverPackageAction(),
        new GetDriversAction(),
        new GetMachineChecksAction(),
        new GetTemperaturesAction(),
        new GetVerifierAction(),
        new InstallUpdatesAction(),
        new MemoryTestAction(),
        new ReadEventsAction(),
        new ReadMemoryTestAction(),
        new RepairComponentStoreAction(),
        new RepairSystemFileAction(),
        new RepairSystemImageAction(),
        new RestoreDriverPackageAction(),
        new RollBackDriverAction(),
        new SetBootModeAction(),
        new SetCrashCaptureAction(),
        new StartRepairInstallAction(),
        new TestDriverRiskAction(),
        new UpdateDriverAction(),
    ]);

    /// <summary>What they are, by name.</summary>
    public IReadOnlyList<PlaybookActionInfo> Infos { get; }

    /// <summary>Looks for an action.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The action; null when there is none.</returns>
    public IPlaybookAction? Find(string name) => _byName.TryGetValue(name ?? throw new ArgumentNullException(nameof(name)), out IPlaybookAction? action) ? action : null;
}
