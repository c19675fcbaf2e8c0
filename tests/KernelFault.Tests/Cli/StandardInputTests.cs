using System.Text;
using System.Text.Json;

namespace KernelFault.Tests.Cli;

/// <summary><c>dmesg | kernelfault analyze -</c>.</summary>
public sealed class StandardInputTests
{
    private const string Title = "BUG: unable to handle kernel NULL pointer dereference in update_counter";

    private static readonly byte[] Log = File.ReadAllBytes(ConsoleTool.Sample("linux-null-pointer.log"));

    [Fact]
    public void ALogIsReadFromStandardInput()
    {
        (int exitCode, string output, string error) = ConsoleTool.RunWith(Log, "analyze", "-");

        Assert.Equal(0, exitCode);
        Assert.Empty(error);
        Assert.StartsWith(Title, output, StringComparison.Ordinal);
    }

    [Fact]
    public void ThePipedLogGivesTheJsonOfItsFile()
    {
        string file = ConsoleTool.Sample("linux-null-pointer.log");
        string piped = ConsoleTool.RunWith(Log, "analyze", "--json", "-").Output;
        string named = ConsoleTool.Run("analyze", "--json", file).Output;

        Assert.Equal("-", JsonDocument.Parse(piped).RootElement.GetProperty("Path").GetString());
        Assert.Equal(named.Replace(JsonSerializer.Serialize(file), "\"-\"", StringComparison.Ordinal), piped);
    }

    [Theory]
    [InlineData("analyze", "--jobs", "2", "--json")]
    [InlineData("analyze", "--json")]
    public void StandardInputStandsAmongFiles(params string[] arguments)
    {
        (int exitCode, string output, _) = ConsoleTool.RunWith(Log, [.. arguments, ConsoleTool.Sample("network-driver-null-write.dmp"), "-", ConsoleTool.Sample("linux-double-free.log")]);
        JsonElement[] answers = [.. JsonDocument.Parse(output).RootElement.EnumerateArray()];

        Assert.Equal(0, exitCode);
        Assert.Equal([ConsoleTool.Sample("network-driver-null-write.dmp"), "-", ConsoleTool.Sample("linux-double-free.log")], answers.Select(a => a.GetProperty("Path").GetString()));
        Assert.Equal(Title, answers[1].GetProperty("Title").GetString());
    }

    [Fact]
    public void ALogWithoutACrashIsAnAnswer()
    {
        (int exitCode, string output, _) = ConsoleTool.RunWith("usb 1-1: new device\n"u8.ToArray(), "analyze", "-");

        Assert.Equal(0, exitCode);
        Assert.StartsWith("No crash in this log", output, StringComparison.Ordinal);
    }

    [Fact]
    public void NothingIsAnError()
    {
        (int exitCode, string output, string error) = ConsoleTool.RunWith([], "analyze", "-");

        Assert.Equal(3, exitCode);
        Assert.Empty(output);
        Assert.Contains("standard input", error, StringComparison.Ordinal);
    }

    [Fact]
    public void ADumpIsSaidToBeNoText()
    {
        string output = ConsoleTool.RunWith(File.ReadAllBytes(ConsoleTool.Sample("network-driver-null-write.dmp")), "analyze", "-").Output;

        Assert.Contains("A dump has to be named as a file", output, StringComparison.Ordinal);
    }

    [Fact]
    public void AJournalInJsonIsRead()
    {
        var journal = new StringBuilder("\n");
        foreach (string line in Encoding.UTF8.GetString(Log).Split('\n'))
        {
            string message = line.IndexOf("] ", StringComparison.Ordinal) is int end and > 0 ? line[(end + 2)..] : line;
            journal.Append(JsonSerializer.Serialize(new { __CURSOR = "s=1", _TRANSPORT = "kernel", MESSAGE = message })).Append('\n');
        }

        Assert.StartsWith(Title, ConsoleTool.RunWith(Encoding.UTF8.GetBytes(journal.ToString()), "analyze", "-").Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dumps")]
    [InlineData("modules")]
    public void OnlyAnalyzeReadsStandardInput(string command) => Assert.Equal(2, ConsoleTool.RunWith([], command, "-").ExitCode);
}
