using System.CommandLine;
using KernelFault.Analysis.Linux.Vmcores;
using KernelFault.Memory;

namespace KernelFault.Cli;

/// <summary><c>kernelfault pte</c>, <c>slab</c> and <c>extable</c>: one question about each of some addresses.</summary>
internal static class AddressCommand
{
    internal const string PteExamples = """
        Examples:
          kernelfault pte vmcore 0xffff8d388601a100
          kernelfault pte vmcore vfs_read --json

        """;

    internal const string SlabExamples = """
        Examples:
          kernelfault slab vmcore 0xffff8d388601a100

        """;

    internal const string ExtableExamples = """
        Examples:
          kernelfault extable vmcore __get_user_1+0x1f

        """;

    internal static Command CreatePte() => Create(
        "pte",
        "Walks the page tables for an address.",
        (session, address) => session.Kernel.PageTable.Walk(address),
        string.Empty);

    internal static Command CreateSlab() => Create(
        "slab",
        "Says which object of the kernel's heap an address is in, and whether it was in use.",
        (session, address) => session.FindSlabObject(address),
        "is in no object of a slab cache");

    internal static Command CreateExtable() => Create(
        "extable",
        "Says whether the kernel expects an instruction to fault, and where it goes on then.",
        (session, address) => session.Kernel.FindExceptionTableEntry(address),
        "has no entry in an exception table: the kernel does not expect a fault there");

    private static Command Create(string name, string description, Func<VmcoreSession, VirtualAddress, object?> ask, string otherwise)
    {
        Argument<string> file = VmcoreOptions.File();
        Argument<string[]> addresses = VmcoreOptions.Addresses();
        Option<bool> json = FileOptions.Json();
        var command = new Command(name, description)
        {
            file, addresses, json,
        };
        command.SetAction(parsed => VmcoreWork.Run([parsed.GetRequiredValue(file)], new VmcoreOutput(parsed.GetValue(json)), (session, output) =>
            VmcoreWork.WithAddresses(session, parsed.GetRequiredValue(addresses), output, address =>
            {
                if (ask(session, address) is { } answer)
                {
                    output.Write(answer);
                }
                else
                {
                    output.Miss($"{address.Hex} {otherwise}");
                }
            })));
        return command;
    }
}
