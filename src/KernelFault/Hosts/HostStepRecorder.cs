using System.Diagnostics;
using KernelFault.Formats;

namespace KernelFault.Hosts;

/// <summary>Does things to a machine and keeps what it did, for the record in a result.</summary>
/// <param name="host">The machine.</param>
internal sealed class HostStepRecorder(IHost host)
{
    private readonly List<HostStep> _steps = [];

    /// <summary>What was done so far, in order.</summary>
    internal IReadOnlyList<HostStep> Steps => _steps.ToArray();

    /// <summary>A command line as a person reads it: arguments with blanks in double quotes. Never to be run.</summary>
    /// <param name="call">The program.</param>
    /// <returns>One line.</returns>
    internal static string Text(ProgramCall call) =>
        PrintableText.Clean(string.Join(" ", call.Arguments.Prepend(call.Program).Select(part => part.Length == 0 || part.IndexOfAny([' ', '\t', '"']) >= 0 ? "\"" + part.Replace("\"", "\\\"") + "\"" : part)));

    /// <summary>Runs a program; its exit code is the caller's to judge.</summary>
    /// <param name="call">The program.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>How it ended.</returns>
    internal ProgramResult Run(ProgramCall call, CancellationToken cancellation)
    {
        ProgramResult? result = null;
        Do(
            Text(call),
            () => result = host.Run(call, cancellation),
            () => result?.ExitCode);
        return result!;
    }

    /// <summary>Runs a program that has to succeed.</summary>
    /// <param name="call">The program.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>How it ended, with exit code 0.</returns>
    /// <exception cref="HostException">It failed; the message has what it said.</exception>
    internal ProgramResult RunOrThrow(ProgramCall call, CancellationToken cancellation)
    {
        ProgramResult result = Run(call, cancellation);
        if (result.ExitCode == 0)
        {
            return result;
        }

        string said = ProgramText.Decode(result.Error.Length > 0 ? result.Error : result.Output).Trim();
        throw new HostException(host.Name, HostErrorKind.Failed, $"'{Text(call)}' failed with exit code {result.ExitCode}: {PrintableText.Clean(said)}");
    }

    /// <summary>Writes a file.</summary>
    /// <param name="path">Whole path there.</param>
    /// <param name="content">The bytes.</param>
    /// <param name="cancellation">Ends it; the old file stays then.</param>
    internal void WriteFile(string path, byte[] content, CancellationToken cancellation) =>
        Do(PrintableText.Clean("Write " + path), () => host.WriteFile(path, content, cancellation), () => null);

    // Kept even when it fails: it may have done a part.
    private void Do(string text, Action action, Func<int?> exitCode)
    {
        DateTime start = DateTime.UtcNow;
        var clock = Stopwatch.StartNew();
        try
        {
            action();
        }
        finally
        {
            _steps.Add(new HostStep { Text = text, StartTime = start, Seconds = clock.Elapsed.TotalSeconds, ExitCode = exitCode() });
        }
    }
}
