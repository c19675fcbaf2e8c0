using KernelFault.Dumps.Logs;

namespace KernelFault.Tests.Dumps.Logs;

public sealed class LogPrefixTests
{
    [Theory]
    [InlineData("[   12.345678] text", "console", 12.345678)]
    [InlineData("<4>[   12.345678] text", "console", 12.345678)]
    [InlineData("[   12.345678][ T123] text", "[ T123]", 12.345678)]
    [InlineData("<3>[   12.345678][    C0] text", "[    C0]", 12.345678)]
    [InlineData("[Fri Nov 21 04:19:33 2026] text", "console", null)]
    [InlineData("Nov 21 04:19:33 host kernel: [   12.345678] text", "console", 12.345678)]
    [InlineData("Nov 21 04:19:33 host kernel: text", "console", null)]
    [InlineData("2026-11-21T04:19:33.123456+00:00 host kernel: text", "console", null)]
    [InlineData("[   12.345678] host kernel: text", "console", null)]
    [InlineData("4,1234,12345678,-;text", "console", 12.345678)]
    [InlineData("4,1234,12345678,-,caller=T123;text", "[T123]", 12.345678)]
    [InlineData("kern  :warn  : [   12.345678] text", "console", 12.345678)]
    [InlineData("** 2395 printk messages dropped ** [   12.345678] text", "console", 12.345678)]
    [InlineData("debian login: [   12.345678] text", "console", 12.345678)]
    [InlineData("\u001b[32m[   12.345678] \u001b[0mtext\r", "console", 12.345678)]
    public void PrefixIsTakenOff(string line, string context, double? seconds)
    {
        LogLine parsed = LogPrefix.Parse(line);
        Assert.Equal("text", parsed.Text);
        Assert.Equal(context, parsed.Context);
        Assert.Equal(seconds, parsed.Seconds);
    }

    [Theory]
    [InlineData("text without a prefix")]
    [InlineData("[not a stamp] text")]
    [InlineData("[   12.345678]text")]
    [InlineData("executing program 1: the kernel: text")]
    public void LineOfAnotherProgramHasNoContext(string line)
    {
        LogLine parsed = LogPrefix.Parse(line);
        Assert.Equal(string.Empty, parsed.Context);
        Assert.Equal(line, parsed.Text);
    }

    [Fact]
    public void UnreliableEntryIsMarked()
    {
        LogLine parsed = LogPrefix.Parse("[   12.345678]  ? vfs_write+0x10/0x20");
        Assert.True(parsed.IsQuestionable);
        Assert.Equal(" vfs_write+0x10/0x20", parsed.Text);
    }

    [Fact]
    public void ControlCharactersDoNotGetThrough()
    {
        Assert.Equal("a\uFFFDb\uFFFDc", LogPrefix.Parse("a\u0007b\u202ec").Text);
    }
}
