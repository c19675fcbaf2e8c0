// Several processors print at the same time, and programs write to the same console. A report is therefore the lines of one
// context from its headline on. Where the kernel names the caller of every line (CONFIG_PRINTK_CALLER) that separates
// reports cleanly; where it does not, a second headline ends what can be trusted.
namespace KernelFault.Dumps.Logs;

/// <summary>The lines of one crash report, separated from everything else in the log.</summary>
internal sealed class CrashReport
{
    // A panic after this many lines only repeats the stack of the report before it.
    private const int LinesBeforePanic = 22;
    private const int LinesBeforePanicUninitialised = 16;
    private const int MaximumLines = 8192;
    private const string Replay = "** replaying previous printk message **";

    private IReadOnlyList<string>? _own;
    private int? _ownCount;

    private CrashReport(CrashHeadline headline, long offset, IReadOnlyList<LogLine> raw, IReadOnlyList<LogLine> before)
    {
        Headline = headline;
        Offset = offset;
        Raw = raw;
        Before = before;
    }

    /// <summary>What announced it.</summary>
    internal CrashHeadline Headline { get; }

    /// <summary>Byte offset of the headline in the log.</summary>
    internal long Offset { get; }

    /// <summary>Who printed it; see <see cref="LogLine.Context"/>.</summary>
    internal string Context => Raw[0].Context;

    /// <summary>Every line from the headline on, of all contexts.</summary>
    internal IReadOnlyList<LogLine> Raw { get; }

    /// <summary>Lines before the headline, of the same context.</summary>
    internal IReadOnlyList<LogLine> Before { get; }

    /// <summary>The messages of this report, the headline first.</summary>
    internal List<string> Lines { get; } = [];

    /// <summary>The messages before another crash is announced in the same context: registers and stacks after that are not of this one.</summary>
    internal IReadOnlyList<string> Own => _own ??= _ownCount is int count && count < Lines.Count ? Lines.GetRange(0, count) : Lines;

    /// <summary>Stack entries of this report that the unwinder does not vouch for, by the number of lines before them.</summary>
    internal List<KeyValuePair<int, string>> Questionable { get; } = [];

    /// <summary>How many of <see cref="Lines"/> stand before a second report begins.</summary>
    internal int TrustedCount { get; private set; }

    /// <summary>True when <see cref="Lines"/> leaves out lines of this context.</summary>
    internal bool IsShortened { get; private set; }

    /// <summary>Reads a report.</summary>
    /// <param name="window">Where it begins.</param>
    /// <returns>The report; null when the headline is only the echo of one that was printed before.</returns>
    internal static CrashReport? Read(LogWindow window)
    {
        List<LogLine> lines = window.Lines();
        if (lines.Count == 0 || (lines.Count > 1 && lines[1].Raw.Contains(Replay)))
        {
            return null;
        }

        string context = lines[0].Context;
        List<LogLine> before = window.LinesBefore().FindAll(l => l.Context == context && l.Text.Length > 0 && !l.IsQuestionable);
        var report = new CrashReport(window.Headline, window.Offset, lines, before);
        report.Separate();
        return report;
    }

    private void Separate()
    {
        bool named = Raw[0].IsTask || Raw[0].IsProcessor;
        int minimum = Raw[0].Raw.Contains("BUG: KMSAN:") ? LinesBeforePanicUninitialised : LinesBeforePanic;
        bool second = false;
        bool allProcessors = false;
        bool skipping = false;
        bool headed = false;
        string headline = Raw[0].Raw;
        int taken = 0;
        for (int i = 0; i < Raw.Count && Lines.Count < MaximumLines; i++)
        {
            LogLine line = Raw[i];
            bool begins = i > 0 && BeginsAnother(i);
            second = second || begins;
            bool foreign = line.Context != Context && !(allProcessors && line.IsProcessor);
            if (i > 0 && (foreign || line.IsQuestionable))
            {
                if (!foreign && !skipping)
                {
                    Questionable.Add(new KeyValuePair<int, string>(Lines.Count, line.Text));
                }

                continue;
            }

            if (begins && !foreign)
            {
                // A foreign trace in a context without a name may be another processor's, between the lines of this report.
                bool isOwn = CrashHeadline.Find(line.Raw) is null ? !named : CrashHeadline.ContinuesCrash(Headline, headline, line.Raw);
                _ownCount = isOwn ? _ownCount : _ownCount ?? Lines.Count;
                headline = line.Raw;
            }

            taken++;
            bool skip = skipping;
            if (line.Raw.Contains("Disabling lock debugging due to kernel taint"))
            {
                skip = true;
            }
            else if (line.Raw.Contains("Sending NMI from CPU"))
            {
                // The stacks of all processors follow, each in its own context.
                allProcessors = true;
            }
            else if (taken > minimum && (line.Raw.Contains("Kernel panic - not syncing") || line.Raw.Contains("WARNING: possible circular locking dependency detected")))
            {
                // Printing a report takes locks that lockdep may then complain about; that and the panic are consequences.
                skipping = skip = true;
            }

            if (i > 0 && skip)
            {
                IsShortened = true;
                continue;
            }

            headed = headed || HeadsStack(line.Text);
            if (!headed && IsArmEntry(line.Text))
            {
                // arm's unwinder prints no head over its stack.
                headed = true;
                Lines.Add("Backtrace:");
            }

            Lines.Add(line.Text);
            if (!second || named)
            {
                TrustedCount = Lines.Count;
            }
        }
    }

    private static bool HeadsStack(string text) => text.Contains("Call Trace:") || text.Contains("Call trace:") || text.Contains("Backtrace:");

    /// <summary>arm since 5.18: <c>name [module] from caller+0x10/0x20</c>.</summary>
    private static bool IsArmEntry(string text)
    {
        int from = text.IndexOf(" from ", StringComparison.Ordinal);
        int offset = from <= 0 ? -1 : text.IndexOf("+0x", from, StringComparison.Ordinal);
        string entry = offset < 0 ? string.Empty : text.Substring(0, from).Trim(' ');
        int module = entry.IndexOf(" [", StringComparison.Ordinal);
        return entry.Length > 0 && (module < 0 ? entry : entry.Substring(0, module)).All(c => char.IsLetterOrDigit(c) || c is '_' or '.');
    }

    private bool BeginsAnother(int index)
    {
        string line = Raw[index].Raw;
        if (CrashHeadline.IsForeignTrace(line))
        {
            return true;
        }

        return CrashHeadline.Find(line) is CrashHeadline headline
            && !CrashHeadline.IsFallback(headline.Family)
            && !CrashHeadline.IsContinuation(line)
            && !(index + 1 < Raw.Count && Raw[index + 1].Raw.Contains(Replay));
    }
}
