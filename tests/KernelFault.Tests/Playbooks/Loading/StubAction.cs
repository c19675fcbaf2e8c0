using KernelFault.Hosts;
using KernelFault.Playbooks.Actions;

namespace KernelFault.Tests.Playbooks.Loading;

/// <summary>An action that is only known by what it takes and gives.</summary>
internal sealed class StubAction(PlaybookActionInfo info) : IPlaybookAction
{
    public PlaybookActionInfo Info => info;

    public HostPlan<ActionResult> Plan(ActionContext context, CancellationToken cancellation) => throw new NotSupportedException();

    public ActionCheck Check(ActionContext context, ActionAttempt attempt, CancellationToken cancellation) => throw new NotSupportedException();
}
