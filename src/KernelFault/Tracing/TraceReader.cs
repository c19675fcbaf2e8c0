using System.Globalization;
using System.Text;
using KernelFault.Formats;
using KernelFault.Memory;

namespace KernelFault.Tracing;

// A record of trace_pipe begins with 16 bytes of the thread's name, filled with blanks from the left, and a dash; a name has 15 bytes
// at most, so the first is a blank. A name may hold any byte but NUL, line feeds, dashes and brackets too: it is taken by its length.
//
//      page-faults-375     (    375) [000] .....   388.689478: call_360: (handle_mm_fault+0x0/0x2d0) a1=0xffff8a11580ec688
//      page-faults-375     (    375) [000] .....   388.689814: return_360: (do_user_addr_fault+0x191/0x570 <- handle_mm_fault) ret=0
//               sh-360     (-------) [001] .....   386.173999: tracing_mark_write: kernelfault 360 1795293384.206103500
// CPU:1 [LOST 1234 EVENTS]
//
// The process in parentheses is there with the option record-tgid (4.13). A stack is a record of its own, "<stack trace>", and a line
// " => function+0x12/0x34" for each frame; events of other processors may stand between an event and its stack. What begins with
// "kernelfault" is our program's.

/// <summary>Reads what a trace writes, piece by piece as it comes.</summary>
internal sealed class TraceReader
{
    private const string Mark = "tracing_mark_write";
    private const int NameLength = 16;
    private const int MaximumLine = 64 * 1024;
    private const int MaximumFrames = 512;
    private const int MaximumPending = 4096;

    private readonly string _computer;
    private readonly TraceTarget _target;
    private readonly bool _withStacks;
    private readonly Action<KernelTraceEvent> _told;
    private readonly Dictionary<int, KernelTraceEvent> _pending = [];
    private readonly List<string> _frames = [];
    private readonly byte[] _line = new byte[MaximumLine];
    private int _length;
    private bool _skips;
    private int? _stackOf;
    private double? _clockOffset;

    /// <summary>A reader.</summary>
    /// <param name="computer">The machine as its user named it.</param>
    /// <param name="target">What is traced.</param>
    /// <param name="withStacks">Whether stacks follow the events.</param>
    /// <param name="told">Told of each event, in order of each processor.</param>
    internal TraceReader(string computer, TraceTarget target, bool withStacks, Action<KernelTraceEvent> told) =>
        (_computer, _target, _withStacks, _told) = (computer, target, withStacks, told);

    /// <summary>The number of the trace on the machine; null as long as it did not come.</summary>
    internal int? Id { get; private set; }

    /// <summary>Events told.</summary>
    internal long EventCount { get; private set; }

    /// <summary>Events lost.</summary>
    internal long LostCount { get; private set; }

    /// <summary>Lines of no known form.</summary>
    internal long DamagedCount { get; private set; }

    /// <summary>Hits of the probe on the entry; null as long as they did not come.</summary>
    internal long? Hits { get; private set; }

    /// <summary>Whether the program came to its end.</summary>
    internal bool HasEnded { get; private set; }

    /// <summary>Takes the next piece.</summary>
    /// <param name="bytes">The bytes.</param>
    internal void Add(byte[] bytes)
    {
        foreach (byte value in bytes)
        {
            // A line feed within a name ends no line.
            if (value == (byte)'\n' && !IsInName())
            {
                Take();
            }
            else if (_skips || _length == MaximumLine)
            {
                _skips = true;
            }
            else
            {
                _line[_length++] = value;
            }
        }
    }

    /// <summary>Tells what was held back for its stack.</summary>
    internal void Finish()
    {
        if (_length > 0)
        {
            Take();
        }

        EndStack();
        foreach (KernelTraceEvent held in _pending.Values)
        {
            Tell(held);
        }

        _pending.Clear();
    }

    // Of all lines only records begin with a blank that no arrow follows.
    private bool IsInName() => _length is > 0 and < NameLength && _line[0] == ' ' && !StartsWith(" =>");

    private bool StartsWith(string text) => _length >= text.Length && Encoding.ASCII.GetString(_line, 0, text.Length) == text;

    private void Take()
    {
        int length = _length;
        bool whole = !_skips;
        _length = 0;
        _skips = false;
        if (!whole)
        {
            DamagedCount++;
            return;
        }

        if (length == 0)
        {
            return;
        }

        if (length > NameLength && _line[0] == ' ' && _line[NameLength] == '-' && TryRecord(length))
        {
            return;
        }

        string text = Encoding.UTF8.GetString(_line, 0, length);
        if (text.StartsWith(" => ", StringComparison.Ordinal))
        {
            if (_stackOf is not null && _frames.Count < MaximumFrames)
            {
                _frames.Add(PrintableText.Clean(text.Substring(4).Trim()));
            }
        }
        else if (!TryOwn(text) && !TryLost(text))
        {
            DamagedCount++;
        }
    }

    private bool TryOwn(string text)
    {
        if (!text.StartsWith("kernelfault ", StringComparison.Ordinal))
        {
            return false;
        }

        string[] words = text.Split(' ');
        if (words.Length == 3 && words[1] == "start" && int.TryParse(words[2], NumberStyles.None, CultureInfo.InvariantCulture, out int id))
        {
            Id ??= id;
        }
        else if (words.Length == 5 && words[1] == "hits" && long.TryParse(words[3], NumberStyles.None, CultureInfo.InvariantCulture, out long hits)
            && long.TryParse(words[4], NumberStyles.None, CultureInfo.InvariantCulture, out long missed))
        {
            Hits = words[2] == "call" ? hits : Hits;
            AddLost(missed);
        }
        else if (words.Length == 2 && words[1] == "end")
        {
            HasEnded = true;
        }

        return true;
    }

    private bool TryLost(string text)
    {
        const string Lost = " [LOST ";
        int start = text.StartsWith("CPU:", StringComparison.Ordinal) ? text.IndexOf(Lost, StringComparison.Ordinal) : -1;
        int end = start < 0 ? -1 : text.IndexOf(" EVENTS]", start, StringComparison.Ordinal);
        string count = end < 0 ? string.Empty : text.Substring(start + Lost.Length, end - start - Lost.Length);
        if (!long.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out long lost))
        {
            return false;
        }

        AddLost(lost);
        return true;
    }

    // A machine that lies cannot make it wrap.
    private void AddLost(long count) => LostCount = count > long.MaxValue - LostCount ? long.MaxValue : LostCount + count;

    private bool TryRecord(int length)
    {
        // What follows the name has no bytes beyond ASCII up to the arguments.
        if (TraceRecord.Parse(Encoding.UTF8.GetString(_line, NameLength + 1, length - NameLength - 1)) is not { } record)
        {
            return false;
        }

        // With the option sym-offset the kernel writes where in that function, too.
        if (record.Name == Mark || record.Name.StartsWith(Mark + "+", StringComparison.Ordinal))
        {
            Match(record);
            return true;
        }

        if (record.Text.StartsWith("<stack trace>", StringComparison.Ordinal) || record.Name == "<stack trace>")
        {
            EndStack();
            _stackOf = record.Cpu;
            return true;
        }

        if (record.Name.Length == 0)
        {
            return false;
        }

        Hold(record, PrintableText.Clean(Encoding.UTF8.GetString(_line, 0, NameLength).TrimStart(' ')));
        return true;
    }

    // A mark says what the machine's clock showed just before it was made: of several the nearest counts.
    private void Match(TraceRecord record)
    {
        string[] words = record.Text.Split(' ');
        if (words.Length != 3 || words[0] != "kernelfault")
        {
            return;
        }

        // A date that knows no fractions writes the letter.
        string time = words[2].EndsWith(".N", StringComparison.Ordinal) || words[2].EndsWith(".%N", StringComparison.Ordinal) ? words[2].Remove(words[2].IndexOf('.')) : words[2];
        if (decimal.TryParse(time, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal seconds) && seconds is > 0 and < 32_503_680_000)
        {
            double offset = (double)seconds - record.Timestamp;
            _clockOffset = _clockOffset is { } known && known > offset ? known : offset;
        }
    }

    private void Hold(TraceRecord record, string processName)
    {
        KernelTraceEventKind kind = _target.Tracepoints.Count > 0 ? KernelTraceEventKind.Tracepoint
            : record.Name.StartsWith("return_", StringComparison.Ordinal) ? KernelTraceEventKind.Return : KernelTraceEventKind.Call;
        var found = new KernelTraceEvent
        {
            ComputerName = _computer,
            Time = _clockOffset is { } offset ? TraceRecord.Time(offset + record.Timestamp) : null,
            Timestamp = record.Timestamp,
            Kind = kind,
            Function = _target.Symbol.Name,
            Address = _target.Symbol.Address is { } address ? new VirtualAddress(address) : null,
            Tracepoint = kind == KernelTraceEventKind.Tracepoint ? PrintableText.Clean(record.Name) : null,
            Cpu = record.Cpu,
            ProcessName = processName,
            ProcessId = record.ProcessId,
            ThreadId = record.ThreadId,
            Arguments = kind switch
            {
                KernelTraceEventKind.Call => TraceArguments.OfCall(record.Text, _target.Parameters),
                KernelTraceEventKind.Tracepoint => TraceArguments.OfTracepoint(record.Text),
                _ => [],
            },
            ReturnValue = kind == KernelTraceEventKind.Return ? TraceArguments.Returned(record.Text) : null,
            Caller = kind == KernelTraceEventKind.Return ? TraceArguments.Caller(record.Text) : null,
            Stack = null,
        };
        if (!_withStacks)
        {
            Tell(found);
            return;
        }

        EndStack();
        if (_pending.TryGetValue(found.Cpu, out KernelTraceEvent? before) || _pending.Count >= MaximumPending)
        {
            Tell(before ?? found);
            if (before is null)
            {
                return;
            }
        }

        _pending[found.Cpu] = found;
    }

    private void EndStack()
    {
        if (_stackOf is { } cpu && _pending.TryGetValue(cpu, out KernelTraceEvent? held))
        {
            _pending.Remove(cpu);
            Tell(held with { Stack = _frames.ToArray() });
        }

        _stackOf = null;
        _frames.Clear();
    }

    private void Tell(KernelTraceEvent one)
    {
        EventCount++;
        _told(one);
    }
}
