using System.Text;
using KernelFault.Reports;

namespace KernelFault.Cli;

/// <summary>Answers on their way to standard output as they are found, as JSON or as lines.</summary>
internal sealed class VmcoreOutput(bool json, string? heading = null)
{
    // Answers are short and may be 200,000: writing each by itself takes longer than finding it.
    private const int Held = 16 * 1024;

    private readonly JsonOutput _json = new(Held);
    private readonly StringBuilder _text = new();
    private readonly string? _title = heading;
    private string? _heading = heading;

    /// <summary>How many answers were written.</summary>
    internal int Written { get; private set; }

    /// <summary>How many questions had none.</summary>
    internal int Missed { get; private set; }

    /// <summary>Names the file whose answers follow.</summary>
    internal void Begin(string path)
    {
        if (!json)
        {
            _text.Append(Written == 0 ? string.Empty : Environment.NewLine).Append(path).Append(':').AppendLine();
            _heading = _title;
        }
    }

    internal void Write(object answer)
    {
        Written++;
        if (json)
        {
            _json.Add(answer);
            return;
        }

        if (_heading is not null)
        {
            _text.AppendLine(_heading);
            _heading = null;
        }

        _text.AppendLine(VmcoreText.Render(answer));
        if (_text.Length > Held)
        {
            Flush();
        }
    }

    internal void WriteEach(IEnumerable<object> answers)
    {
        foreach (object answer in answers)
        {
            Write(answer);
        }
    }

    /// <summary>Says that a question has no answer.</summary>
    internal void Miss(string message)
    {
        Flush();
        Missed++;
        Screen.Complain(message);
    }

    internal void End()
    {
        Flush();
        _json.End();
    }

    private void Flush()
    {
        if (_text.Length > 0)
        {
            Screen.Write(_text);
            _text.Clear();
        }
    }
}
