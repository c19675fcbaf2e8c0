using System.Globalization;
using KernelFault.Hosts;

namespace KernelFault.Playbooks.Actions;

/// <summary><c>restart</c>: restarts the machine and waits until it is back.</summary>
internal sealed class RestartAction : PlaybookAction
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(3);

    /// <inheritdoc/>
    public override PlaybookActionInfo Info { get; } = new()
    {
        Name = "restart",
        Title = "Restart the machine and wait for it",
        Description = "Tells the machine to restart, and waits until it answers again with a later boot time.",
        Platform = PlaybookPlatform.Any,
        Inputs = [new ActionInput("timeout", PlaybookValueType.Number, "How many seconds it may be away; the step's timeout, or 900.") { Minimum = 10, Maximum = 86400 }],
        Outputs =
        [
            new ActionOutput("bootTimeBefore", PlaybookValueType.Text, "When it had been started before, ISO 8601, UTC."),
            new ActionOutput("bootTimeAfter", PlaybookValueType.Text, "When it was started now, ISO 8601, UTC."),
        ],
        Changes = true,
        Restarts = true,
        Repeat = ActionRepeat.Check,
        Idempotence = "A second time would restart it again. Whether it was restarted is told by its boot time, which is compared with the one before.",
        DryRun = "Reads the boot time and says that the machine would be restarted.",
    };

    /// <inheritdoc/>
    protected override HostPlan<ActionResult> Prepare(ActionContext context, HostFacts facts, CancellationToken cancellation)
    {
        IHost host = context.Host;
        TimeSpan timeout = Timeout(context);
        HostGuard?[] guards =
        [
            host.Kind switch
            {
                HostKind.Local => new HostGuard("RestartsItself", "This machine cannot be restarted and waited for by a program that runs on it. Run the playbook from another machine, or restart by hand and resume.", CanForce: false),
                _ => null,
            },
            facts.BootTime is null ? new HostGuard("BootTimeUnknown", "The machine does not tell when it was started, so a restart could not be seen to be over.", CanForce: false) : null,
        ];
        return new HostPlan<ActionResult>((progress, token) =>
        {
            DateTime? before = host.GetFacts(token).BootTime;
            progress.Report(new HostProgress("Restarting", null));
            return Result(before, host.Restart(timeout, token).BootTime);
        })
        {
            Steps = [$"Restart {host.Name} and wait at most {Seconds(timeout)} s until it answers with a later boot time"],
            Guards = [.. guards.OfType<HostGuard>()],
        };
    }

    /// <summary>Waits until the machine answers: it may be on its way.</summary>
    /// <inheritdoc/>
    public override ActionCheck Check(ActionContext context, ActionAttempt attempt, CancellationToken cancellation)
    {
        if (attempt.BootTime is not { } before)
        {
            return new ActionCheck(IsDone: null, "It is not known when the machine had been started before.", Result: null);
        }

        HostFacts now = Answer(context, cancellation);
        if (now.BootTime is not { } after)
        {
            return new ActionCheck(IsDone: null, "The machine does not tell when it was started.", Result: null);
        }

        string times = $"It had been started at {before:u}, and now says {after:u}.";
        return HostRestart.IsLater(now, before, attempt.ClockAheadSeconds)
            ? new ActionCheck(IsDone: true, times, Result(before, after))
            : new ActionCheck(IsDone: false, times, Result: null);
    }

    private static TimeSpan Timeout(ActionContext context) => context.Number("timeout") is { } seconds ? TimeSpan.FromSeconds(seconds) : context.Timeout ?? s_timeout;

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0", CultureInfo.InvariantCulture);

    private static HostFacts Answer(ActionContext context, CancellationToken cancellation)
    {
        DateTime end = DateTime.UtcNow + Timeout(context);
        while (true)
        {
            try
            {
                return context.Host.GetFacts(cancellation);
            }
            catch (HostException e) when (DateTime.UtcNow < end && e.Kind is HostErrorKind.Unreachable or HostErrorKind.Refused or HostErrorKind.TimedOut)
            {
                // As long as it starts it is unreachable, and a machine that is half up refuses users.
                cancellation.WaitHandle.WaitOne(s_pause);
                cancellation.ThrowIfCancellationRequested();
            }
        }
    }

    private static ActionResult Result(DateTime? before, DateTime? after) => new()
    {
        Outputs = PlaybookValue.Map(("bootTimeBefore", before), ("bootTimeAfter", after)),
        Summary = $"It was restarted and answers, started at {after:u}.",
        Changed = true,
        Steps = [],
    };
}
