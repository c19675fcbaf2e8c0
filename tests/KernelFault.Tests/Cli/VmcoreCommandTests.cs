using System.Text.Json;

namespace KernelFault.Tests.Cli;

public class VmcoreCommandTests
{
    private static string Vmcore => Corpus.File("corpus/linux/null_deref/vmcore");

    [SkippableFact]
    public void PrintsTheLogAsDmesgDoes()
    {
        (int exitCode, string output, string error) = ConsoleTool.Run("log", Vmcore);

        Assert.Equal(0, exitCode);
        Assert.Empty(error);
        Assert.StartsWith("[    0.000000]", output, StringComparison.Ordinal);
        Assert.EndsWith("---[ end Kernel panic - not syncing: Fatal exception ]---", output.TrimEnd(), StringComparison.Ordinal);
    }

    [SkippableFact]
    public void KeepsTheLogToALevel()
    {
        string output = ConsoleTool.Run("log", "--level", "error", "--json", Vmcore).Output;

        Assert.All(JsonDocument.Parse(output).RootElement.EnumerateArray(), message => Assert.Contains(message.GetProperty("Level").GetString(), (string[])["Emergency", "Alert", "Critical", "Error"]));
    }

    [SkippableFact]
    public void ListsThreadsUnderOneHeading()
    {
        string[] lines = Lines(ConsoleTool.Run("threads", Vmcore).Output);

        Assert.Equal("     PID    PPID CPU S       RSS        VSZ NAME", lines[0]);
        Assert.EndsWith("swapper/0", lines[1].TrimEnd(']'), StringComparison.Ordinal);
        Assert.Single(lines, line => line.EndsWith("[kthreadd]", StringComparison.Ordinal));
    }

    [SkippableFact]
    public void ShowsTheStackOfWhatRan()
    {
        string[] lines = Lines(ConsoleTool.Run("threads", "--running", "--stack", "--name", "BUSY*", Vmcore).Output);

        Assert.Equal(2, lines.Count(line => line.StartsWith("PID ", StringComparison.Ordinal)));
        Assert.Contains(lines, line => line.Contains("= 0x", StringComparison.Ordinal) && line.Contains("  vmlinux!panic+0x", StringComparison.Ordinal));
    }

    [SkippableFact]
    public void FindsASymbolByNameAndByPlace()
    {
        string byName = ConsoleTool.Run("symbol", Vmcore, "panic").Output;
        string address = byName.Split(' ')[0];

        Assert.Matches("^0x[0-9a-f]{16} T panic\r?\n$", byName);
        Assert.Equal(byName, ConsoleTool.Run("symbol", Vmcore, "panic+0x10").Output);
        Assert.Equal(byName, ConsoleTool.Run("symbol", Vmcore, address).Output);
    }

    [SkippableFact]
    public void WalksPageTables()
    {
        string[] lines = Lines(ConsoleTool.Run("pte", Vmcore, "panic").Output);

        Assert.StartsWith("  pgd at 0x", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("  maps physical address 0x", lines[^1], StringComparison.Ordinal);
    }

    [SkippableFact]
    public void ShowsMemory()
    {
        string output = ConsoleTool.Run("memory", Vmcore, "linux_banner", "--length", "20").Output;

        Assert.Contains(": 0x65762078756e694c 0x2e36206e6f697372  Linux version 6.", output, StringComparison.Ordinal);
        Assert.EndsWith(": 31 2e 30 2d  1.0-", output.TrimEnd(), StringComparison.Ordinal);
    }

    [SkippableFact]
    public void ShowsStructuresAndTheirTypes()
    {
        string[] modules = Lines(ConsoleTool.Run("object", Vmcore, "module", "modules", "--list", "list").Output);
        string type = ConsoleTool.Run("object", Vmcore, "struct list_head").Output;

        Assert.Contains("  name: kf_faults", modules);
        Assert.Equal(2, modules.Count(line => line.StartsWith("struct module 0x", StringComparison.Ordinal)));
        Assert.EndsWith("SIZE: 16", type.TrimEnd(), StringComparison.Ordinal);
    }

    [SkippableFact]
    public void DecodesCode()
    {
        string[] lines = Lines(ConsoleTool.Run("disasm", Vmcore, "vfs_read+0x5", "--count", "2").Output);

        Assert.Equal(2, lines.Length);
        Assert.EndsWith("<vfs_read+0x5>: push r15", lines[0], StringComparison.Ordinal);
    }

    [SkippableFact]
    public void NamesEachOfSeveralFiles()
    {
        string other = Corpus.File("corpus/linux/kdump_null_deref/vmcore");
        string[] lines = Lines(ConsoleTool.Run("threads", "--running", Vmcore, other).Output);

        Assert.Equal(Vmcore + ":", lines[0]);
        Assert.Contains(other + ":", lines);
        Assert.Equal(2, lines.Count(line => line.Contains(" PPID ", StringComparison.Ordinal)));
    }

    [SkippableTheory]
    [InlineData("slab", "panic")]
    [InlineData("extable", "panic")]
    [InlineData("symbol", "no_such_symbol")]
    [InlineData("pte", "no_such_symbol")]
    [InlineData("object", "no_such_type")]
    public void EndsWith3WhenNothingWasFound(string command, string what)
    {
        (int exitCode, string output, string error) = ConsoleTool.Run(command, Vmcore, what);

        Assert.Equal(3, exitCode);
        Assert.Empty(output);
        Assert.StartsWith("kernelfault: ", error, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void EndsWith1WhenSomeWasFound()
    {
        (int exitCode, string output, string error) = ConsoleTool.Run("symbol", Vmcore, "no_such_symbol", "panic");

        Assert.Equal(1, exitCode);
        Assert.EndsWith(" T panic", output.TrimEnd(), StringComparison.Ordinal);
        Assert.Contains("'no_such_symbol'", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("log")]
    [InlineData("threads")]
    [InlineData("symbol", "panic")]
    [InlineData("pte", "panic")]
    [InlineData("memory", "panic")]
    [InlineData("object", "list_head")]
    [InlineData("slab", "panic")]
    [InlineData("disasm", "panic")]
    [InlineData("extable", "panic")]
    public void SaysThatADumpOfWindowsIsNone(string command, params string[] more)
    {
        (int exitCode, string output, string error) = ConsoleTool.Run([command, ConsoleTool.Sample("network-driver-null-write.dmp"), .. more]);

        Assert.Equal(3, exitCode);
        Assert.Empty(output);
        Assert.Contains("network-driver-null-write.dmp", error, StringComparison.Ordinal);
        Assert.Contains("memory of a Linux kernel", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pte", "vmcore")]
    [InlineData("memory", "vmcore", "panic", "--length", "0")]
    [InlineData("object", "vmcore", "list_head", "--depth", "9")]
    [InlineData("log", "--level", "loud", "vmcore")]
    public void EndsWith2WhenTheCommandLineIsWrong(params string[] arguments)
    {
        (int exitCode, string output, string error) = ConsoleTool.Run(arguments);

        Assert.Equal(2, exitCode);
        Assert.Empty(output);
        Assert.Contains("--help", error, StringComparison.Ordinal);
    }

    private static string[] Lines(string output) => output.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
}
