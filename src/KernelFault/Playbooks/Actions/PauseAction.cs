using System.Globalization;
using KernelFault.Hosts;

namespace KernelFault.Playbooks.Actions;

/// <summary><c>pause</c>: waits for a time, or for a person.</summary>
internal sealed class PauseAction : PlaybookAction, IAskingAction
{
    /// <inheritdoc/>
    public override PlaybookActionInfo Info { get; } = new()
    {
        Name = "pause",
        Title = "Wait for a time or for a person",
        Description = "Waits some seconds, or until a person says that it may go on, for work that only hands can do: a cable, a module of memory, a setting of the firmware.",
        Platform = PlaybookPlatform.Any,
        WorksOffline = true,
        Inputs =
        [
            new ActionInput("seconds", PlaybookValueType.Number, "Waits so long.") { Minimum = 0, Maximum = 86400 },
            new ActionInput("message", PlaybookValueType.Text, "What a person is told and asked before it goes on. Without a person the run stops there and can be resumed."),
        ],
        Outputs = [new ActionOutput("waited", PlaybookValueType.Number, "How many seconds it waited, without the person.")],
        Changes = false,
        Repeat = ActionRepeat.Safe,
        Idempotence = "It waits anew, and asks anew.",
        DryRun = "Nothing.",
    };

    /// <inheritdoc/>
    public string? Question(ActionContext context) => (context ?? throw new ArgumentNullException(nameof(context))).Text("message");

    /// <inheritdoc/>
    protected override HostPlan<ActionResult> Prepare(ActionContext context, HostFacts facts, CancellationToken cancellation)
    {
        double? seconds = context.Number("seconds");
        if (seconds is null && context.Text("message") is null)
        {
            throw Unusable("'seconds' or 'message' is expected.");
        }

        return Look(token =>
        {
            token.WaitHandle.WaitOne(TimeSpan.FromSeconds(seconds ?? 0));
            token.ThrowIfCancellationRequested();
            return new ActionResult
            {
                Outputs = PlaybookValue.Map(("waited", seconds ?? 0)),
                Summary = seconds is null ? "A person let it go on." : $"{seconds.Value.ToString("0.#", CultureInfo.InvariantCulture)} s have passed.",
            };
        });
    }
}
