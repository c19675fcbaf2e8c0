using System.CommandLine;
using KernelFault.Analysis.Linux.Vmcores;
using KernelFault.Kernels.Linux.Types;

namespace KernelFault.Cli;

/// <summary><c>kernelfault object</c>: structures of a vmcore by the kernel's own description of them.</summary>
internal static class ObjectCommand
{
    private const int UsualDepth = 1;
    private const int MaximumDepth = 8;

    internal const string Examples = """
        Examples:
          kernelfault object vmcore list_head
          kernelfault object vmcore task_struct init_task
          kernelfault object vmcore module modules --list list --depth 0

        """;

    internal static Command Create()
    {
        Argument<string> file = VmcoreOptions.File();
        var type = new Argument<string>("type") { Description = "Structure or union, such as task_struct." };
        Argument<string[]> addresses = VmcoreOptions.Addresses(required: false);
        var list = new Option<string?>("--list") { Description = "The address is the head of a list; the member by which the structures on it are linked.", HelpName = "MEMBER" };
        Option<int?> depth = VmcoreOptions.Number("--depth", "How many levels of structures inside are opened; 1 by default.", 0, MaximumDepth);
        Option<bool> json = FileOptions.Json();
        var command = new Command("object", "Shows structures in the memory of a crashed Linux kernel; without an address, what the type is made of.")
        {
            file, type, addresses, list, depth, json,
        };
        command.SetAction(parsed => VmcoreWork.Run([parsed.GetRequiredValue(file)], new VmcoreOutput(parsed.GetValue(json)), (session, output) =>
            Ask(session, output, parsed.GetRequiredValue(type), parsed.GetValue(addresses) ?? [], parsed.GetValue(list), parsed.GetValue(depth) ?? UsualDepth)));
        return command;
    }

    private static void Ask(VmcoreSession session, VmcoreOutput output, string type, string[] addresses, string? list, int depth)
    {
        if (session.DescribeType(type) is not { } description)
        {
            output.Miss($"the kernel has no structure '{type}', or no description of its types (BTF)");
        }
        else if (addresses.Length == 0)
        {
            output.Write(description);
        }
        else if (list is not null && !session.HasMember(type, list))
        {
            output.Miss($"{description.Name} has no member '{list}'");
        }
        else
        {
            VmcoreWork.WithAddresses(session, addresses, output, address =>
            {
                foreach (KernelObject found in session.ReadObjects(type, address, list))
                {
                    output.Write(KernelObjectView.Expand(found, depth));
                }
            });
        }
    }
}
