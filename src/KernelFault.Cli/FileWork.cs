using KernelFault.Analysis;

namespace KernelFault.Cli;

/// <summary>Work on the files of a command line: several at a time, results in order, a message for each that fails.</summary>
internal static class FileWork
{
    /// <summary>Does the work.</summary>
    /// <param name="arguments">What was typed.</param>
    /// <param name="jobs">How many files at a time.</param>
    /// <param name="work">What to do with one.</param>
    /// <param name="report">What to do with its result.</param>
    /// <returns>The exit code.</returns>
    internal static int Run<TResult>(IReadOnlyList<string> arguments, int jobs, Func<string, CancellationToken, TResult> work, Action<TResult> report)
    {
        List<string> files = CrashFiles.Expand(arguments);
        var tally = new Tally<TResult>(files.Count, report);
        if (files.Count == 1)
        {
            // The usual case, and the one where starting quickly counts: no threads.
            tally.Add(One(files[0], work));
            return tally.ExitCode;
        }

        using var batch = new FileBatch<TResult>(work, jobs, CancellationToken.None);
        foreach (string file in files)
        {
            if (batch.IsFull)
            {
                tally.Add(batch.Take()!);
            }

            batch.Add(file);
        }

        while (batch.Take() is FileOutcome<TResult> outcome)
        {
            tally.Add(outcome);
        }

        return tally.ExitCode;
    }

    private static FileOutcome<TResult> One<TResult>(string file, Func<string, CancellationToken, TResult> work)
    {
        try
        {
            return new FileOutcome<TResult>(file, work(file, CancellationToken.None), null);
        }
#pragma warning disable CA1031 // A person gets a message, not a stack trace.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return new FileOutcome<TResult>(file, default, e);
        }
    }

    private sealed class Tally<TResult>(int total, Action<TResult> report)
    {
        private readonly bool _progress = total > 1 && Console.IsOutputRedirected && !Console.IsErrorRedirected;
        private int _succeeded;
        private int _failed;

        internal int ExitCode => Cli.ExitCode.Of(_succeeded, _failed);

        internal void Add(FileOutcome<TResult> outcome)
        {
            if (outcome.Error is null)
            {
                _succeeded++;
                report(outcome.Result!);
            }
            else
            {
                _failed++;
                string message = outcome.Error.Message;
                Screen.Complain(message.Contains(outcome.Path, StringComparison.Ordinal) ? message : $"{outcome.Path}: {message}");
            }

            if (_progress)
            {
                Console.Error.Write(_succeeded + _failed == total ? "\r        \r" : $"\r{100L * (_succeeded + _failed) / total,3} % ");
            }
        }
    }
}
