using System.Text;
using System.Text.Json;

namespace KernelFault.Hosts;

/// <summary>A program run by <c>run-program.ps1</c>.</summary>
internal static class ScriptedProgram
{
    // What the script itself needs beside the program's time.
    private static readonly TimeSpan s_margin = TimeSpan.FromSeconds(30);

    /// <summary>Runs a program.</summary>
    /// <param name="host">Name of the host.</param>
    /// <param name="call">The program.</param>
    /// <param name="invoke">Runs a script with a payload.</param>
    /// <param name="cancellation">Ends both.</param>
    /// <returns>How the program ended.</returns>
    internal static ProgramResult Run(string host, ProgramCall call, Func<ScriptCall, byte[]?, CancellationToken, ScriptResult> invoke, CancellationToken cancellation)
    {
        string json = Json(writer =>
        {
            writer.WriteString("program", call.Program);
            writer.WriteStartArray("arguments");
            foreach (string argument in call.Arguments)
            {
                writer.WriteStringValue(Base64(argument));
            }

            writer.WriteEndArray();
            writer.WriteString("commandLine", Base64(WindowsCommandLine.Of(call.Arguments)));
            writer.WriteNumber("timeout", (long)call.Timeout.TotalMilliseconds);
            writer.WriteNumber("maximum", call.MaximumOutput);
        });
        var script = new ScriptCall("run-program", HostScript.RunProgram)
        {
            Json = json,
            Timeout = call.Timeout + s_margin,
            MaximumOutput = (call.MaximumOutput * 3) + (1024 * 1024),
        };
        ScriptResult result = invoke(script, call.Input is { Length: > 0 } input ? input : null, cancellation);
        return Read(host, call, result);
    }

    /// <summary>JSON of an object.</summary>
    internal static string Json(Action<Utf8JsonWriter> write)
    {
        var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    // ConvertFrom-Json takes texts that look like a date for one and changes how they are written.
    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    internal static byte[] FromBase64(string host, string text)
    {
        try
        {
            return Convert.FromBase64String(text);
        }
        catch (FormatException e)
        {
            throw new HostException(host, HostErrorKind.Failed, "What came back is damaged.", e);
        }
    }

    private static ProgramResult Read(string host, ProgramCall call, ScriptResult result)
    {
        string[] lines = result.Output.Split(['\n'], StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length == 0 || result.Errors.Count > 0)
        {
            throw new HostException(host, HostErrorKind.Failed, $"'{call.Program}' could not be run: {string.Join(" ", result.Errors.Take(3))}");
        }

        (int exitCode, TimeSpan duration) = Status(host, call, lines[0]);
        var outputs = new[] { new MemoryStream(), new MemoryStream() };
        foreach (string line in lines.Skip(1))
        {
            byte[] piece = FromBase64(host, line.Substring(1));
            outputs[line[0] == 'E' ? 1 : 0].Write(piece, 0, piece.Length);
            call.OnOutput?.Invoke(new ProgramOutput(piece, line[0] == 'E'));
        }

        return new ProgramResult(exitCode, outputs[0].ToArray(), outputs[1].ToArray(), duration);
    }

    private static (int ExitCode, TimeSpan Duration) Status(string host, ProgramCall call, string line)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            JsonElement status = document.RootElement;
            return status.GetProperty("status").GetString() switch
            {
                "ended" => (status.GetProperty("exitCode").GetInt32(), TimeSpan.FromMilliseconds(status.GetProperty("milliseconds").GetInt64())),
                "notFound" => throw new HostException(host, HostErrorKind.NotFound, $"There is no program '{call.Program}'."),
                "timedOut" => throw new HostException(host, HostErrorKind.TimedOut, $"'{call.Program}' did not end within {call.Timeout.TotalSeconds:0.#} s and was ended."),
                "tooLarge" => throw new HostException(host, HostErrorKind.TooLarge, $"'{call.Program}' wrote more than {call.MaximumOutput} bytes and was ended."),
                _ => throw NotStarted(host, call, status),
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new HostException(host, HostErrorKind.Failed, "What came back is damaged.", e);
        }
    }

    private static HostException NotStarted(string host, ProgramCall call, JsonElement status)
    {
        int code = status.TryGetProperty("code", out JsonElement number) && number.ValueKind == JsonValueKind.Number ? number.GetInt32() : 0;
        string message = status.TryGetProperty("message", out JsonElement text) ? text.ToString() : string.Empty;
        return LocalProcess.NotStarted(host, call.Program, code, message, null);
    }
}
