using KernelFault.Formats;
using KernelFault.Hosts;
using KernelFault.Servicing;

namespace KernelFault.Tests.Servicing;

/// <summary>Outputs and logs that are not what they should be.</summary>
public sealed class HostileServicingTests
{
    [Theory]
    [InlineData("sfc-not-repairable-zh")]
    [InlineData("sfc-rotated-log-ru")]
    [InlineData("sfc-repaired-de")]
    public void DamagedOutputsAndLogsGiveAResult(string name)
    {
        HostRecording recording = ServicingRecordings.Load(name);
        var random = new Random(42);
        for (int round = 0; round < 150; round++)
        {
            HostRecording damaged = recording with
            {
                Programs = [.. recording.Programs.Select(program => program with { Output = Damage(program.Output, random) })],
                Files = [.. recording.Files.Select(file => file with { Content = Damage(file.Content, random) })],
            };

            SystemFileRepairResult result = ServicingRecordings.Do(new SystemFileRepair(new()), new RecordedHost("pc", damaged));

            Assert.All(result.Files.SelectMany(file => file.Paths).Append(result.Message), text => Assert.Equal(PrintableText.Clean(text), text));
        }
    }

    [Theory]
    [InlineData("dism-restored")]
    [InlineData("dism-half-restored")]
    public void DamagedLogsOfDismGiveAResult(string name)
    {
        HostRecording recording = ServicingRecordings.Load(name);
        var random = new Random(43);
        for (int round = 0; round < 150; round++)
        {
            HostRecording damaged = recording with
            {
                Programs = [.. recording.Programs.Select(program => program with { Duration = TimeSpan.Zero, Output = Damage(program.Output, random) })],
                Files = [.. recording.Files.Select(file => file with { Content = Damage(file.Content, random) })],
            };

            ServicingRecordings.Do(new ComponentStoreRepair(new()), new RecordedHost("pc", damaged));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("\"kernelfault-servicing 1\"")]
    [InlineData("{\"format\":\"kernelfault-servicing 2\"}")]
    [InlineData("{\"format\":\"kernelfault-servicing 1\",\"windows\":7}")]
    [InlineData("{\"format\":\"kernelfault-servicing 1\",\"windows\":\"C:\\\\Windows\",\"system\":\"C:\\\\Windows\",\"local\":\"gestern\",\"utc\":\"2026-03-10T10:00:00\"}")]
    [InlineData("{\"format\":\"\\ud800\"}")]
    [InlineData("[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]")]
    public void AnAnswerOfTheScriptThatIsNoneIsAFormatError(string answer) =>
        Assert.Throws<DumpFormatException>(() => ServicingState.Parse("pc", answer));

    [Fact]
    public void AnswersOfOtherKindsAreNone()
    {
        var state = ServicingState.Parse("pc", """
            {"format":"kernelfault-servicing 1","windows":"C:\\Windows","system":"C:\\Windows","local":"2026-03-10T10:00:00","utc":"2026-03-10T09:00:00",
             "free":"much","pending":"pending.xml\u001b[2J","processes":{"name":"sfc"}}
            """);

        Assert.Null(state.FreeBytes);
        Assert.Equal([@"pending.xml\u001b[2J"], state.Pending);
        Assert.Equal(["sfc"], state.Processes);
    }

    private static byte[] Damage(byte[] bytes, Random random)
    {
        byte[] damaged = [.. bytes.Take(random.Next(4) == 0 ? random.Next(bytes.Length) : bytes.Length)];
        for (int i = random.Next(12); i > 0 && damaged.Length > 0; i--)
        {
            damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
        }

        return damaged;
    }
}
