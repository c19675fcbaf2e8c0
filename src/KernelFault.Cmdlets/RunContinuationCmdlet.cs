using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using KernelFault.Playbooks;
using KernelFault.Playbooks.Actions;
using KernelFault.Playbooks.Running;
using KernelFault.Reports;

namespace KernelFault.Cmdlets;

/// <summary>A cmdlet that works again on the machines of a run.</summary>
public abstract class RunContinuationCmdlet : RunCmdlet
{
    /// <summary>Ids of runs.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
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

    /// <summary>Answers the playbook's questions with yes, and overrules guards that may be overruled.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

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

    /// <summary>Begins to work on the run.</summary>
    private protected abstract PlaybookRollout Begin(string id, RunContinuation continuation, PlaybookFiles files, RunServices services);

    /// <summary>Whether it is only shown.</summary>
    private protected bool WhatIfOnly => MyInvocation.BoundParameters.TryGetValue("WhatIf", out object? given) ? ((SwitchParameter)given).IsPresent : LanguagePrimitives.IsTrue(GetVariableValue("WhatIfPreference"));

    /// <summary>Writes what became of a machine.</summary>
    private protected virtual void Write(HostRun run)
    {
        WriteObject(run);
        if (RunError.Of(run) is { } error)
        {
            WriteError(error);
        }
    }

    private void Continue(string id)
    {
        var files = new PlaybookFiles(PlaybookActions.BuiltIn);
        var door = new RolloutDoor(this, id);
        var services = new RunServices { Actions = PlaybookActions.BuiltIn, Playbooks = files, Person = door, Progress = door, Report = new RunReport() };
        var continuation = new RunContinuation
        {
            Folder = Store.Folder(id),
            Connect = machine => RunConnection.To(machine, Credential, Session, SessionState.Path.GetUnresolvedProviderPathFromPSPath),
            Secrets = PlaybookParameterValue.Map(Parameter),
            Force = Force ? true : null,
            ThrottleLimit = ThrottleLimit,
        };
        using PlaybookRollout rollout = Begin(id, continuation, files, services);
        door.Pump(rollout, Write);
    }
}
