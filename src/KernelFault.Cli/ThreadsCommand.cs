using System.CommandLine;
using System.IO.Enumeration;
using KernelFault.Reports;

namespace KernelFault.Cli;

/// <summary><c>kernelfault threads</c>: the tasks of a vmcore, with stacks if wanted.</summary>
internal static class ThreadsCommand
{
    internal const string Examples = """
        Examples:
          kernelfault threads vmcore
          kernelfault threads --running --stack vmcore
          kernelfault threads --name "kworker*" --stack vmcore
          kernelfault threads --id 1 --json vmcore

        """;

    internal static Command Create()
    {
        Argument<string[]> files = FileOptions.Files();
        Option<bool> json = FileOptions.Json();
        var name = new Option<string[]>("--name") { Description = "Only threads of this name; * and ? match. May be given again.", HelpName = "PATTERN" };
        var id = new Option<int[]>("--id") { Description = "Only the thread with this id. May be given again.", HelpName = "N" };
        var running = new Option<bool>("--running") { Description = "Only threads that a processor was running." };
        var stack = new Option<bool>("--stack") { Description = "Walk the stack of each thread." };
        var command = new Command("threads", "Lists the tasks of a crashed Linux kernel, as ps does; with --stack, where each was.")
        {
            files, name, id, running, stack, json,
        };
        command.SetAction(parsed =>
        {
            string[] names = parsed.GetValue(name) ?? [];
            int[] ids = parsed.GetValue(id) ?? [];
            bool isRunning = parsed.GetValue(running);
            bool withStack = parsed.GetValue(stack);
            return VmcoreWork.Run(parsed.GetRequiredValue(files), new VmcoreOutput(parsed.GetValue(json), withStack ? null : VmcoreText.ThreadHeading), (session, output) =>
                output.WriteEach(session.ReadThreads(
                    task => (names.Length == 0 || names.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, task.Name)))
                        && (ids.Length == 0 || ids.Contains(task.ThreadId))
                        && (!isRunning || task.IsCurrent),
                    withStack)));
        });
        return command;
    }
}
