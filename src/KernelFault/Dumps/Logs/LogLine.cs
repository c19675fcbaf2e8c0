namespace KernelFault.Dumps.Logs;

/// <summary>One line of a kernel log: where it came from, and its text without the prefix.</summary>
internal readonly struct LogLine
{
    internal LogLine(string raw, string context, string text, bool questionable, double? seconds, int prefixLength = 0)
    {
        PrefixLength = prefixLength;
        Raw = raw;
        Context = context;
        Text = text;
        IsQuestionable = questionable;
        Seconds = seconds;
    }

    /// <summary>The line as it was printed, without terminal colours and carriage returns.</summary>
    internal string Raw { get; }

    /// <summary>Who printed it: <c>[ T123]</c> a task, <c>[ C0]</c> a processor, <see cref="LogPrefix.Console"/> when the kernel does not say; empty for a line that the kernel did not print.</summary>
    internal string Context { get; }

    /// <summary>The message.</summary>
    internal string Text { get; }

    /// <summary>True for a stack entry that the unwinder does not vouch for; <see cref="Text"/> is then without its mark.</summary>
    internal bool IsQuestionable { get; }

    /// <summary>Characters before the message; 0 for a line that the kernel did not print.</summary>
    internal int PrefixLength { get; }

    /// <summary>Seconds since start; null when the line does not say.</summary>
    internal double? Seconds { get; }

    /// <summary>True when the kernel was told to print the caller and a task printed this.</summary>
    internal bool IsTask => IsCaller('T');

    /// <summary>True when the kernel was told to print the caller and an interrupt printed this.</summary>
    internal bool IsProcessor => IsCaller('C');

    private bool IsCaller(char kind) => Context.Length > 2 && Context[0] == '[' && Context.TrimStart('[', ' ') is { Length: > 0 } id && id[0] == kind;
}
