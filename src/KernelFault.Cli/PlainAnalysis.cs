using KernelFault.Analysis;
using KernelFault.Reports;

namespace KernelFault.Cli;

/// <summary>The plain command: <c>analyze</c>, files, perhaps <c>--json</c>.</summary>
internal static class PlainAnalysis
{
    /// <summary>Runs <c>analyze [--json] FILE…</c>, where nothing but files and that one option is given.</summary>
    /// <param name="arguments">The whole command line.</param>
    /// <returns>The exit code; null when the command line is anything else, and the grammar has to look at it.</returns>
    internal static int? TryRun(string[] arguments)
    {
        if (arguments.Length < 2 || arguments[0] != "analyze")
        {
            return null;
        }

        bool json = false;
        var files = new List<string>(arguments.Length);
        foreach (string argument in arguments.AsSpan(1))
        {
            if (argument == "--json")
            {
                json = true;
            }
            else if (argument.Length == 0 || (argument[0] is '-' or '@' or '[' && argument != CrashFiles.StandardInput))
            {
                // An option, a response file or a directive of the grammar.
                return null;
            }
            else
            {
                files.Add(argument);
            }
        }

        if (files.Count == 1 && files[0] != CrashFiles.StandardInput)
        {
            WarmUp.Start();
        }

        return files.Count == 0 ? null : CrashAnalysis.Run(files.ToArray(), new AnalysisOptions(), Environment.ProcessorCount, summary: false, json);
    }
}
