using KernelFault.Playbooks.Actions;

namespace KernelFault.Playbooks.Running;

/// <summary>Runs another playbook as a step of one.</summary>
/// <param name="work">The machine.</param>
/// <param name="frames">Runs its steps.</param>
internal sealed class IncludeStep(HostWork work, FrameRunner frames)
{
    /// <summary>Runs it, or goes on with it.</summary>
    /// <param name="frame">The playbook whose step it is.</param>
    /// <param name="step">The step.</param>
    /// <param name="id">Its id, with those of the steps that include it.</param>
    /// <param name="item">The element of its list; null for none.</param>
    /// <param name="scope">The values.</param>
    /// <returns>How it ended.</returns>
    /// <exception cref="PlaybookException">There is no such playbook, it is not for this machine, or it was changed since the run began.</exception>
    /// <exception cref="RunBreak">It was stopped, the machine was lost, or a person is needed.</exception>
    internal StepOutcome Run(RunFrame frame, PlaybookStep step, string id, int? item, PlaybookScope scope)
    {
        var inputs = (IReadOnlyDictionary<string, object?>)PlaybookTemplate.Resolve(step.Call.Inputs, scope)!;
        string name = inputs.TryGetValue(IncludeAction.PlaybookInput, out object? named) ? PlaybookValue.Text(named) : throw new PlaybookException("'include' needs the input 'playbook'.");
        var given = inputs.TryGetValue("parameters", out object? parameters) && parameters is not null
            ? parameters as IReadOnlyDictionary<string, object?> ?? throw new PlaybookException("The input 'parameters' of 'include' is to be names with values.")
            : PlaybookValue.Map();
        Playbook nested = work.Services.Playbooks?.Find(name, frame.Playbook) ?? throw new PlaybookException($"There is no playbook '{name}' to include.");
        if (frame.Includes(nested))
        {
            throw new PlaybookException($"The playbook '{name}' includes itself.");
        }

        if (frame.Depth >= RunFrame.MaximumDepth)
        {
            throw new PlaybookException($"Playbooks include each other more than {RunFrame.MaximumDepth} deep.");
        }

        if (RunFacts.Refusal(nested.Requires, work.Host, work.Host.GetFacts(work.Cancellation)) is { } refusal)
        {
            throw new PlaybookException($"The playbook '{name}': {refusal}");
        }

        RunParameters.Verify(nested, given);
        string prefix = id + (item is null ? string.Empty : "[" + PlaybookValue.Text((long)item) + "]") + "/";
        RunFrame inner = frame.Include(work, nested, given, prefix, frame.AllowChanges && step.Changes);
        var label = new StepLabel(id, item, work.Secrets.Text(step.Title), step.Why, IncludeAction.Name);
        string[] plan = [$"Run the playbook '{nested.Name}' ({nested.Hash})"];
        if (work.History.Find(id, item)?.Started is { } begun)
        {
            if (!begun.Plan.SequenceEqual(plan))
            {
                throw new PlaybookException($"The playbook '{name}' was changed since the run began with it.");
            }
        }
        else
        {
            work.Journal.Append(label.Started(1, work.Secrets.Map(inputs), plan, null));
        }

        var warnings = new List<string>();
        (RunStatus status, string summary) = frames.Run(inner, warnings);
        bool planned = work.Rehearsal != RunRehearsal.None && inner.Unknowns.Count > 0;
        IReadOnlyDictionary<string, object?> outputs = PlaybookValue.Map((IncludeAction.OutputsOutput, inner.Outputs(work, warnings)), (IncludeAction.StatusOutput, status));
        StepStatus end = status != RunStatus.Succeeded ? StepStatus.Failed : planned ? StepStatus.Planned : StepStatus.Done;
        StepEnded ended = label.Ended(1, end, work.Secrets.Text(planned ? "Rehearsed only." : summary)) with
        {
            Changed = work.History.Steps.Any(known => known.Id.StartsWith(prefix, StringComparison.Ordinal) && known.HasChanged),
            Seconds = (DateTime.UtcNow - work.History.Find(id, item)!.Started!.Time).TotalSeconds,
            Outputs = work.Secrets.Map(outputs),
            Evidence = work.Rehearsal == RunRehearsal.None ? StepEvidence.Keep(work, label, step.Evidence, inputs, outputs, [], warnings) : [],
            Warnings = work.Secrets.Texts(warnings),
        };
        work.Journal.Append(ended);
        return new StepOutcome(ended, outputs);
    }
}
