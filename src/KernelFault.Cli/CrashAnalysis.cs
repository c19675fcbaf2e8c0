using KernelFault.Analysis;
using KernelFault.Dumps.Logs;
using KernelFault.Formats;
using KernelFault.Reports;

namespace KernelFault.Cli;

/// <summary>What <c>kernelfault analyze</c> does once the command line is read.</summary>
internal static class CrashAnalysis
{
    /// <summary>Analyses files and writes what comes out.</summary>
    /// <param name="files">What was typed.</param>
    /// <param name="options">Images and symbols at hand.</param>
    /// <param name="jobs">How many files at a time.</param>
    /// <param name="summary">True for one summary instead of an answer for each file.</param>
    /// <param name="json">True for JSON instead of pages.</param>
    /// <returns>The exit code.</returns>
    internal static int Run(string[] files, AnalysisOptions options, int jobs, bool summary, bool json)
    {
        using var analyzer = new KernelFaultAnalyzer(options);
        var output = new JsonOutput();
        if (summary)
        {
            var all = new List<KernelFaultAnalysis>();
            int code = FileWork.Run(files, jobs, Analyze, all.Add);
            if (all.Count > 0)
            {
                WriteSummary(CrashSummarizer.Summarize(all), json, output);
            }

            return code;
        }

        int exitCode = FileWork.Run<KernelFaultAnalysis>(files, jobs, Analyze, json
            ? output.Add
            : analysis => Screen.Write(width => AnalysisText.Layout(analysis, width)));
        output.End();
        return exitCode;

        KernelFaultAnalysis Analyze(string path, CancellationToken cancellation)
        {
            if (path != CrashFiles.StandardInput)
            {
                return analyzer.Analyze(path, cancellation);
            }

            using KernelLog log = ReadStandardInput(cancellation);
            return analyzer.Analyze(log, cancellation);
        }
    }

    private static KernelLog ReadStandardInput(CancellationToken cancellation)
    {
        if (!Console.IsInputRedirected)
        {
            Screen.Complain("reading a kernel log from the terminal");
        }

        using Stream input = Console.OpenStandardInput();
        KernelLog log = KernelLog.Read(input, CrashFiles.StandardInput, cancellation);
        return log.Length > 0 ? log : throw new DumpFormatException(CrashFiles.StandardInput, 0, "expected the text of a kernel log on standard input, found nothing.");
    }

    private static void WriteSummary(CrashSummary summary, bool json, JsonOutput output)
    {
        if (json)
        {
            output.Add(summary);
            output.End();
        }
        else
        {
            Screen.Write(width => SummaryText.Layout(summary, width));
        }
    }
}
