using System.CommandLine;
using System.CommandLine.Help;
using KernelFault.Cli;

// The command that most people type starts without the grammar: building it takes as long as the analysis.
if (AnalyzeCommand.TryRunPlain(args) is int plainExitCode)
{
    return plainExitCode;
}

const string ExitCodes = """
    Exit codes:
      0    every file was read
      1    some files could not be read; the others were
      2    the command line is wrong
      3    no file could be read, or nothing was found
      130  stopped by Ctrl+C

    """;

var help = new HelpPage(new Dictionary<string, string>
{
    ["kernelfault"] = ExitCodes,
    ["analyze"] = AnalyzeCommand.Examples,
    ["dumps"] = DumpsCommand.Examples,
    ["modules"] = ModulesCommand.Examples,
    ["bugcheck"] = BugCheckCommand.Examples,
});

// Not a RootCommand: that one is called after the assembly, not after the command people type.
var root = new Command("kernelfault", """
    Turns a kernel crash into an answer: what faulted, which driver, how sure that is, why, and what to do next.
    Needs no debugger, no symbols and no network.
    """)
{
    new HelpOption { Action = help },
    new VersionOption(),
    AnalyzeCommand.Create(),
    DumpsCommand.Create(),
    ModulesCommand.Create(),
    BugCheckCommand.Create(),
};

ParseResult parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    foreach (System.CommandLine.Parsing.ParseError error in parsed.Errors)
    {
        Screen.Complain(error.Message);
    }

    Screen.Complain($"see 'kernelfault {(parsed.CommandResult.Command == root ? string.Empty : parsed.CommandResult.Command.Name + " ")}--help'");
    return ExitCode.Usage;
}

try
{
    return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
}
catch (OperationCanceledException)
{
    return ExitCode.Cancelled;
}
