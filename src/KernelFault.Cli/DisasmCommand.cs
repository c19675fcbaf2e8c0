using System.CommandLine;
using KernelFault.Kernels.Linux;

namespace KernelFault.Cli;

/// <summary><c>kernelfault disasm</c>: code of a vmcore.</summary>
internal static class DisasmCommand
{
    internal const string Examples = """
        Examples:
          kernelfault disasm vmcore vfs_read
          kernelfault disasm vmcore vfs_read+0x1c --count 5
          kernelfault disasm vmcore 0xffffffff91a01cb0 --count 1 --att --json

        """;

    internal static Command Create()
    {
        Argument<string> file = VmcoreOptions.File();
        Argument<string[]> addresses = VmcoreOptions.Addresses();
        Option<int?> count = VmcoreOptions.Number("--count", "How many instructions; up to the end of the function by default.", 1, int.MaxValue);
        var att = new Option<bool>("--att") { Description = "Write x86 instructions as the GNU tools and the kernel do." };
        Option<bool> json = FileOptions.Json();
        var command = new Command("disasm", "Decodes code in the memory of a crashed Linux kernel.")
        {
            file, addresses, count, att, json,
        };
        command.SetAction(parsed => VmcoreWork.Run([parsed.GetRequiredValue(file)], new VmcoreOutput(parsed.GetValue(json)), (session, output) =>
            VmcoreWork.WithAddresses(session, parsed.GetRequiredValue(addresses), output, address =>
                output.WriteEach(session.Disassemble(address, parsed.GetValue(count), parsed.GetValue(att) ? DisassemblySyntax.Att : DisassemblySyntax.Intel)))));
        return command;
    }
}
