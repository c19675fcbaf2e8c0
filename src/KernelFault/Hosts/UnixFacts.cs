using System.Globalization;

namespace KernelFault.Hosts;

/// <summary>Makes facts of what <c>unix-facts.sh</c> prints: a line each, a key, a blank, a value.</summary>
internal static class UnixFacts
{
    // 'date' of POSIX tells whole seconds.
    private static readonly TimeSpan s_step = TimeSpan.FromSeconds(1);

    /// <summary>The call of the script.</summary>
    private static ProgramCall Call { get; } = new("/bin/sh", "-c", HostScript.UnixFacts) { MaximumOutput = 1024 * 1024 };

    /// <summary>Runs the script and reads what it printed.</summary>
    /// <param name="host">Name of the host, for the exception.</param>
    /// <param name="run">Runs a program there.</param>
    /// <exception cref="HostException">It could not be run, or did not run to its end.</exception>
    internal static HostFacts Ask(string host, Func<ProgramCall, ProgramResult> run)
    {
        ProgramResult result = AskingTime.Of(() => run(Call), out AskingTime time);
        return Of(host, result, time);
    }

    private static HostFacts Of(string host, ProgramResult result, AskingTime time)
    {
        string[] lines = ProgramText.Decode(result.Output).Split('\n');
        if (!lines.Contains("end"))
        {
            throw new HostException(host, HostErrorKind.Failed, $"The machine did not say what it is (exit code {result.ExitCode}): {ProgramText.Decode(result.Error).Trim()}");
        }

        string? system = One(lines, "system ");
        HostPlatform platform = system switch
        {
            "Linux" => HostPlatform.Linux,
            "Darwin" => HostPlatform.MacOS,
            _ => HostPlatform.Unknown,
        };
        bool linux = platform == HostPlatform.Linux;
        return new HostFacts
        {
            ComputerName = One(lines, "node "),
            Platform = platform,
            OperatingSystem = OsRelease(lines, "PRETTY_NAME") ?? OsRelease(lines, "NAME") ?? system,
            Version = OsRelease(lines, "VERSION_ID"),
            Build = One(lines, "release "),
            Architecture = One(lines, "machine ") switch
            {
                "x86_64" or "amd64" => "x64",
                "aarch64" or "arm64" => "arm64",
                "i386" or "i486" or "i586" or "i686" => "x86",
                string other => other,
                null => null,
            },
            IsElevated = One(lines, "user ") is string user ? user == "0" : null,
            PowerShellVersion = One(lines, "pwsh "),
            BootTime = long.TryParse(One(lines, "boot "), NumberStyles.None, CultureInfo.InvariantCulture, out long boot) && boot < int.MaxValue * 2L
                ? DateTimeOffset.FromUnixTimeSeconds(boot).UtcDateTime
                : null,
            PendingRestart = linux ? lines.Where(line => line.StartsWith("pending ", StringComparison.Ordinal)).Select(line => line.Substring(8)).Distinct().Take(64).ToArray() : null,
            ClockAheadSeconds = time.Ahead(Time(lines.FirstOrDefault(IsTime)), Time(lines.LastOrDefault(IsTime)), s_step),
        };
    }

    private static bool IsTime(string line) => line.StartsWith("clock ", StringComparison.Ordinal);

    private static DateTime? Time(string? line) =>
        line is not null && DateTime.TryParseExact(line.Substring(6).Trim(), "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out DateTime time)
            ? time
            : null;

    private static string? One(string[] lines, string key)
    {
        string? value = lines.FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal))?.Substring(key.Length).Trim();
        return string.IsNullOrEmpty(value) ? null : value;
    }

    // os-release(5): assignments of a shell, the value in quotes or not, with a backslash before what would mean something to a shell.
    private static string? OsRelease(string[] lines, string name)
    {
        if (One(lines, "os " + name + "=") is not string value)
        {
            return null;
        }

        bool quoted = value.Length >= 2 && value[0] is '"' or '\'' && value[value.Length - 1] == value[0];
        string text = quoted ? value.Substring(1, value.Length - 2) : value;
        return text.Replace("\\\"", "\"").Replace("\\$", "$").Replace("\\`", "`").Replace("\\\\", "\\");
    }
}
