namespace KernelFault.Tests.Cli;

/// <summary>A folder with playbooks and runs, for tests of the console tool; gone when the test is over.</summary>
internal sealed class PlaybookConsole : IDisposable
{
    internal const string Look = """  - { id: look, title: Look, action: assert, inputs: { value: "${{ facts.operatingSystem }}", exists: true } }""";

    internal static string Debian { get; } = "recorded://" + ConsoleTool.Sample(Path.Combine("recordings", "linux-debian"));

    internal static string Windows { get; } = "recorded://" + ConsoleTool.Sample(Path.Combine("recordings", "windows-no-dump"));

    internal string Folder { get; } = Directory.CreateTempSubdirectory("kf-console").FullName;

    internal string Runs => Path.Combine(Folder, "runs");

    /// <summary>Id of the only run.</summary>
    internal string RunId => Path.GetFileName(Assert.Single(Directory.GetDirectories(Runs)));

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    internal string File(string name, string text)
    {
        string path = Path.Combine(Folder, name);
        System.IO.File.WriteAllText(path, text);
        return path;
    }

    internal string Playbook(string name, string steps) => File(name + ".yaml", $"version: 1\nname: {name}\ntitle: A test\ndescription: A test.\nsteps:\n{steps}\n");

    internal (int ExitCode, string Output, string Error) Run(params string[] arguments) => ConsoleTool.Run(["playbook", "run", .. arguments, "--run-path", Runs]);

    internal (int ExitCode, string Output, string Error) Resume(params string[] arguments) => ConsoleTool.Run(["playbook", "resume", .. arguments, "--run-path", Runs]);
}
