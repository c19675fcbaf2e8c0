using KernelFault.Playbooks;
using KernelFault.Playbooks.Running;
using KernelFault.Reports;

namespace KernelFault.Cli;

/// <summary>The files that a run's report is written to. That they cannot be written is told before any machine is touched.</summary>
internal sealed class PlaybookReports
{
    private readonly string[] _paths;

    /// <summary>Files as they were typed.</summary>
    /// <exception cref="PlaybookException">One cannot be written.</exception>
    internal PlaybookReports(string[] paths)
    {
        _paths = [.. paths.Select(Path.GetFullPath)];
        foreach (string path in _paths)
        {
            try
            {
                RunReport.Try(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
            {
                throw new PlaybookException(Message(e, path), e);
            }
        }
    }

    /// <summary>Writes them.</summary>
    /// <returns>Whether all were written.</returns>
    internal bool Write(Func<RemediationRun> run)
    {
        bool all = true;
        RemediationRun? read = null;
        foreach (string path in _paths)
        {
            try
            {
                new RunReport().Write(read ??= run(), path, RunReport.FormatOf(path));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                all = false;
                Screen.Complain(Message(e, path));
            }
        }

        return all;
    }

    private static string Message(Exception e, string path) => e is ArgumentException ? e.Message : $"The report '{path}' cannot be written: {e.Message}";
}
