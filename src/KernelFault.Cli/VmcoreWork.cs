using KernelFault.Analysis.Linux.Vmcores;
using KernelFault.Formats;
using KernelFault.Memory;

namespace KernelFault.Cli;

/// <summary>Asks one question of the vmcores of a command line, one after the other.</summary>
internal static class VmcoreWork
{
    /// <summary>Does the work.</summary>
    /// <param name="arguments">The files as typed.</param>
    /// <param name="output">Where answers go.</param>
    /// <param name="ask">Asks one file and writes what comes.</param>
    /// <returns>The exit code.</returns>
    internal static int Run(IReadOnlyList<string> arguments, VmcoreOutput output, Action<VmcoreSession, VmcoreOutput> ask)
    {
        List<string> files = CrashFiles.Expand(arguments);
        int failed = 0;
        foreach (string file in files)
        {
            try
            {
                using VmcoreSession session = VmcoreSession.Open(file);
                if (files.Count > 1)
                {
                    output.Begin(PrintableText.Clean(file));
                }

                ask(session, output);
                foreach (string warning in session.Warnings)
                {
                    Screen.Complain($"{file}: {warning}");
                }
            }
            catch (Exception e) when (e is DumpFormatException or IOException or UnauthorizedAccessException)
            {
                failed++;
                Screen.Complain(e.Message.Contains(file, StringComparison.Ordinal) ? e.Message : $"{file}: {e.Message}");
            }
        }

        output.End();
        return ExitCode.Of(failed < files.Count && (output.Missed == 0 || output.Written > 0) ? 1 : 0, failed + output.Missed);
    }

    /// <summary>Takes addresses as a person writes them; one that is none is a message.</summary>
    /// <param name="session">The vmcore whose symbols are meant.</param>
    /// <param name="texts">Hexadecimal numbers, or symbols with or without an offset.</param>
    /// <param name="output">Where messages go.</param>
    /// <param name="ask">What to do with each address.</param>
    internal static void WithAddresses(VmcoreSession session, IReadOnlyList<string> texts, VmcoreOutput output, Action<VirtualAddress> ask)
    {
        foreach (string text in texts)
        {
            if (session.Resolve(text) is { } address)
            {
                ask(address);
            }
            else
            {
                output.Miss($"'{text}' is neither an address (0xffffffff81000000) nor a symbol of this kernel (vfs_read, vfs_read+0x1c)");
            }
        }
    }
}
