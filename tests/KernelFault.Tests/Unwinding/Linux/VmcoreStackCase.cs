using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using KernelFault.Dumps;
using KernelFault.Dumps.Linux;
using KernelFault.Kernels.Linux;
using KernelFault.Kernels.Linux.Log;
using KernelFault.Unwinding.Linux;

namespace KernelFault.Tests.Unwinding.Linux;

/// <summary>A vmcore's stack, registers and log beside those that its kernel printed.</summary>
internal sealed class VmcoreStackCase : IDisposable
{
    private readonly LinuxVmcore _dump;

    private VmcoreStackCase(LinuxVmcore dump, LinuxKernel kernel, PanicContext panic, string consolePath)
    {
        ConsoleTrace console = ConsoleTrace.Read(consolePath);
        _dump = dump;
        PrintedLog = [.. File.ReadLines(consolePath).Select(line => line.TrimEnd('\r')).Where(line => Regex.IsMatch(line, @"^\[ *\d+\.\d{6}\] "))];
        Log = panic.Processor is null ? [] : ReadLog(kernel);
        Panic = panic;
        Printed = console.Fault is null ? console.Frames : [console.Fault, .. console.Frames];
        Walked = panic.FaultStack is { } stack ? [.. stack.Frames.Select(f => f.Symbol)] : [];
        Registers = console.Registers;
        DifferentRegisters = [.. console.Registers.Where(r => panic.FaultRegisters?[r.Key] != r.Value).Select(r => r.Key)];
    }

    internal PanicContext Panic { get; }

    /// <summary>The kernel's own trace, the fault first.</summary>
    internal IReadOnlyList<string> Printed { get; }

    /// <summary>The frames that were walked.</summary>
    internal IReadOnlyList<string> Walked { get; }

    /// <summary>The registers the kernel printed.</summary>
    internal IReadOnlyDictionary<string, ulong> Registers { get; }

    /// <summary>Those that were found to be something else.</summary>
    internal IReadOnlyList<string> DifferentRegisters { get; }

    /// <summary>The lines of the kernel on its console.</summary>
    internal IReadOnlyList<string> PrintedLog { get; }

    /// <summary>The log out of memory, without debug messages, which a console does not show.</summary>
    internal IReadOnlyList<string> Log { get; }

    /// <summary>
    /// How many printed lines agree before the first that does not. The last ones may not have reached the console; and a panic that takes
    /// the console over in the middle of a line, as in real-time kernels, prints that line once more.
    /// </summary>
    internal int EqualLogLines
    {
        get
        {
            int printed = 0;
            for (int logged = 0; printed < PrintedLog.Count; printed++)
            {
                if (logged < Log.Count && PrintedLog[printed] == Log[logged])
                {
                    logged++;
                }
                else if (printed == 0 || PrintedLog[printed] != PrintedLog[printed - 1])
                {
                    break;
                }
            }

            return printed;
        }
    }

    /// <summary>True if the kernel itself could not unwind past the fault, as after a jump to where no function is.</summary>
    internal bool IsLostByKernel => Printed.Count == 1 && Walked.Count > 1;

    /// <summary>True for one file of several that together are a dump, without the memory the kernel is in.</summary>
    internal bool IsPartWithoutKernel => _dump.Container.Part is not null && Panic.Processor is null;

    /// <summary>True if frame by frame nothing differs; an address outside all functions has no name on either side.</summary>
    internal bool IsEqual => (Walked.Count == Printed.Count || IsLostByKernel) && EqualFrames == Printed.Count;

    /// <summary>How many frames agree before the first that does not.</summary>
    internal int EqualFrames
    {
        get
        {
            int equal = 0;
            while (equal < Walked.Count && equal < Printed.Count && IsSame(Walked[equal], Printed[equal]))
            {
                equal++;
            }

            return equal;
        }
    }

    internal static VmcoreStackCase Read(string vmcore, string console)
    {
        var dump = (LinuxVmcore)CrashDump.Open(vmcore);
        LinuxKernel kernel = LinuxKernel.Open(dump);
        return new VmcoreStackCase(dump, kernel, PanicContext.Read(kernel), console);
    }

    public void Dispose() => _dump.Dispose();

    /// <summary>Its line in a table.</summary>
    internal string Row(string name) => string.Format(
        CultureInfo.InvariantCulture,
        "{0,-40} {1,3} of {2,3} frames {3,-9} {4,2} of {5,2} registers {6,3} of {7,3} lines of the log",
        name,
        EqualFrames,
        Printed.Count,
        IsPartWithoutKernel ? "no kernel" : IsLostByKernel ? "and more" : IsEqual ? "equal" : "DIFFERENT",
        Registers.Count - DifferentRegisters.Count,
        Registers.Count,
        EqualLogLines,
        PrintedLog.Count);

    private static string[] ReadLog(LinuxKernel kernel)
    {
        var text = new StringBuilder();
        foreach (KernelMessage message in KernelMessageReader.Read(kernel.Data, []).Where(message => message.Level != KernelMessageLevel.Debug))
        {
            KernelMessageFormat.Append(text, message, withCaller: false);
        }

        return text.ToString().TrimEnd('\n').Split('\n');
    }

    private static bool IsSame(string walked, string printed) =>
        printed == ConsoleTrace.NoFunction ? !walked.Contains('+') : walked == printed;
}
