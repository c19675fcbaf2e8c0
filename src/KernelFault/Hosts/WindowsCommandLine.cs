// On Windows a program gets one text and cuts it up itself, nearly always by the rules of CommandLineToArgvW and the C runtime:
// blanks separate, double quotes group, a backslash means itself except in a row that ends at a quote, where two mean one.
using System.Text;

namespace KernelFault.Hosts;

/// <summary>Writes arguments as a command line that CommandLineToArgvW and the C runtime cut into the same arguments again.</summary>
internal static class WindowsCommandLine
{
    /// <summary>The command line without the program's own name.</summary>
    /// <param name="arguments">Arguments, none with a NUL.</param>
    internal static string Of(IEnumerable<string> arguments)
    {
        var line = new StringBuilder();
        foreach (string argument in arguments)
        {
            if (line.Length > 0)
            {
                line.Append(' ');
            }

            Append(line, argument);
        }

        return line.ToString();
    }

    private static void Append(StringBuilder line, string argument)
    {
        if (argument.Length > 0 && argument.IndexOfAny([' ', '\t', '\n', '\v', '"']) < 0)
        {
            line.Append(argument);
            return;
        }

        line.Append('"');
        int backslashes = 0;
        foreach (char c in argument)
        {
            if (c == '\\')
            {
                backslashes++;
                continue;
            }

            line.Append('\\', c == '"' ? (2 * backslashes) + 1 : backslashes).Append(c);
            backslashes = 0;
        }

        line.Append('\\', 2 * backslashes).Append('"');
    }
}
