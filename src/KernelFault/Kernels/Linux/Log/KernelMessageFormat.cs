using System.Globalization;
using System.Text;

namespace KernelFault.Kernels.Linux.Log;

/// <summary>Writes messages as the kernel prints them (<c>record_print_text</c> of <c>kernel/printk/printk.c</c>).</summary>
internal static class KernelMessageFormat
{
    private const ulong NanosecondsInASecond = 1_000_000_000;

    /// <summary>The lines of one message, parted by line feeds.</summary>
    /// <param name="message">The message.</param>
    internal static string Format(KernelMessage message)
    {
        var text = new StringBuilder(message.Text.Length + 16);
        Append(text, message, withCaller: false);
        text.Length--;
        return text.ToString();
    }

    /// <summary>Adds the lines of one message, each ended by a line feed.</summary>
    /// <param name="target">Where they go.</param>
    /// <param name="message">The message.</param>
    /// <param name="withCaller">Whether who logged it is shown, as kernels built with <c>CONFIG_PRINTK_CALLER</c> do.</param>
    internal static void Append(StringBuilder target, KernelMessage message, bool withCaller)
    {
        string prefix = Prefix(message, withCaller);
        int start = 0;
        while (true)
        {
            // Every line of a record is printed behind the same time.
            int end = message.Text.IndexOf('\n', start);
            target.Append(prefix).Append(message.Text, start, (end < 0 ? message.Text.Length : end) - start).Append('\n');
            if (end < 0)
            {
                return;
            }

            start = end + 1;
        }
    }

    private static string Prefix(KernelMessage message, bool withCaller)
    {
        string seconds = (message.Nanoseconds / NanosecondsInASecond).ToString(CultureInfo.InvariantCulture).PadLeft(5);
        string fraction = (message.Nanoseconds % NanosecondsInASecond / 1000).ToString("d6", CultureInfo.InvariantCulture);
        string? caller = !withCaller ? null
            : message.CallerThreadId is { } thread ? "T" + thread.ToString(CultureInfo.InvariantCulture)
            : message.CallerProcessor is { } processor ? "C" + processor.ToString(CultureInfo.InvariantCulture)
            : null;
        return "[" + seconds + "." + fraction + "]" + (caller is null ? " " : "[" + caller.PadLeft(6) + "] ");
    }
}
