using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;

namespace KernelFault.Cli;

/// <summary>The whole command line: commands, options, help. In a class of its own so that the plain command need not load it.</summary>
internal static class Grammar
{
    private const string ExitCodes = """
        Exit codes:
          0    every file was read
          1    some files could not be read; the others were
          2    the command line is wrong
          3    no file could be read, or nothing was found
          130  stopped by Ctrl+C

        """;

    /// <summary>Reads the command line and does what it says.</summary>
    /// <param name="arguments">The command line.</param>
    /// <returns>The exit code.</returns>
    internal static int Run(string[] arguments)
    {
        Command root = Create();
        ParseResult parsed = root.Parse(arguments);
        if (parsed.Errors.Count == 0)
        {
            return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }

        foreach (ParseError error in parsed.Errors)
        {
            Screen.Complain(error.Message);
        }

        string names = string.Empty;
        for (CommandResult? at = parsed.CommandResult; at is not null; at = at.Parent as CommandResult)
        {
            names = at.Command.Name + " " + names;
        }

        Screen.Complain($"see '{names}--help'");
        return ExitCode.Usage;
    }

    private static Command Create()
    {
        var help = new HelpPage(new Dictionary<string, string>
        {
            ["kernelfault"] = ExitCodes,
            ["analyze"] = AnalyzeCommand.Examples,
            ["dumps"] = DumpsCommand.Examples,
            ["modules"] = ModulesCommand.Examples,
            ["bugcheck"] = BugCheckCommand.Examples,
            ["risk"] = RiskCommand.Examples,
            ["log"] = LogCommand.Examples,
            ["threads"] = ThreadsCommand.Examples,
            ["symbol"] = SymbolCommand.Examples,
            ["pte"] = AddressCommand.PteExamples,
            ["memory"] = MemoryCommand.Examples,
            ["object"] = ObjectCommand.Examples,
            ["slab"] = AddressCommand.SlabExamples,
            ["disasm"] = DisasmCommand.Examples,
            ["extable"] = AddressCommand.ExtableExamples,
            ["drivers"] = DriversCommand.Examples,
            ["playbook"] = PlaybookCommand.Examples,
            ["list"] = PlaybookCommand.ListExamples,
            ["check"] = PlaybookCommand.CheckExamples,
            ["run"] = PlaybookRunCommand.Examples,
            ["resume"] = PlaybookResumeCommand.Examples,
        });

        // Not a RootCommand: that one is called after the assembly, not after the command people type.
        return new Command("kernelfault", """
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
            RiskCommand.Create(),
            LogCommand.Create(),
            ThreadsCommand.Create(),
            SymbolCommand.Create(),
            AddressCommand.CreatePte(),
            MemoryCommand.Create(),
            ObjectCommand.Create(),
            AddressCommand.CreateSlab(),
            DisasmCommand.Create(),
            AddressCommand.CreateExtable(),
            DriversCommand.Create(),
            PlaybookCommand.Create(),
        };
    }
}
