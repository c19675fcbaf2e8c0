using System.Collections;
using System.Management.Automation;
using KernelFault.Analysis;
using KernelFault.Formats;
using KernelFault.Hosts;
using KernelFault.Playbooks;
using KernelFault.Playbooks.Actions;
using KernelFault.Playbooks.Running;
using KernelFault.Playbooks.Signing;
using KernelFault.Reports;

namespace KernelFault.Cmdlets;

/// <summary>Runs a playbook on machines, several at a time, and writes what became of each as it comes.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "RemediationPlaybook", DefaultParameterSetName = ComputerNameSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(HostRun))]
public sealed class InvokeRemediationPlaybookCommand : HostCmdlet<HostRun>
{
    private const string InventorySet = "Inventory";

    private readonly List<RunTarget> _targets = [];
    private readonly List<KernelFaultAnalysis> _analyses = [];
    private RunReportFiles? _reports;

    /// <summary>Name of a playbook that comes with the module. Without it and without a path, the analysis says which one.</summary>
    [Parameter(Position = 0)]
    [ArgumentCompleter(typeof(PlaybookNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>File of a playbook.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>Crashes: the playbook is run once for each, and sees it.</summary>
    [Parameter(ValueFromPipeline = true)]
    [ValidateNotNull]
    public KernelFaultAnalysis[] Analysis { get; set; } = [];

    /// <summary>What the playbook is told, by the names of its parameters.</summary>
    [Parameter]
    [ValidateNotNull]
    public Hashtable? Parameter { get; set; }

    /// <summary>File with machines, their groups and variables.</summary>
    [Parameter(Mandatory = true, ParameterSetName = InventorySet)]
    [ValidateNotNullOrEmpty]
    public string Inventory { get; set; } = string.Empty;

    /// <summary>Groups of the inventory; without it, all its machines.</summary>
    [Parameter(ParameterSetName = InventorySet)]
    [ValidateNotNullOrEmpty]
    public string[] Group { get; set; } = [];

    /// <summary>Sizes of batches: numbers of machines or percentages of all, the last one again and again.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] Serial { get; set; } = [];

    /// <summary>How many machines may fail, a number or a percentage: when more do, no other one is begun.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? MaxFailure { get; set; }

    /// <summary>Does only what looks, and shows the rest.</summary>
    [Parameter]
    public SwitchParameter Check { get; set; }

    /// <summary>Answers the playbook's questions with yes, unless -Confirm is typed too, and overrules guards that may be overruled.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Files for a report that can be handed on: a page where a name ends with .html, Markdown where with .md.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] ReportPath { get; set; } = [];

    /// <summary>Folder of the runs; without it, the one in the user's data.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? RunPath { get; set; }

    /// <summary>Refuses a playbook from a file that nobody trusted has signed.</summary>
    [Parameter]
    public SwitchParameter RequireSigned { get; set; }

    /// <summary>Fingerprints or files of certificates whose signatures count; without it, whoever this machine trusts to sign code.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] TrustedSigner { get; set; } = [];

    /// <inheritdoc/>
    protected override HostRun Work(IHost host, CancellationToken cancellation) => throw new NotSupportedException("The playbook's run works on machines.");

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        // Machines are collected first: batches and limits are about all of them.
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        _analyses.AddRange(Analysis);
        if (ParameterSetName == SessionSet || _targets.Count == 0 || MyInvocation.ExpectingInput && ComputerName.Length > 0 && Analysis.Length == 0)
        {
            AddTargets();
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (MyInvocation.ExpectingInput && _targets.Count == 0)
        {
            // Nothing came down the pipeline, or nothing fit, which was said. Nothing is done then, to this machine least of all.
            return;
        }

        try
        {
            _reports = new RunReportFiles(this, ReportPath, WhatIfOnly);
            if (_analyses.Count == 0)
            {
                Run(null);
            }

            foreach (KernelFaultAnalysis analysis in _analyses)
            {
                Run(analysis);
            }
        }
        catch (Exception e) when (e is PlaybookException or ArgumentException)
        {
            ThrowTerminatingError(RunError.Of(e, Name ?? Path));
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }
    }

    private void AddTargets()
    {
        if (ParameterSetName == InventorySet)
        {
            foreach (InventoryHost host in LoadInventory())
            {
                (string name, Func<CancellationToken, IHost> open) = HostConnection.To(host.Name, null, SessionState.Path.GetUnresolvedProviderPathFromPSPath);
                _targets.Add(new RunTarget(name, open) { Variables = host.Variables, Connection = PlaybookValue.Map((RunConnection.Kind, ComputerNameSet)) });
            }

            return;
        }

        IReadOnlyDictionary<string, object?> connection = RunConnection.Of(ParameterSetName, UserName, KeyFilePath, Port);
        foreach ((string name, Func<CancellationToken, IHost> open) in Hosts())
        {
            _targets.Add(new RunTarget(name, open) { Connection = connection });
        }
    }

    private IReadOnlyList<InventoryHost> LoadInventory()
    {
        try
        {
            return RunInventory.Load(SessionState.Path.GetUnresolvedProviderPathFromPSPath(Inventory)).Select(Group);
        }
        catch (PlaybookException e)
        {
            ThrowTerminatingError(RunError.Of(e, Inventory));
            throw;
        }
    }

    private bool WhatIfOnly => MyInvocation.BoundParameters.TryGetValue("WhatIf", out object? given) ? ((SwitchParameter)given).IsPresent : LanguagePrimitives.IsTrue(GetVariableValue("WhatIfPreference"));

    private void Run(KernelFaultAnalysis? analysis)
    {
        PlaybookTrust? trust = RequireSigned || TrustedSigner.Length > 0 ? new PlaybookTrust([.. TrustedSigner.Select(Signer)]) : null;
        var files = new PlaybookFiles(PlaybookActions.BuiltIn, trust);
        PlaybookDocument document = Choose(files, analysis);
        var door = new RolloutDoor(this, document.Playbook.Title);
        var services = new RunServices { Actions = PlaybookActions.BuiltIn, Playbooks = files, Person = door, Progress = door, Report = new RunReport() };
        var request = new RunRequest
        {
            Playbook = document.Playbook,
            PlaybookBytes = document.Bytes,
            Targets = _targets,
            Parameters = PlaybookParameterValue.Map(Parameter),
            Signer = document.Signer,
            Trust = trust,
            Analysis = analysis,
            Options = new RunOptions { ThrottleLimit = ThrottleLimit, Serial = Serial, MaxFailure = MaxFailure, Force = Force, Confirm = IsConfirmed },
        };
        var store = new RunStore(RunPath is null ? null : SessionState.Path.GetUnresolvedProviderPathFromPSPath(RunPath));
        PlaybookRollout rollout = Check || WhatIfOnly
            ? PlaybookRollout.Rehearse(request, services, Check, Cancellation)
            : PlaybookRollout.Begin(request, services, store, Cancellation);
        if (rollout.Folder is null)
        {
            using (rollout)
            {
                door.Pump(rollout, run => Write(run, document.Playbook));
            }

            _reports!.Skip();
            return;
        }

        _reports!.Write(
            () =>
            {
                using (rollout)
                {
                    WriteVerbose(PrintableText.Clean($"Run {rollout.RunId} in '{rollout.Folder}'."));
                    door.Pump(rollout, run => Write(run, document.Playbook));
                }
            },
            () => store.Read(rollout.RunId));
    }

    private void Write(HostRun run, Playbook playbook)
    {
        if (WhatIfOnly)
        {
            RunPlanText.Show(this, run, playbook);
        }
        else
        {
            WriteObject(run);
        }

        if (RunError.Of(run) is { } error)
        {
            WriteError(error);
        }
    }

    private PlaybookDocument Choose(PlaybookFiles files, KernelFaultAnalysis? analysis)
    {
        if (Name is not null && Path is not null)
        {
            throw new ArgumentException("A playbook has a name or a path, not both.");
        }

        if (Path is not null)
        {
            return files.Read(SessionState.Path.GetUnresolvedProviderPathFromPSPath(Path));
        }

        if (Name is not null)
        {
            return files.FindBuiltIn(Name) ?? throw new PlaybookException($"No playbook '{Name}' comes with the module; -Path names a file.");
        }

        return analysis is null ? throw new ArgumentException("Say which playbook is to be run, by -Name or -Path, or pipe an analysis to it.")
            : files.FindFor(analysis) ?? throw new PlaybookException($"The analysis of '{analysis.Path}' fits no playbook; say which one is to be run.");
    }

    // A hash of a certificate is no path; a file is found from where the session is, not from where its process is.
    private TrustedSigner Signer(string text) =>
        KernelFault.Playbooks.Signing.TrustedSigner.Parse(KernelFault.Playbooks.Signing.TrustedSigner.IsHash(text) ? text : SessionState.Path.GetUnresolvedProviderPathFromPSPath(text));
}
