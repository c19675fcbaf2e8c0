using System.Text;
using KernelFault.Hosts;
using KernelFault.Playbooks.Running;

namespace KernelFault.Reports;

/// <summary>
/// What became of a playbook, as a page that a person can hand on: what was found, what was done, before and after, the evidence with
/// its hashes, the timeline, the warnings. One file, without anything from the network.
/// </summary>
/// <remarks>
/// Nearly every text in a run came from a machine or a file and is hostile until shown otherwise: control characters and what turns the
/// direction of writing are written out, and nothing of it becomes markup or a link. Pages are bounded: long texts and lists are cut,
/// which is said where it happens, and of more than <see cref="MaximumDetailed"/> machines those that did not succeed come first.
/// </remarks>
public sealed class RunReport : IRunReport
{
    /// <summary>Of how many machines a page shows the steps; all are in its table.</summary>
    public const int MaximumDetailed = 200;

    /// <summary>How many machines the table shows.</summary>
    public const int MaximumMachines = 10000;

    /// <summary>How many entries of one list are shown.</summary>
    internal const int MaximumEntries = 100;

    /// <summary>How many characters of one text are shown.</summary>
    internal const int MaximumText = 600;

    /// <summary>Writes a page for a browser.</summary>
    /// <param name="writer">Where to; its encoding must be UTF-8, which the page says.</param>
    /// <param name="run">The run.</param>
    public static void WriteHtml(TextWriter writer, RemediationRun run) =>
        new RunReportHtml(writer ?? throw new ArgumentNullException(nameof(writer))).Write(run ?? throw new ArgumentNullException(nameof(run)));

    /// <summary>Writes a page in Markdown (CommonMark with tables).</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="run">The run.</param>
    public static void WriteMarkdown(TextWriter writer, RemediationRun run) =>
        new RunReportMarkdown(writer ?? throw new ArgumentNullException(nameof(writer))).Write(run ?? throw new ArgumentNullException(nameof(run)));

    /// <summary>The form of a report by the name of its file.</summary>
    /// <param name="path">The file.</param>
    /// <returns><c>html</c> for .html and .htm, <c>markdown</c> for .md.</returns>
    /// <exception cref="ArgumentException">It has another ending.</exception>
    public static string FormatOf(string path) => Path.GetExtension(path ?? throw new ArgumentNullException(nameof(path))).ToLowerInvariant() switch
    {
        ".html" or ".htm" => "html",
        ".md" => "markdown",
        _ => throw new ArgumentException($"'{path}' does not tell the form of a report by its name: .html or .md is expected."),
    };

    /// <summary>Finds out whether a report can be written, before a run has anything to report: nothing is left behind.</summary>
    /// <param name="path">Whole path of the file.</param>
    /// <exception cref="ArgumentException">Its name does not tell its form.</exception>
    /// <exception cref="IOException">It cannot be written, such as where there is no such folder.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static void Try(string path)
    {
        _ = FormatOf(path);
        if (Directory.Exists(path))
        {
            throw new IOException($"'{path}' is a folder.");
        }

        WholeFile.Try(path);
    }

    /// <inheritdoc/>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public void Write(RemediationRun run, string path, string format)
    {
        Action<TextWriter, RemediationRun> write = format switch
        {
            "html" => WriteHtml,
            "markdown" => WriteMarkdown,
            _ => throw new ArgumentException($"'{format}' is not a form of a report: html or markdown is expected.", nameof(format)),
        };

        // Half a page helps nobody.
        WholeFile.Write(path, stream =>
        {
            const int BufferSize = 64 * 1024;
            using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), BufferSize, leaveOpen: true);
            write(writer, run);
        });
    }

    /// <inheritdoc/>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public void Write(HostRun run, string path, string format)
    {
        HostRun machine = run ?? throw new ArgumentNullException(nameof(run));
        Write(
            new RemediationRun
            {
                Id = machine.RunId,
                Playbook = machine.Playbook,
                Title = machine.Playbook,
                PlaybookHash = string.Empty,
                Signer = null,
                Status = machine.Status,
                StartTime = machine.StartTime,
                EndTime = machine.Status is RunStatus.Running or RunStatus.Waiting ? null : machine.StartTime.AddSeconds(machine.Seconds),
                IsActive = machine.Status == RunStatus.Running,
                Parameters = new Dictionary<string, object?>(),
                Hosts = [machine],
                Folder = machine.Folder ?? string.Empty,
                Warnings = [],
            },
            path,
            format);
    }

    /// <summary>The machines whose steps are shown, in their order; those that did not succeed first where not all have room.</summary>
    internal static IReadOnlyList<HostRun> Detailed(RemediationRun run)
    {
        if (run.Hosts.Count <= MaximumDetailed)
        {
            return run.Hosts;
        }

        return [.. run.Hosts.OrderBy(host => host.Status is RunStatus.Succeeded or RunStatus.Planned ? 1 : 0).Take(MaximumDetailed)];
    }
}
