using System.Globalization;
using KernelFault.Formats;

namespace KernelFault.Tracing;

/// <summary>Reads what follows the name of an event.</summary>
internal static class TraceArguments
{
    private const int MaximumFields = 64;

    /// <summary>Arguments of a call: <c>(function+0x0/0x2d0) a1=0x12 a2="text"</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="parameters">What was asked for, in order.</param>
    /// <returns>As many as are there.</returns>
    internal static IReadOnlyList<KernelTraceArgument> OfCall(string text, IReadOnlyList<FunctionParameter> parameters)
    {
        var arguments = new List<KernelTraceArgument>(parameters.Count);
        int at = 0;
        for (int index = 0; index < parameters.Count; index++)
        {
            string mark = Mark(index);
            int start = text.IndexOf(mark, at, StringComparison.Ordinal);
            if (start < 0)
            {
                break;
            }

            start += mark.Length;
            // A string may hold anything, the mark of the next one too; it ends where a quote and that mark, or the end, stand.
            bool quoted = start < text.Length && text[start] == '"';
            int end = index + 1 < parameters.Count ? text.IndexOf((quoted ? "\"" : string.Empty) + Mark(index + 1), start, StringComparison.Ordinal) : -1;
            at = end < 0 ? text.Length : end + (quoted ? 1 : 0);
            string value = text.Substring(start, at - start);
            if (quoted)
            {
                value = value.Trim('"');
            }

            arguments.Add(new KernelTraceArgument(parameters[index].Name, parameters[index].Type, PrintableText.Clean(value)));
        }

        return arguments.ToArray();
    }

    /// <summary>Fields of a tracepoint: <c>address=0x7f ip=0x56 error_code=0x6</c>.</summary>
    /// <param name="text">The text.</param>
    /// <returns>What has the form of a field.</returns>
    internal static IReadOnlyList<KernelTraceArgument> OfTracepoint(string text)
    {
        var arguments = new List<KernelTraceArgument>();
        foreach (string word in text.Split(' '))
        {
            int equals = word.IndexOf('=');
            if (equals > 0 && arguments.Count < MaximumFields)
            {
                arguments.Add(new KernelTraceArgument(PrintableText.Clean(word.Substring(0, equals)), null, PrintableText.Clean(word.Substring(equals + 1))));
            }
        }

        return arguments.ToArray();
    }

    /// <summary>What a return brings: <c>(caller+0x191/0x570 &lt;- function) ret=0</c>.</summary>
    /// <param name="text">The text.</param>
    /// <returns>Null when it brings nothing.</returns>
    internal static string? Returned(string text)
    {
        const string Mark = " ret=";
        int start = text.IndexOf(Mark, StringComparison.Ordinal);
        return start < 0 ? null : PrintableText.Clean(text.Substring(start + Mark.Length).Trim());
    }

    /// <summary>Where a return went to.</summary>
    /// <param name="text">The text.</param>
    /// <returns>Null when it is not told.</returns>
    internal static string? Caller(string text)
    {
        int end = text.StartsWith("(", StringComparison.Ordinal) ? text.IndexOf(" <- ", StringComparison.Ordinal) : -1;
        return end < 0 ? null : PrintableText.Clean(text.Substring(1, end - 1));
    }

    private static string Mark(int index) => string.Format(CultureInfo.InvariantCulture, " a{0}=", index + 1);
}
