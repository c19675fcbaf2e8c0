using System.Runtime.InteropServices;
using System.Text;
using KernelFault.Formats;
using KernelFault.Playbooks;
using KernelFault.Playbooks.Running;

namespace KernelFault.Cli;

/// <summary>A run at a console: results as they come, and the person before it.</summary>
/// <param name="json">True for JSON.</param>
internal sealed class PlaybookScreen(bool json) : IRunPerson
{
    // Ctrl+C, Ctrl+Break or Ctrl+\, the end of a service or of the system, and a terminal that is closed.
    private static readonly PosixSignal[] s_stops = [PosixSignal.SIGINT, PosixSignal.SIGQUIT, PosixSignal.SIGTERM, PosixSignal.SIGHUP];

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

            // Ctrl+C ends the question too, and reading a line does not hear of it.
            Task<string?> answer = Task.Run(Console.ReadLine, CancellationToken.None);
            answer.Wait(cancellation);
            return answer.Result?.Trim() is "y" or "Y" or "yes";
        }
    }

    /// <summary>Takes and shows all results, and writes reports.</summary>
    /// <param name="store">Where runs are kept.</param>
    /// <param name="reports">Files for reports.</param>
    /// <param name="begin">Begins the run; its token is cancelled by Ctrl+C and the like.</param>
    /// <returns>The exit code.</returns>
    internal int Run(RunStore store, string[] reports, Func<RunStore, CancellationToken, PlaybookRollout> begin)
    {
        using var cancellation = new CancellationTokenSource();
        PosixSignalRegistration[] signals = [.. s_stops.Select(signal => PosixSignalRegistration.Create(signal, context =>
        {
            // The journals are to say where it was stopped.
            context.Cancel = true;
            cancellation.Cancel();
        }))];
        try
        {
            var files = new PlaybookReports(reports);
            using PlaybookRollout rollout = begin(store, cancellation.Token);
            int code = Take(rollout);
            bool isRehearsal = rollout.Folder is null && rollout.Count > 0;
            if (isRehearsal && reports.Length > 0)
            {
                Screen.Complain("a rehearsal has no report; none is written");
            }
            else if (!isRehearsal && !files.Write(() => store.Read(rollout.RunId)) && code == ExitCode.Success)
            {
                code = ExitCode.SomeFailed;
            }

            return cancellation.IsCancellationRequested ? ExitCode.Cancelled : code;
        }
        catch (Exception e) when (e is PlaybookException or ArgumentException)
        {
            Complain(e);
            return ExitCode.Usage;
        }
        finally
        {
            Array.ForEach(signals, signal => signal.Dispose());
        }
    }

    private int Take(PlaybookRollout rollout)
    {
        if (rollout.Folder is not null)
        {
            Console.Error.WriteLine(PrintableText.Clean($"Run {rollout.RunId} in {rollout.Folder}"));
        }

        if (rollout.Count == 0)
        {
            Console.Error.WriteLine("It came to its end on every machine; there is nothing to go on with.");
        }

        int succeeded = 0;
        int failed = 0;
        try
        {
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
        }
        catch (JournalException e)
        {
            // Machines were worked on already: this is no matter of the command line.
            failed++;
            Complain(e);
        }

        _output.End();
        return ExitCode.Of(succeeded, failed);
    }

    private static void Complain(Exception error)
    {
        foreach (string line in error.Message.Split('\n'))
        {
            Screen.Complain(line.TrimEnd('\r'));
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
