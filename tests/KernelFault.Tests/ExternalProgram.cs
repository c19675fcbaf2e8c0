using System.Diagnostics;

namespace KernelFault.Tests;

/// <summary>A program of the machine that tests compare with, where it is installed.</summary>
internal static class ExternalProgram
{
    /// <summary>Skips the calling test when one of the programs is not on PATH.</summary>
    internal static void Require(params string[] programs)
    {
        foreach (string program in programs)
        {
            Skip.IfNot(Exists(program), $"{program} is not installed: the comparison with it is skipped.");
        }
    }

    internal static bool Exists(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));

    /// <summary>Runs a program that has to succeed; what it printed.</summary>
    internal static string Run(string folder, string program, params string[] arguments)
    {
        (int exit, string output, string error) = TryRun(folder, program, arguments);
        Assert.True(exit == 0, $"{program} {string.Join(' ', arguments)}: {error}{output}");
        return output;
    }

    /// <summary>Runs a program that may fail.</summary>
    internal static (int Exit, string Output, string Error) TryRun(string folder, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["LC_ALL"] = "C.UTF-8";
        start.Environment["TZ"] = "UTC";
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
