using System.Diagnostics;

namespace KernelFault.Tests.Cli;

/// <summary>Runs the console tool as its users do: as a process of its own.</summary>
internal static class ConsoleTool
{
    internal static string Sample(string name) => Path.Combine(Corpus.RepositoryRoot, "samples", name);

    internal static (int ExitCode, string Output, string Error) Run(params string[] arguments) => RunWith(null, arguments);

    /// <summary>Runs it with something piped in.</summary>
    internal static (int ExitCode, string Output, string Error) RunWith(byte[]? input, params string[] arguments)
    {
        using Process process = Start(input is not null, arguments);
        Task<string> error = process.StandardError.ReadToEndAsync();
        if (input is not null)
        {
            process.StandardInput.BaseStream.Write(input);
            process.StandardInput.Close();
        }

        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }

    /// <summary>Starts it; what it writes is to be read.</summary>
    internal static Process Start(bool hasInput, params string[] arguments) => StartBy([], hasInput, arguments);

    /// <summary>Starts it as a terminal does: the first of a group of processes, which all that it starts belong to.</summary>
    internal static Process StartInGroup(params string[] arguments) => StartBy(["setsid"], hasInput: false, arguments);

    private static Process StartBy(string[] starter, bool hasInput, string[] arguments)
    {
        // Built beside this test assembly, in the same configuration.
        string configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        string tool = Path.Combine(Corpus.RepositoryRoot, "src", "KernelFault.Cli", "bin", configuration, "net10.0", "KernelFault.Cli.dll");
        string dotnet = Environment.ProcessPath is string host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet";
        string[] command = [.. starter, dotnet, tool, .. arguments];
        return Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = hasInput,
        })!;
    }
}
