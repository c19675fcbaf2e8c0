using System.CommandLine;

namespace KernelFault.Cli;

/// <summary><c>kernelfault memory</c>: memory of a vmcore.</summary>
internal static class MemoryCommand
{
    private const int UsualLength = 64;
    private const int MaximumLength = 1 << 30;

    internal const string Examples = """
        Examples:
          kernelfault memory vmcore linux_banner
          kernelfault memory vmcore sys_call_table --length 256
          kernelfault memory vmcore 0x1000000 --physical --json

        """;

    internal static Command Create()
    {
        Argument<string> file = VmcoreOptions.File();
        Argument<string[]> addresses = VmcoreOptions.Addresses();
        Option<int?> length = VmcoreOptions.Number("--length", "How many bytes; 64 by default.", 1, MaximumLength);
        var physical = new Option<bool>("--physical") { Description = "The addresses are physical ones." };
        Option<bool> json = FileOptions.Json();
        var command = new Command("memory", "Shows memory of a crashed Linux kernel: words, text, and the symbols that words point to.")
        {
            file, addresses, length, physical, json,
        };
        command.SetAction(parsed => VmcoreWork.Run([parsed.GetRequiredValue(file)], new VmcoreOutput(parsed.GetValue(json)), (session, output) =>
            VmcoreWork.WithAddresses(session, parsed.GetRequiredValue(addresses), output, address =>
                output.WriteEach(session.ReadMemory(address, parsed.GetValue(length) ?? UsualLength, parsed.GetValue(physical))))));
        return command;
    }
}
