using System.Text.Json;
using System.Text.RegularExpressions;

namespace KernelFault.Tests.Cli;

public sealed class ConsoleToolTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("kernelfault-").FullName;

    private string Bad => Path.Combine(_folder, "bad.dmp");

    public ConsoleToolTests() => File.WriteAllText(Bad, "this is no dump");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void AnswersWithAPage()
    {
        (int exitCode, string output, string error) = ConsoleTool.Run("analyze", ConsoleTool.Sample("network-driver-null-write.dmp"));

        Assert.Equal(0, exitCode);
        Assert.Empty(error);
        Assert.StartsWith("contosonet.sys+0x1a4f", output, StringComparison.Ordinal);
        Assert.Contains("Culprit        contosonet.sys", output, StringComparison.Ordinal);
    }

    [Fact]
    public void PrintsWhatTheReadmeShows()
    {
        string readme = File.ReadAllText(Path.Combine(Corpus.RepositoryRoot, "README.md")).ReplaceLineEndings("\n");
        string file = Regex.Match(readme, @"\$ kernelfault analyze samples/(\S+)\n").Groups[1].Value;
        string page = ConsoleTool.Run("analyze", ConsoleTool.Sample(file)).Output;
        string shown = page.Replace(Corpus.RepositoryRoot + Path.DirectorySeparatorChar, string.Empty, StringComparison.Ordinal).Replace('\\', '/').ReplaceLineEndings("\n").Trim();

        Assert.EndsWith(".log", file, StringComparison.Ordinal);
        Assert.Contains(shown, readme, StringComparison.Ordinal);
    }

    [Fact]
    public void ColoursNothingThatIsNoTerminal() =>
        Assert.DoesNotContain('\u001b', ConsoleTool.Run("analyze", ConsoleTool.Sample("network-driver-null-write.dmp")).Output);

    [Fact]
    public void ExpandsWildcardsItself()
    {
        (int exitCode, string output, _) = ConsoleTool.Run("analyze", "--json", ConsoleTool.Sample("*.dmp"));

        Assert.Equal(0, exitCode);
        Assert.Equal(Directory.GetFiles(ConsoleTool.Sample(string.Empty), "*.dmp").Length, JsonDocument.Parse(output).RootElement.GetArrayLength());
    }

    [Fact]
    public void EndsWith1WhenSomeFilesFailed()
    {
        (int exitCode, string output, string error) = ConsoleTool.Run("analyze", Bad, ConsoleTool.Sample("network-driver-null-write.dmp"));

        Assert.Equal(1, exitCode);
        Assert.StartsWith("contosonet.sys", output, StringComparison.Ordinal);
        Assert.StartsWith("kernelfault: " + Bad, error, StringComparison.Ordinal);
    }

    [Fact]
    public void EndsWith3AndNoOutputWhenNoFileCouldBeRead()
    {
        (int exitCode, string output, string error) = ConsoleTool.Run("analyze", "--json", Bad, Path.Combine(_folder, "nowhere.dmp"));

        Assert.Equal(3, exitCode);
        Assert.Empty(output);
        Assert.Equal(2, error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Theory]
    [InlineData("analyze")]
    [InlineData("analyze", "--nonsense", "x.dmp")]
    [InlineData("nonsense")]
    [InlineData("analyze", "x.dmp", "--jobs", "0")]
    [InlineData("bugcheck", "0x7E", "not-a-number")]
    public void EndsWith2WhenTheCommandLineIsWrong(params string[] arguments)
    {
        (int exitCode, string output, string error) = ConsoleTool.Run(arguments);

        Assert.Equal(2, exitCode);
        Assert.Empty(output);
        Assert.StartsWith("kernelfault: ", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("analyze")]
    [InlineData("dumps")]
    [InlineData("modules")]
    [InlineData("bugcheck")]
    public void ShowsExamplesInItsHelp(string command) =>
        Assert.Contains($"  kernelfault {command} ", ConsoleTool.Run(command, "--help").Output, StringComparison.Ordinal);

    [Fact]
    public void ListsHeaders()
    {
        (int exitCode, string output, _) = ConsoleTool.Run("dumps", ConsoleTool.Sample("network-driver-null-write.dmp"));

        Assert.Equal(0, exitCode);
        Assert.Matches(@"2026-03-14 09:26 +WindowsTriage +X64 +26100 +0xD1 +DRIVER_IRQL_NOT_LESS_OR_EQUAL +network-driver-null-write\.dmp", output);
    }

    [Fact]
    public void ListsDriversByName()
    {
        (int exitCode, string output, _) = ConsoleTool.Run("modules", "--name", "contoso*", ConsoleTool.Sample("network-driver-null-write.dmp"));

        Assert.Equal(0, exitCode);
        Assert.Contains("contosonet.sys", output, StringComparison.Ordinal);
        Assert.DoesNotContain("ntoskrnl.exe", output, StringComparison.Ordinal);
    }

    [Fact]
    public void DecodesAStopCode()
    {
        (int exitCode, string output, _) = ConsoleTool.Run("bugcheck", "0xD1", "0x28", "2", "1", "0xfffff80111361a30");

        Assert.Equal(0, exitCode);
        Assert.Contains("DISPATCH_LEVEL", output, StringComparison.Ordinal);
    }

    [Fact]
    public void SumsFilesUp()
    {
        (int exitCode, string output, _) = ConsoleTool.Run("analyze", "--summary", "--json", ConsoleTool.Sample("*.dmp"));

        Assert.Equal(0, exitCode);
        Assert.Equal(JsonValueKind.Array, JsonDocument.Parse(output).RootElement.GetProperty("Crashes").ValueKind);
    }
}
