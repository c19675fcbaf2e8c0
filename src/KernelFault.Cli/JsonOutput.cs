using System.Text;
using KernelFault.Reports;

namespace KernelFault.Cli;

/// <summary>
/// Objects on their way to standard output as <c>… | ConvertTo-Json -Depth 20</c> writes them: nothing for none, the bare
/// object for one, an array for more. The first is held back until a second one decides.
/// </summary>
/// <param name="held">How many characters are held back besides, so that many short objects are written together.</param>
internal sealed class JsonOutput(int held = 0)
{
    private readonly StringBuilder _text = new();
    private object? _first;
    private int _count;

    internal void Add(object value)
    {
        if (_count++ == 0)
        {
            _first = value;
            return;
        }

        if (_count == 2)
        {
            _text.Append('[');
            Element(_first!);
            _first = null;
        }

        _text.Append(',');
        Element(value);
        if (_text.Length > held)
        {
            Flush();
        }
    }

    internal void End()
    {
        if (_count == 0)
        {
            return;
        }

        if (_count == 1)
        {
            PowerShellJson.Write(_text, _first, depth: 0);
        }
        else
        {
            _text.AppendLine().Append(']');
        }

        _text.AppendLine();
        Flush();
    }

    private void Element(object value)
    {
        _text.AppendLine().Append("  ");
        PowerShellJson.Write(_text, value, depth: 1);
    }

    private void Flush()
    {
        Screen.Write(_text);
        _text.Clear();
    }
}
