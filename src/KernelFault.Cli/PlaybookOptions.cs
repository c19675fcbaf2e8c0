using System.CommandLine;

namespace KernelFault.Cli;

/// <summary>Options that <c>playbook run</c> and <c>playbook resume</c> share.</summary>
internal static class PlaybookOptions
{
    internal const string ExitCodes = """
        Exit codes:
          0    every machine came to a good end
          1    some machines did not, or a report could not be written
          2    nothing was done: the command line is wrong, or the playbook, a parameter or the run cannot be used
          3    no machine came to a good end
          130  stopped by Ctrl+C; 'kernelfault playbook resume' goes on

        """;

    internal static Option<bool> Force() => new("--force") { Description = "Answer the playbook's questions with yes, and overrule guards that may be overruled." };

    internal static Option<string?> RunPath() => new("--run-path") { Description = "Folder of the runs; KernelFault/runs in the user's data without it.", HelpName = "FOLDER" };

    internal static Option<string[]> Report() => new("--report")
    {
        Description = "File for a report that can be handed on: a page where its name ends with .html, Markdown where with .md; one that is there is replaced. May be given again.",
        HelpName = "FILE",
    };
}
