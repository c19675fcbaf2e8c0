using KernelFault.Kernels.Linux.Log;

namespace KernelFault.Tests.Kernels.Linux.Log;

public class PrintkRingBufferTests
{
    private readonly List<string> _warnings = [];

    [Fact]
    public void ReadsEveryFieldOfARecord()
    {
        KernelMessage message = Assert.Single(Read(new RingBufferBuilder().Add("ahci: ready", 12_345_678_901, level: 4, flags: 0x08, caller: 0x8000_0003)));

        Assert.Equal(
            new KernelMessage
            {
                Nanoseconds = 12_345_678_901,
                Level = KernelMessageLevel.Warning,
                Facility = 3,
                CallerProcessor = 3,
                Subsystem = "pci",
                Device = "+pci:0000:00:1f.2",
                Text = "ahci: ready",
                IsContinuation = true,
            },
            message);
        Assert.Equal(12.345678, message.Seconds);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void FollowsTheTextAroundTheEndOfTheRing(bool exactEndIsNoWrap)
    {
        // 24 bytes with its number each; in a ring of 256 the eleventh begins at 240 and does not fit. After the first lap
        // blocks end just where the ring does.
        var log = new RingBufferBuilder();
        string[] texts = [.. Enumerable.Range(0, 40).Select(i => $"message {i:d2}" + (i % 10 == 9 ? " and then som" : ""))];
        foreach (string text in texts)
        {
            log.Add(text, exactEndIsNoWrap: exactEndIsNoWrap);
        }

        Assert.Equal(texts[^8..], Read(log).Select(m => m.Text));
        Assert.Empty(_warnings);
    }

    [Fact]
    public void LeavesOutWhatAWriterHadNotCommitted()
    {
        var log = new RingBufferBuilder().Add("done").Add("half writ", state: 0).Add("not finalized", state: 1).Add("given back", state: 3);

        Assert.Equal(["done", "not finalized"], Read(log).Select(m => m.Text));
    }

    [Fact]
    public void TellsAnEmptyMessageFromOneWhoseTextFoundNoRoom()
    {
        var log = new RingBufferBuilder().AddWithoutText(1).AddWithoutText(3).Add("last");

        Assert.Equal([(1ul, ""), (2ul, "last")], Read(log).Select(m => (m.Sequence, m.Text)));
        Assert.Empty(_warnings);
    }

    [Fact]
    public void WarnsOfATextThatIsAnotherMessages()
    {
        Assert.Equal(["fine"], Read(new RingBufferBuilder().Add("fine").Add("overwritten", owned: false)).Select(m => m.Text));
        Assert.Contains("1 messages", Assert.Single(_warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void EscapesControlCharactersButKeepsTabsAndLines()
    {
        Assert.Equal("a\tb\n\\u001b[2Jc é", Assert.Single(Read(new RingBufferBuilder().Add("a\tb\n\u001b[2Jc é"))).Text);
    }

    [Fact]
    public void PrintsEveryLineBehindTheTimeAsDmesgDoes()
    {
        KernelMessage message = Assert.Single(Read(new RingBufferBuilder().Add("one\ntwo", 4_813_545_999)));

        Assert.Equal("[    4.813545] one\n[    4.813545] two", message.ToString());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(24)]
    [InlineData(32)]
    [InlineData(48)]
    [InlineData(8)]
    [InlineData(56)]
    public void EndsWithAWarningWhenTheHeadIsDamaged(int field)
    {
        RingBufferBuilder log = new RingBufferBuilder().Add("one");
        log.Image.Word(KernelImage.Base + 0x100 + (ulong)field, 0x1234_5678_9abc_def0);

        Assert.Empty(Read(log));
        Assert.Single(_warnings);
        Assert.True(log.Image.Reads < 100);
    }

    private List<KernelMessage> Read(RingBufferBuilder log) => [.. KernelMessageReader.Read(log.Image.Data(), _warnings)];
}
