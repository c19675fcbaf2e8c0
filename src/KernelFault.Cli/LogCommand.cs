using System.CommandLine;
using KernelFault.Kernels.Linux.Log;

namespace KernelFault.Cli;

/// <summary><c>kernelfault log</c>: the kernel log of a vmcore.</summary>
internal static class LogCommand
{
    internal const string Examples = """
        Examples:
          kernelfault log vmcore
          kernelfault log --level warning vmcore
          kernelfault log vmcore | kernelfault analyze -

        """;

    internal static Command Create()
    {
        Argument<string[]> files = FileOptions.Files();
        Option<bool> json = FileOptions.Json();
        var level = new Option<KernelMessageLevel?>("--level") { Description = "Only messages of this level or a graver one.", HelpName = "LEVEL" };
        var command = new Command("log", "Prints the kernel log out of a vmcore, as dmesg would have.")
        {
            files, level, json,
        };
        command.SetAction(parsed =>
        {
            KernelMessageLevel most = parsed.GetValue(level) ?? KernelMessageLevel.Debug;
            return VmcoreWork.Run(parsed.GetRequiredValue(files), new VmcoreOutput(parsed.GetValue(json)), (session, output) =>
                output.WriteEach(session.ReadLog().Where(message => message.Level <= most)));
        });
        return command;
    }
}
