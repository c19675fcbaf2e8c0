using System.Globalization;
using System.Text;
using KernelFault.Analysis.Linux.Vmcores;
using KernelFault.Formats;
using KernelFault.Kernels.Linux;
using KernelFault.Kernels.Linux.Slab;
using KernelFault.Memory;
using KernelFault.Unwinding;

namespace KernelFault.Reports;

/// <summary>What is asked of a vmcore as lines of text, in the manner of the tools that people know: ps, bt, sym, vtop, rd, dis.</summary>
public static class VmcoreText
{
    private const int Indentation = 2;

    /// <summary>An answer as text.</summary>
    /// <param name="answer">A thread, frame, symbol, walk, line of memory, slab object, instruction, table entry, message, type, or a structure's members by name.</param>
    /// <returns>One line or several, without a line break at the end.</returns>
    public static string Render(object answer) => answer switch
    {
        CrashDumpThread { Stack: { } stack } thread => Stack(thread, stack),
        CrashDumpThread thread => Thread(thread),
        StackFrame frame => Frame(frame),
        LinuxSymbol symbol => $"{symbol.Address.Hex} {symbol.Type} {symbol}",
        PageTableWalk walk => walk.Address.Hex + Environment.NewLine + string.Join(Environment.NewLine, VmcoreAddress.Lines(walk).Select(line => "  " + line)),
        MemoryLine line => Memory(line),
        SlabObject slab => Slab(slab),
        DisassembledInstruction instruction => Instruction(instruction),
        ExceptionTableEntry entry => $"{entry.Instruction.Hex} goes on at {entry.Fixup.Hex}  {entry.HandlerType ?? entry.Handler?.Hex}{(entry.Module is null ? string.Empty : " [" + entry.Module + "]")}",
        IReadOnlyDictionary<string, object?> members => Members(members),
        null => throw new ArgumentNullException(nameof(answer)),
        _ => answer.ToString() ?? string.Empty,
    };

    /// <summary>The heading of the lines that <see cref="Render"/> makes of threads without stacks.</summary>
    public static string ThreadHeading => "     PID    PPID CPU S       RSS        VSZ NAME";

    private static string Thread(CrashDumpThread thread) => string.Format(
        CultureInfo.InvariantCulture,
        "{0}{1,7} {2,7} {3,3} {4} {5,9} {6,10} {7}",
        thread.IsCurrent ? '>' : ' ',
        thread.ThreadId,
        thread.ParentProcessId,
        thread.Processor,
        thread.StateLetter,
        thread.ResidentBytes / 1024,
        thread.VirtualBytes / 1024,
        thread.IsKernelThread ? "[" + thread.Name + "]" : thread.Name);

    private static string Stack(CrashDumpThread thread, IReadOnlyList<StackFrame> stack)
    {
        var text = new StringBuilder();
        string processor = thread.Processor is { } number ? FormattableString.Invariant($"  CPU {number}") : string.Empty;
        text.Append(FormattableString.Invariant($"PID {thread.ThreadId}  {thread.Name}  {thread.State}{processor}  task_struct {thread.Address.Hex}"));
        foreach (StackFrame frame in stack)
        {
            text.AppendLine().Append(Frame(frame));
        }

        return text.ToString();
    }

    private static string Frame(StackFrame frame) => FormattableString.Invariant(
        $" {frame.Index,2} {Wording.Mark(frame.Trust)} {frame.InstructionPointer?.Hex}  {frame.Symbol}{(frame.Note is null ? string.Empty : "  (" + frame.Note + ")")}");

    private static string Memory(MemoryLine line)
    {
        if (line.Missing is not null)
        {
            return line.ToString();
        }

        var text = new StringBuilder(line.Address).Append(':');
        foreach (string word in line.Words)
        {
            text.Append(' ').Append(word);
        }

        for (int i = line.Words.Count * sizeof(ulong); i < line.Bytes.Length; i++)
        {
            text.Append(' ').Append(line.Bytes[i].ToString("x2", CultureInfo.InvariantCulture));
        }

        text.Append("  ").Append(line.Text);
        string[] symbols = line.Symbols.OfType<string>().ToArray();
        return (symbols.Length == 0 ? text : text.Append("  ").Append(string.Join(", ", symbols))).ToString();
    }

    private static string Slab(SlabObject slab)
    {
        string offset = slab.Offset < 0 ? FormattableString.Invariant($"-0x{-slab.Offset:x}") : FormattableString.Invariant($"+0x{slab.Offset:x}");
        var lines = new List<string>
        {
            $"Cache    {slab.CacheName}  {slab.CacheAddress.Hex}",
            FormattableString.Invariant($"Object   {slab.Address.Hex} {offset}  {slab.Size} bytes in {slab.SlotSize}, {slab.Index} of {slab.ObjectCount} in slab {slab.SlabAddress.Hex}"),
            $"State    {slab.State}{Intact("poison", slab.IsPoisonIntact)}{Intact("red zones", slab.IsRedZoneIntact)}",
        };
        Track(lines, "Taken", slab.Allocated);
        Track(lines, "Freed", slab.Freed);
        return string.Join(Environment.NewLine, lines);
    }

    private static string Intact(string what, bool? intact) => intact is { } whole ? $", {what} {(whole ? "intact" : "damaged")}" : string.Empty;

    private static void Track(List<string> lines, string what, SlabTrack? track)
    {
        if (track is not null)
        {
            lines.Add(FormattableString.Invariant($"{what}    by thread {track.ThreadId} on processor {track.Processor} at {track.Caller.Hex}"));
            lines.AddRange(track.Stack.Select(caller => "         " + caller.Hex));
        }
    }

    private static string Instruction(DisassembledInstruction instruction)
    {
        string place = instruction.Symbol is null ? string.Empty : $" <{instruction.Symbol}>";
        string target = instruction.TargetSymbol is null ? string.Empty : $"  <{instruction.TargetSymbol}>";
        return $"{instruction.Address.Hex}{place}: {instruction.Text}{target}";
    }

    private static string Members(IReadOnlyDictionary<string, object?> members)
    {
        var text = new StringBuilder();
        Append(text, members, 0);
        return text.ToString();
    }

    private static void Append(StringBuilder text, IReadOnlyDictionary<string, object?> members, int level)
    {
        text.Append(members[KernelObjectView.TypeKey]).Append(' ').Append(members[KernelObjectView.AddressKey]);
        foreach (KeyValuePair<string, object?> member in members)
        {
            if (member.Key is not (KernelObjectView.TypeKey or KernelObjectView.AddressKey))
            {
                text.AppendLine().Append(' ', (level + 1) * Indentation).Append(PrintableText.Clean(member.Key)).Append(": ");
                Append(text, member.Value, level + 1);
            }
        }
    }

    private static void Append(StringBuilder text, object? value, int level)
    {
        switch (value)
        {
            case IReadOnlyDictionary<string, object?> inner:
                Append(text, inner, level);
                break;
            case object?[] elements:
                text.Append('[');
                for (int i = 0; i < elements.Length; i++)
                {
                    text.Append(i == 0 ? string.Empty : ", ");
                    Append(text, elements[i], level + 1);
                }

                text.Append(']');
                break;
            default:
                text.Append(PrintableText.Clean(Convert.ToString(value, CultureInfo.InvariantCulture) ?? string.Empty));
                break;
        }
    }
}
