namespace KernelFault.Playbooks.Actions;

/// <summary>The actions there are.</summary>
public sealed class PlaybookActions
{
    private readonly Dictionary<string, IPlaybookAction> _byName;
    private readonly Dictionary<string, PlaybookActionInfo> _infos;

    /// <summary>A set of actions.</summary>
    /// <param name="actions">The actions; no two of one name.</param>
    /// <param name="engineActions">Those that the engine does itself, of other names; null for none.</param>
    public PlaybookActions(IEnumerable<IPlaybookAction> actions, IEnumerable<IEngineAction>? engineActions = null)
    {
        _byName = (actions ?? throw new ArgumentNullException(nameof(actions))).ToDictionary(action => action.Info.Name, StringComparer.Ordinal);
        _infos = _byName.Values.Select(action => action.Info).Concat((engineActions ?? []).Select(action => action.Info)).ToDictionary(info => info.Name, StringComparer.Ordinal);
        Infos = [.. _infos.Values.OrderBy(info => info.Name, StringComparer.Ordinal)];
    }

    /// <summary>The actions that come with this library.</summary>
    public static PlaybookActions BuiltIn { get; } = new(
    [
        // In alphabetical order.
        new AnalyseDumpAction(),
        new AssertAction(),
        new BlacklistModuleAction(),
        new CollectDumpsAction(),
        new CopyFileAction(),
        new DisableDriverAction(),
        new DisableVerifierAction(),
        new EnableDriverAction(),
        new EnableVerifierAction(),
        new GetCrashCaptureAction(),
        new GetDriverPackageAction(),
        new GetDriversAction(),
        new GetMachineChecksAction(),
        new GetModuleStateAction(),
        new GetTemperaturesAction(),
        new GetVerifierAction(),
        new InstallUpdatesAction(),
        new LoadModuleAction(),
        new MemoryTestAction(),
        new NotifyAction(),
        new PauseAction(),
        new ReadEventsAction(),
        new ReadMemoryTestAction(),
        new RepairComponentStoreAction(),
        new RepairSystemFileAction(),
        new RepairSystemImageAction(),
        new RestartAction(),
        new RestoreDriverPackageAction(),
        new RollBackDriverAction(),
        new RunScriptAction(),
        new SetBootModeAction(),
        new SetCrashCaptureAction(),
        new SetKernelOptionAction(),
        new StartRepairInstallAction(),
        new TestDriverRiskAction(),
        new TraceKernelFunctionAction(),
        new UnblacklistModuleAction(),
        new UnloadModuleAction(),
        new UpdateDriverAction(),
        new WaitForAction(),
    ],
    [
        new IncludeAction(),
        new ReportAction(),
    ]);

    /// <summary>What they are, by name; with those that the engine does itself.</summary>
    public IReadOnlyList<PlaybookActionInfo> Infos { get; }

    /// <summary>Looks for an action.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The action; null when there is none, and for one that the engine does itself.</returns>
    public IPlaybookAction? Find(string name) => _byName.TryGetValue(name ?? throw new ArgumentNullException(nameof(name)), out IPlaybookAction? action) ? action : null;

    /// <summary>Looks for what an action is.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>What it is; null when there is none.</returns>
    public PlaybookActionInfo? FindInfo(string name) => _infos.TryGetValue(name ?? throw new ArgumentNullException(nameof(name)), out PlaybookActionInfo? info) ? info : null;
}
