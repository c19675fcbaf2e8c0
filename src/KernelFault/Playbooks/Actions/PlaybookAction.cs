using KernelFault.Formats;
using KernelFault.Hosts;

namespace KernelFault.Playbooks.Actions;

/// <summary>
/// What actions on machines have in common: the guards that follow from what an action says of itself, and one kind of error for
/// whatever cannot be used or cannot be understood.
/// </summary>
internal abstract class PlaybookAction : IPlaybookAction
{
    /// <inheritdoc/>
    public abstract PlaybookActionInfo Info { get; }

    /// <summary>How a person does it to a Windows that is not running; null where it cannot be done, or where the action itself does it.</summary>
    protected virtual string? OfflineWay => null;

    /// <inheritdoc/>
    public HostPlan<ActionResult> Plan(ActionContext context, CancellationToken cancellation)
    {
        HostFacts facts = (context ?? throw new ArgumentNullException(nameof(context))).Host.GetFacts(cancellation);
        if (Guard(context, facts) is { } guard)
        {
            // Of a machine that it is not for nothing else is asked.
            return Refuse(guard);
        }

        HostPlan<ActionResult> plan = Understood(context, () => Prepare(context, facts, cancellation));
        return new HostPlan<ActionResult>((progress, token) => Understood(context, () => plan.Execute(progress, force: true, token)))
        {
            Steps = plan.Steps,
            Guards = plan.Guards,
            Warnings = plan.Warnings,
        };
    }

    /// <inheritdoc/>
    public virtual ActionCheck Check(ActionContext context, ActionAttempt attempt, CancellationToken cancellation) =>
        new(null, "Whether it was done cannot be told.", null);

    /// <summary>Looks at a machine that the action is for, and says what would be done.</summary>
    /// <param name="context">The machine and the inputs.</param>
    /// <param name="facts">What the machine is.</param>
    /// <param name="cancellation">Ends the work at once.</param>
    /// <returns>The plan. Its guards are asked before it is executed.</returns>
    protected abstract HostPlan<ActionResult> Prepare(ActionContext context, HostFacts facts, CancellationToken cancellation);

    /// <summary>The text of an input that has to be there.</summary>
    /// <param name="context">The inputs.</param>
    /// <param name="input">Its name.</param>
    /// <returns>The text.</returns>
    /// <exception cref="PlaybookException">It is absent or empty.</exception>
    protected string Needed(ActionContext context, string input) => context.Text(input) is { Length: > 0 } text ? text : throw Unusable($"the input '{input}' is needed.");

    /// <summary>An exception for inputs that cannot be used.</summary>
    /// <param name="problem">What is wrong with them.</param>
    /// <returns>The exception.</returns>
    protected PlaybookException Unusable(string problem) => new($"{Info.Name}: {problem}");

    /// <summary>The plan of an action that only looks.</summary>
    /// <param name="look">Looks.</param>
    /// <returns>A plan without steps.</returns>
    protected static HostPlan<ActionResult> Look(Func<CancellationToken, ActionResult> look) => new((_, token) => look(token));

    /// <summary>The plan of what is not done.</summary>
    /// <param name="guard">What speaks against it.</param>
    /// <returns>A plan that is never executed.</returns>
    protected static HostPlan<ActionResult> Refuse(HostGuard guard) => new((_, _) => throw new InvalidOperationException(guard.Text)) { Guards = [guard] };

    /// <summary>The plan of a change that the engine has already, with what it gives turned into outputs.</summary>
    /// <typeparam name="T">What the change gives.</typeparam>
    /// <param name="plan">Its plan.</param>
    /// <param name="result">Makes the result of what it gives.</param>
    /// <returns>The same plan.</returns>
    protected static HostPlan<ActionResult> Wrap<T>(HostPlan<T> plan, Func<T, ActionResult> result) => new((progress, token) => result(plan.Execute(progress, force: true, token)))
    {
        Steps = plan.Steps,
        Guards = plan.Guards,
        Warnings = plan.Warnings,
    };

    /// <summary>A value of an enumeration by its name, in any case.</summary>
    /// <typeparam name="T">The enumeration.</typeparam>
    /// <param name="context">The inputs.</param>
    /// <param name="input">Name of the input.</param>
    /// <returns>The value; null when the input is absent.</returns>
    /// <exception cref="PlaybookException">It is none of its names.</exception>
    protected static T? Word<T>(ActionContext context, string input)
        where T : struct, Enum => context.Text(input) is { } text ? Word<T>(text, input) : null;

    /// <summary>A value of an enumeration by its name, in any case.</summary>
    /// <typeparam name="T">The enumeration.</typeparam>
    /// <param name="text">The name.</param>
    /// <param name="input">Name of the input, for the message.</param>
    /// <returns>The value.</returns>
    /// <exception cref="PlaybookException">It is none of its names.</exception>
    protected static T Word<T>(string text, string input)
        where T : struct, Enum =>
        Enum.TryParse(text, ignoreCase: true, out T value) && Names<T>().Contains(value.ToString(), StringComparer.Ordinal)
            ? value
            : throw new PlaybookException($"{input}: '{text}' is none of {string.Join(", ", Names<T>())}.");

    /// <summary>The names of an enumeration, for <see cref="ActionInput.Allowed"/>.</summary>
    /// <typeparam name="T">The enumeration.</typeparam>
    /// <returns>Its names.</returns>
    protected static IReadOnlyList<string> Names<T>()
        where T : struct, Enum =>
#if NET
        Enum.GetNames<T>();
#else
        Enum.GetNames(typeof(T));
#endif

    private static TResult Understood<TResult>(ActionContext context, Func<TResult> work)
    {
        try
        {
            return work();
        }
        catch (ArgumentException e)
        {
            throw new PlaybookException(PrintableText.Clean(e.Message), e);
        }
        catch (DumpFormatException e)
        {
            throw new HostException(context.Host.Name, HostErrorKind.Failed, PrintableText.Clean(e.Message), e);
        }
    }

    private HostGuard? Guard(ActionContext context, HostFacts facts) =>
        (Info.Platform switch
        {
            PlaybookPlatform.Windows => HostGuard.Windows(facts),
            PlaybookPlatform.Linux => HostGuard.Linux(facts),
            _ => null,
        })
        ?? (context.Host.Kind == HostKind.OfflineWindows && !Info.WorksOffline
            ? new HostGuard("NotRunning", $"'{Info.Name}' needs a machine that runs: in the folder of a Windows nothing can be run." + (OfflineWay is { } way ? " " + way : string.Empty), CanForce: false)
            : null)
        ?? (Info.MayChange(context.Inputs) ? HostGuard.Elevated(facts) : null);
}
