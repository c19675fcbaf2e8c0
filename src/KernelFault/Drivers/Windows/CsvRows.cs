using System.Text;

namespace KernelFault.Drivers.Windows;

/// <summary>Rows of comma-separated values as programs of Windows write them: every value in quotes, a quote in one doubled.</summary>
internal static class CsvRows
{
    private const int MaximumRows = 64 * 1024;
    private const int MaximumFields = 64;

    /// <summary>The rows; what is not between quotes counts as a value too.</summary>
    internal static List<string[]> Read(string text)
    {
        var rows = new List<string[]>();
        var fields = new List<string>();
        var field = new StringBuilder();
        bool quoted = false;
        for (int i = 0; i <= text.Length && rows.Count < MaximumRows; i++)
        {
            char c = i == text.Length ? '\n' : text[i];
            if (quoted && i < text.Length)
            {
                if (c != '"')
                {
                    field.Append(c);
                }
                else if (i + 1 < text.Length && text[i + 1] == '"')
                {
                    field.Append(text[++i]);
                }
                else
                {
                    quoted = false;
                }
            }
            else if (c == '"')
            {
                quoted = true;
            }
            else if (c is ',' or '\n')
            {
                if (fields.Count < MaximumFields)
                {
                    fields.Add(field.ToString().Trim());
                }

                field.Clear();
                if (c == '\n')
                {
                    if (fields.Count > 1 || fields[0].Length > 0)
                    {
                        rows.Add([.. fields]);
                    }

                    fields.Clear();
                }
            }
            else if (c != '\r')
            {
                field.Append(c);
            }
        }

        return rows;
    }
}
