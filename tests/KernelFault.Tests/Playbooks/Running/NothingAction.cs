using KernelFault.Hosts;
using KernelFault.Playbooks;
using KernelFault.Playbooks.Actions;

namespace KernelFault.Tests.Playbooks.Running;

/// <summary>An action that does nothing, so that only the engine's own work is measured.</summary>
internal sealed class NothingAction : IPlaybookAction
{
    public PlaybookActionInfo Info { get; } = new()
    {
        Name = "nothing",
        Title = "Nothing",
        Description = "Nothing",
        Platform = PlaybookPlatform.Any,
        Changes = false,
        Repeat = ActionRepeat.Safe,
        Idempotence = "Nothing",
        DryRun = "Nothing",
    };

    public HostPlan<ActionResult> Plan(ActionContext context, CancellationToken cancellation) =>
        new((_, _) => new ActionResult { Outputs = PlaybookValue.Map(("text", "some text that a step gives")), Summary = "Did nothing." });

    public ActionCheck Check(ActionContext context, ActionAttempt attempt, CancellationToken cancellation) => new(false, string.Empty, null);
}
