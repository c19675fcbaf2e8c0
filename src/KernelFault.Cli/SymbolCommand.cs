using System.CommandLine;
using KernelFault.Kernels.Linux;

namespace KernelFault.Cli;

/// <summary><c>kernelfault symbol</c>: symbols of a vmcore by name, pattern or place.</summary>
internal static class SymbolCommand
{
    internal const string Examples = """
        Examples:
          kernelfault symbol vmcore panic
          kernelfault symbol vmcore "vfs_*"
          kernelfault symbol vmcore 0xffffffff9128af1c

        """;

    internal static Command Create()
    {
        Argument<string> file = VmcoreOptions.File();
        Option<bool> json = FileOptions.Json();
        var names = new Argument<string[]>("name")
        {
            Description = "Names, in which * and ? match; or places: 0x…, vfs_read+0x1c. All symbols when there is none.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var command = new Command("symbol", "Looks up symbols of a crashed Linux kernel and its modules.")
        {
            file, names, json,
        };
        command.SetAction(parsed =>
        {
            string[] wanted = parsed.GetValue(names) is { Length: > 0 } some ? some : ["*"];
            return VmcoreWork.Run([parsed.GetRequiredValue(file)], new VmcoreOutput(parsed.GetValue(json)), (session, output) =>
            {
                foreach (string name in wanted)
                {
                    int before = output.Written;
                    foreach (LinuxSymbol symbol in session.FindSymbols(name))
                    {
                        output.Write(symbol);
                    }

                    if (output.Written == before)
                    {
                        output.Miss($"the kernel and its modules have no symbol '{name}', and none around it");
                    }
                }
            });
        });
        return command;
    }
}
