using System.Globalization;
using System.Text.RegularExpressions;

namespace KernelFault.Tests.Unwinding.Linux;

/// <summary>The first call trace of a console log, read independently of the engine's own log reader.</summary>
internal sealed class ConsoleTrace
{
    private static readonly Regex Stamp = new(@"^(<\d+>)?\[ *\d+\.\d+\](\[ *[TC]\d+\])? ?", RegexOptions.CultureInvariant);
    private static readonly Regex Entry = new(@"^ (\? )?([^ +]+)\+0x([0-9a-f]+)/0x[0-9a-f]+(?: \[(\w+)\])?\s*$", RegexOptions.CultureInvariant);
    private static readonly Regex Pointer = new(@"^RIP: 0010:([^ +]+)\+0x([0-9a-f]+)/0x[0-9a-f]+(?: \[(\w+)\])?\s*$", RegexOptions.CultureInvariant);
    private static readonly Regex Value = new(@"\b(R[A-Z0-9]{2}|EFLAGS): (?:00[0-9a-f]{2}:)?([0-9a-f]{8,16})\b", RegexOptions.CultureInvariant);

    /// <summary>What stands for an interrupted address outside all functions.</summary>
    internal const string NoFunction = "no function";

    /// <summary>The entries without a question mark, as <c>module!function+0x1c</c>, the interrupted instructions among them.</summary>
    internal List<string> Frames { get; } = [];

    /// <summary>Where the fault was; null when the kernel printed none.</summary>
    internal string? Fault { get; private set; }

    /// <summary>The registers of the fault, by name in lower case.</summary>
    internal Dictionary<string, ulong> Registers { get; } = new(StringComparer.OrdinalIgnoreCase);

    internal static ConsoleTrace Read(string path)
    {
        var trace = new ConsoleTrace();
        bool inTrace = false;
        bool inPointer = false;
        foreach (string raw in File.ReadLines(path))
        {
            string line = Stamp.Replace(raw, string.Empty).TrimEnd('\r');
            if (!inTrace)
            {
                inPointer |= line.StartsWith("RIP: 0010:", StringComparison.Ordinal);
                if (inPointer && trace.Fault is null)
                {
                    trace.Fault = Pointer.Match(line) is { Success: true } at ? Name(at.Groups[1], at.Groups[2], at.Groups[3]) : NoFunction;
                }

                foreach (Match match in inPointer ? Value.Matches(line) : Value.Matches(string.Empty))
                {
                    string name = Regex.Replace(match.Groups[1].Value, "^R0(?=[0-9])", "R");
                    trace.Registers[name] = ulong.Parse(match.Groups[2].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                }

                inTrace = line.StartsWith("Call Trace:", StringComparison.Ordinal);
                continue;
            }

            if (line.StartsWith("---[", StringComparison.Ordinal) || line.StartsWith("Modules linked in", StringComparison.Ordinal)
                || line.StartsWith("Kernel ", StringComparison.Ordinal))
            {
                break;
            }

            if (Entry.Match(line) is { Success: true } entry && !entry.Groups[1].Success)
            {
                trace.Frames.Add(Name(entry.Groups[2], entry.Groups[3], entry.Groups[4]));
            }
            else if (Pointer.Match(line) is { Success: true } nested)
            {
                trace.Frames.Add(Name(nested.Groups[1], nested.Groups[2], nested.Groups[3]));
            }
        }

        // A panic without a fault prints itself first.
        int panic = trace.Fault is null ? trace.Frames.FindIndex(f => f.StartsWith("vmlinux!panic", StringComparison.Ordinal)) : -1;
        trace.Frames.RemoveRange(0, panic + 1);
        return trace;
    }

    private static string Name(Group function, Group offset, Group module) =>
        (module.Success ? module.Value : "vmlinux") + "!" + function.Value + "+0x" + offset.Value;
}
