using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using KernelFault.Formats;
using KernelFault.Playbooks;
using KernelFault.Playbooks.Actions;
using KernelFault.Playbooks.Running;
using KernelFault.Reports;

namespace KernelFault.Cmdlets;

/// <summary>A cmdlet that works again on the machines of a run.</summary>
public abstract class RunContinuationCmdlet : RunCmdlet
{
    private RunReportFiles? _reports;

    /// <summary>Ids of runs.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("RunId")]
    [ValidateNotNullOrEmpty]
    public string[] Id { get; set; } = [];

    /// <summary>The secret parameters, again: no journal has them.</summary>
    [Parameter]
    [ValidateNotNull]
    public Hashtable? Parameter { get; set; }

    /// <summary>The user for WinRM; by default the one who runs this.</summary>
    [Parameter]
    [Credential]
    public PSCredential? Credential { get; set; }

    /// <summary>Open sessions, for machines that were reached by one.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public PSSession[] Session { get; set; } = [];

    /// <summary>How many machines are worked on at a time; without it, as many as before.</summary>
    [Parameter]
    [ValidateRange(1, 1024)]
    public int? ThrottleLimit { get; set; }

    /// <summary>Answers the playbook's questions with yes, unless -Confirm is typed too, and overrules guards that may be overruled.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Files for a report of the whole run: a page where a name ends with .html, Markdown where with .md.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] ReportPath { get; set; } = [];

    /// <inheritdoc/>
    protected sealed override void BeginProcessing()
    {
        try
        {
            _reports = new RunReportFiles(this, ReportPath, WhatIfOnly);
        }
        catch (ArgumentException e)
        {
            ThrowTerminatingError(RunError.Of(e, ReportPath[0]));
        }
    }

    /// <inheritdoc/>
    protected sealed override void ProcessRecord()
    {
        foreach (string id in Id)
        {
            try
            {
                Continue(id);
            }
            catch (Exception e) when (e is PlaybookException or ArgumentException)
            {
                WriteError(RunError.Of(e, id));
            }
            catch (OperationCanceledException)
            {
                throw new PipelineStoppedException();
            }
        }
    }

    /// <summary>The playbook that is gone on with; null where none is needed.</summary>
    private protected abstract Playbook? Find(PlaybookFiles files, string id);

    /// <summary>Begins to work on the run.</summary>
    private protected abstract PlaybookRollout Begin(RunContinuation continuation, Playbook? playbook, RunServices services);

    /// <summary>What is said of a run where nothing is left to be done.</summary>
    private protected abstract string Nothing { get; }

    /// <summary>Whether it is only shown.</summary>
    private protected bool WhatIfOnly => MyInvocation.BoundParameters.TryGetValue("WhatIf", out object? given) ? ((SwitchParameter)given).IsPresent : LanguagePrimitives.IsTrue(GetVariableValue("WhatIfPreference"));

    private void Write(HostRun run, Playbook? playbook)
    {
        if (WhatIfOnly)
        {
            RunPlanText.Show(this, run, playbook);
        }
        else
        {
            WriteObject(run);
        }

        // What was to be taken back, and was, is no failure.
        bool isUndone = playbook is null && run.Status == RunStatus.RolledBack;
        if (!isUndone && RunError.Of(run) is { } error)
        {
            WriteError(error);
        }
    }

    private void Continue(string id)
    {
        RunStore store = Store;
        var files = new PlaybookFiles(PlaybookActions.BuiltIn, store.Trust(id));
        var door = new RolloutDoor(this, id);
        var services = new RunServices { Actions = PlaybookActions.BuiltIn, Playbooks = files, Person = door, Progress = door, Report = new RunReport() };
        var continuation = new RunContinuation
        {
            Folder = store.Folder(id),
            Connect = machine => RunConnection.To(machine, Credential, Session, SessionState.Path.GetUnresolvedProviderPathFromPSPath),
            Secrets = PlaybookParameterValue.Map(Parameter),
            Force = Force ? true : null,
            Confirm = IsConfirmed,
            ThrottleLimit = ThrottleLimit,
        };
        Playbook? playbook = Find(files, id);
        PlaybookRollout rollout = Begin(continuation, playbook, services);
        void Work()
        {
            using (rollout)
            {
                if (rollout.Count == 0)
                {
                    WriteWarning(PrintableText.Clean($"{id}: {Nothing}"));
                }

                door.Pump(rollout, run => Write(run, playbook));
            }
        }

        if (WhatIfOnly)
        {
            Work();
            _reports!.Skip();
        }
        else
        {
            _reports!.Write(Work, () => store.Read(id));
        }
    }
}
