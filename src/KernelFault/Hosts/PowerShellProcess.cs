// The command line of a PowerShell process holds one constant, the bootstrap in base64. What it is to do goes through its standard
// input, a line of base64 each: the script, its JSON, and a payload where there is one. So neither the length of a command line
// (8191 characters under cmd.exe) nor a quoting rule nor a code page can touch it. The bootstrap takes the lines from $input: with
// -EncodedCommand PowerShell reads a redirected standard input itself.
//
// It answers in lines of ASCII: 'KFO' + base64 of what the script wrote, 'KFE' of an error record, 'KFX' when the script could not
// be run at all, 'KF.' at the end. Any other line is noise, such as a profile's greeting.
using System.Text;

namespace KernelFault.Hosts;

/// <summary>A script in a PowerShell process of its own: arguments, input and what comes back.</summary>
internal static class PowerShellProcess
{
    // Three bytes of UTF-8 are four characters of base64.
    private const int BytesOfOneCharacter = 4;

    /// <summary>Arguments of <c>powershell.exe</c> and <c>pwsh</c> alike; none needs quoting anywhere.</summary>
    internal static IReadOnlyList<string> Arguments { get; } =
    [
        "-NoProfile", "-NonInteractive", "-OutputFormat", "Text", "-EncodedCommand", Convert.ToBase64String(Encoding.Unicode.GetBytes(HostScript.Bootstrap)),
    ];

    /// <summary>What is written to its standard input.</summary>
    internal static byte[] Input(ScriptCall call, byte[]? payload)
    {
        var text = new StringBuilder();
        text.Append(Convert.ToBase64String(Encoding.UTF8.GetBytes(call.Script))).Append('\n');
        text.Append(Convert.ToBase64String(Encoding.UTF8.GetBytes(call.Json))).Append('\n');
        if (payload is not null)
        {
            text.Append(Convert.ToBase64String(payload)).Append('\n');
        }

        return Encoding.ASCII.GetBytes(text.ToString());
    }

    /// <summary>How many bytes of output can come for a script's limit of characters: up to three bytes each, in base64, with line ends.</summary>
    internal static long MaximumOutput(ScriptCall call) => (call.MaximumOutput * BytesOfOneCharacter) + (1024 * 1024);

    /// <summary>Takes apart what came back.</summary>
    /// <exception cref="HostException">The script could not be run, or wrote more than it may.</exception>
    internal static ScriptResult Result(string host, ScriptCall call, ProgramResult process)
    {
        var output = new StringBuilder();
        var errors = new List<string>();
        bool ended = false;
        bool first = true;
        foreach (string line in Encoding.ASCII.GetString(process.Output).Split('\n'))
        {
            string answer = line.TrimEnd('\r');
            if (answer == "KF.")
            {
                ended = true;
            }
            else if (answer.StartsWith("KFO", StringComparison.Ordinal))
            {
                output.Append(first ? string.Empty : "\n").Append(Decode(host, call, answer));
                first = false;
                if (output.Length > call.MaximumOutput)
                {
                    throw TooLarge(host, call);
                }
            }
            else if (answer.StartsWith("KFE", StringComparison.Ordinal))
            {
                errors.Add(Decode(host, call, answer));
            }
            else if (answer.StartsWith("KFX", StringComparison.Ordinal))
            {
                throw new HostException(host, HostErrorKind.Failed, $"The script '{call.Name}' could not be run: {Decode(host, call, answer)}");
            }
        }

        if (!ended)
        {
            string said = ProgramText.Decode(process.Error).Trim();
            throw new HostException(host, HostErrorKind.Failed, $"PowerShell did not run the script '{call.Name}' to its end (exit code {process.ExitCode}){(said.Length > 0 ? ": " + said : ".")}");
        }

        return new ScriptResult(output.ToString(), errors, process.Duration);
    }

    internal static HostException TooLarge(string host, ScriptCall call) =>
        new(host, HostErrorKind.TooLarge, $"The script '{call.Name}' wrote more than {call.MaximumOutput} characters.");

    private static string Decode(string host, ScriptCall call, string answer)
    {
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(answer.Substring(3)));
        }
        catch (FormatException e)
        {
            throw new HostException(host, HostErrorKind.Failed, $"The answer of the script '{call.Name}' is damaged.", e);
        }
    }
}
