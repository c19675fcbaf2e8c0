using System.Text;
using System.Text.Json;
using KernelFault.Formats;
using KernelFault.Hosts;

namespace KernelFault.Playbooks.Actions;

/// <summary>What a <c>run-script</c> is to run, read and checked; nothing is run yet.</summary>
internal sealed class ScriptInput
{
    private const int MaximumScript = 1024 * 1024;

    private static readonly TimeSpan s_timeout = TimeSpan.FromMinutes(10);

    private readonly Func<IHost, HostStepRecorder, CancellationToken, (int ExitCode, string Output, string Error)> _run;

    private ScriptInput(string text, string? hash, Func<IHost, HostStepRecorder, CancellationToken, (int ExitCode, string Output, string Error)> run) => (Text, Hash, _run) = (text, hash, run);

    /// <summary>What will be run, for a person.</summary>
    internal string Text { get; }

    /// <summary>SHA-256 of the script, 64 lower-case hexadecimal digits; null for a program.</summary>
    internal string? Hash { get; }

    /// <summary>Reads the inputs.</summary>
    /// <param name="context">The inputs.</param>
    /// <param name="action">Name of the action, for exceptions.</param>
    /// <returns>What is to be run.</returns>
    /// <exception cref="PlaybookException">They cannot be used.</exception>
    internal static ScriptInput Read(ActionContext context, string action)
    {
        bool hasFile = context.Text("file") is not null;
        if (hasFile == context.Text("program") is not null || hasFile != context.Text("shell") is not null)
        {
            throw new PlaybookException($"'{action}' takes 'shell' and 'file', or 'program'.");
        }

        TimeSpan timeout = context.Timeout ?? s_timeout;
        if (!hasFile)
        {
            ProgramCall call = ProgramInput.Of(context, action) with { Timeout = timeout };
            return new ScriptInput("Run " + HostStepRecorder.Text(call), null, (_, recorder, token) => Program(recorder.Run(call, token)));
        }

        string file = context.Text("file")!;
        byte[] script = LocalFile.Read(context, action, file, MaximumScript, out string hash);
        IReadOnlyList<string> arguments = ProgramInput.Arguments(context, action);
        string text = $"Run the script {PrintableText.Clean(file, 200)} (SHA-256 {hash})";
        return context.Text("shell") == "sh"
            ? new ScriptInput(
                text,
                hash,
                (_, recorder, token) => Program(recorder.Run(new ProgramCall("/bin/sh", ["-s", "--", .. arguments]) { Input = Unix(script), Timeout = timeout }, token)))
            : new ScriptInput(text, hash, (host, _, token) => PowerShell(host, ProgramText.Decode(script), arguments, timeout, token));
    }

    /// <summary>Runs it.</summary>
    /// <param name="host">The machine.</param>
    /// <param name="recorder">Keeps the program that was run; a script of PowerShell is no program.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>How it ended and what it wrote.</returns>
    internal (int ExitCode, string Output, string Error) Run(IHost host, HostStepRecorder recorder, CancellationToken cancellation) => _run(host, recorder, cancellation);

    private static (int ExitCode, string Output, string Error) Program(ProgramResult result) => (result.ExitCode, ProgramText.Decode(result.Output), ProgramText.Decode(result.Error));

    // A script that was written on Windows has line ends that a shell takes for a part of the last word.
    private static byte[] Unix(byte[] script) => [.. script.Where((value, index) => !(value == '\r' && index + 1 < script.Length && script[index + 1] == '\n'))];

    private static (int ExitCode, string Output, string Error) PowerShell(IHost host, string script, IReadOnlyList<string> arguments, TimeSpan timeout, CancellationToken cancellation)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("script", script);
            json.WriteStartArray("arguments");
            foreach (string argument in arguments)
            {
                json.WriteStringValue(argument);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        ScriptResult result = host.RunScript(new ScriptCall("run-script", HostScript.Read("Playbooks.run-script.ps1")) { Json = Encoding.UTF8.GetString(buffer.ToArray()), Timeout = timeout }, cancellation);
        return (result.Errors.Count == 0 ? 0 : 1, result.Output, string.Join("\n", result.Errors));
    }
}
