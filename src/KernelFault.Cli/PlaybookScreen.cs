using System.Text;
using KernelFault.Formats;
using KernelFault.Playbooks;
using KernelFault.Playbooks.Running;

namespace KernelFault.Cli;

/// <summary>A run at a console: results as they come, and the person before it.</summary>
/// <param name="json">True for JSON.</param>
internal sealed class PlaybookScreen(bool json) : IRunPerson
{
    private readonly Lock _asking = new();
    private readonly JsonOutput _output = new();

    /// <inheritdoc/>
    public bool? Ask(RunQuestion question, CancellationToken cancellation)
    {
        if (question.Kind == RunQuestionKind.Change)
        {
            return true;
        }

        if (Console.IsInputRedirected)
        {
            return null;
        }

        // One question at a time, however many machines ask.
        lock (_asking)
        {
            cancellation.ThrowIfCancellationRequested();
            Console.Error.Write(PrintableText.Clean($"{question.Host}: {question.Text}") + " [y/N] ");
            return Console.ReadLine()?.Trim() is "y" or "Y" or "yes";
        }
    }

    /// <summary>Takes and shows all results.</summary>
    /// <param name="begin">Begins the run; its token is cancelled by Ctrl+C.</param>
    /// <param name="end">Told when all are over, such as to write a report; null when nobody waits.</param>
    /// <returns>The exit code.</returns>
    internal int Run(Func<CancellationToken, PlaybookRollout> begin, Action<PlaybookRollout>? end = null)
    {
        using var cancellation = new CancellationTokenSource();
        ConsoleCancelEventHandler stop = (_, e) =>
        {
            // The journals are to say where it was stopped.
            e.Cancel = true;
            cancellation.Cancel();
        };
        Console.CancelKeyPress += stop;
        int succeeded = 0;
        int failed = 0;
        try
        {
            using PlaybookRollout rollout = begin(cancellation.Token);
            if (rollout.Folder is not null)
            {
                Console.Error.WriteLine(PrintableText.Clean($"Run {rollout.RunId} in {rollout.Folder}"));
            }

            while (!rollout.IsOver)
            {
                if (rollout.Take(TimeSpan.FromSeconds(1)) is not { } run)
                {
                    continue;
                }

                bool good = run.Status is RunStatus.Succeeded or RunStatus.Planned;
                (succeeded, failed) = good ? (succeeded + 1, failed) : (succeeded, failed + 1);
                Show(run);
            }

            _output.End();
            end?.Invoke(rollout);
            return cancellation.IsCancellationRequested ? ExitCode.Cancelled : ExitCode.Of(succeeded, failed);
        }
        catch (PlaybookException e)
        {
            foreach (string line in e.Message.Split('\n'))
            {
                Screen.Complain(line.TrimEnd('\r'));
            }

            return ExitCode.Usage;
        }
        finally
        {
            Console.CancelKeyPress -= stop;
        }
    }

    private void Show(HostRun run)
    {
        if (json)
        {
            _output.Add(run);
            return;
        }

        var text = new StringBuilder();
        text.AppendLine(PrintableText.Clean($"{run.Host}: {run.Status}: {run.Summary}"));
        foreach (StepRun step in run.Steps)
        {
            text.AppendLine(PrintableText.Clean($"  {step.Status,-11} {step.Id}{(step.Item is { } item ? $"[{item}]" : string.Empty)}: {step.Summary}"));
            foreach (string line in step.Status == StepStatus.Planned ? step.Plan : [])
            {
                text.AppendLine(PrintableText.Clean("              " + line));
            }
        }

        foreach (string warning in run.Warnings)
        {
            text.AppendLine(PrintableText.Clean("  warning: " + warning));
        }

        Screen.Write(text);
    }
}
