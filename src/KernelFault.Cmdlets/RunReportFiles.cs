using System.Globalization;
using System.Management.Automation;
using KernelFault.Formats;
using KernelFault.Playbooks;
using KernelFault.Playbooks.Running;
using KernelFault.Reports;

namespace KernelFault.Cmdlets;

/// <summary>The files that a cmdlet writes reports of runs to. That they cannot be written is told before any machine is touched.</summary>
internal sealed class RunReportFiles
{
    private readonly PSCmdlet _cmdlet;
    private readonly string[] _paths;
    private readonly bool _whatIf;
    private int _runs;

    /// <summary>Files as they were typed; an error that ends the pipeline when one cannot be written.</summary>
    /// <param name="cmdlet">The cmdlet.</param>
    /// <param name="paths">The files.</param>
    /// <param name="whatIf">Whether it is only shown that they would be written.</param>
    internal RunReportFiles(PSCmdlet cmdlet, string[] paths, bool whatIf)
    {
        (_cmdlet, _whatIf) = (cmdlet, whatIf);
        _paths = [.. paths.Select(Resolve)];
    }

    /// <summary>
    /// Writes a run to each, and when it is not the first one to files with its number in their names. Also when its pipeline is stopped
    /// in the middle, by Ctrl+C or by a command behind it that has enough: what was done until then is in them.
    /// </summary>
    /// <param name="work">The work on the run.</param>
    /// <param name="read">Reads the run when that is over.</param>
    internal void Write(Action work, Func<RemediationRun> read)
    {
        try
        {
            work();
        }
        catch
        {
            // Nothing can be told any more but why it ended.
            try
            {
                Write(read, static (_, _) => { });
            }
            catch (PlaybookException)
            {
            }

            throw;
        }

        Write(read, (e, file) => _cmdlet.WriteError(Error(e, file)));
    }

    private void Write(Func<RemediationRun> read, Action<Exception, string> tell)
    {
        _runs++;
        if (_paths.Length == 0)
        {
            return;
        }

        RemediationRun run = read();
        foreach (string path in _paths)
        {
            string file = _runs == 1 ? path : Path.ChangeExtension(path, null) + "-" + _runs.ToString(CultureInfo.InvariantCulture) + Path.GetExtension(path);
            try
            {
                new RunReport().Write(run, file, RunReport.FormatOf(file));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                tell(e, file);
            }
        }
    }

    /// <summary>Says that a rehearsal writes none.</summary>
    internal void Skip()
    {
        foreach (string path in _paths)
        {
            if (_whatIf)
            {
                _ = _cmdlet.ShouldProcess(PrintableText.Clean(path), "Write the report of the run");
            }
            else
            {
                _cmdlet.WriteWarning(PrintableText.Clean($"A rehearsal has no report: '{path}' is not written."));
            }
        }
    }

    private string Resolve(string path)
    {
        string whole = _cmdlet.SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out ProviderInfo provider, out _);
        if (provider.Name != "FileSystem")
        {
            _cmdlet.ThrowTerminatingError(FileError.NotAFile(path, provider.Name));
        }

        try
        {
            if (_whatIf)
            {
                _ = RunReport.FormatOf(whole);
            }
            else
            {
                RunReport.Try(whole);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _cmdlet.ThrowTerminatingError(Error(e, whole));
        }

        return whole;
    }

    private static ErrorRecord Error(Exception e, string path) =>
        new(new IOException(PrintableText.Clean($"The report '{path}' cannot be written: {e.Message}"), e), "ReportNotWritten", ErrorCategory.WriteError, path);
}
