using System.Text;
using KernelFault.Kernels.Linux.Log;

namespace KernelFault.Tests.Kernels.Linux.Log;

public class PrintkLogBufferTests
{
    private readonly List<string> _warnings = [];
    private readonly KernelImage _image = new(0x2000);
    private readonly ulong _buffer;

    public PrintkLogBufferTests()
    {
        _buffer = _image.Place(0x200);
        _image.Word(_image.Place("log_buf", 8), _buffer);
        _image.HalfWord(_image.Place("log_buf_len", 4), 0x200);
        _image.Word(_image.Place("log_first_seq", 8), 17);
    }

    [Fact]
    public void ReadsARecordWithItsDictionary()
    {
        Indices(0, Put(0, "pci found", level: 5, dictionary: "SUBSYSTEM=pci\0DEVICE=+pci:0000:00:02.0"));

        Assert.Equal(
            new KernelMessage { Sequence = 17, Nanoseconds = 1_500_000, Level = KernelMessageLevel.Notice, Subsystem = "pci", Device = "+pci:0000:00:02.0", Text = "pci found" },
            Assert.Single(Read()));
    }

    [Fact]
    public void FindsWhoLoggedItWhereTheKernelWasBuiltToSay()
    {
        _image.Size("printk_log", 24);
        _image.Offset("printk_log.caller_id", 16);
        uint end = Put(0, "from an interrupt", headSize: 24);
        _image.HalfWord(_buffer + 16, 0x8000_0001);
        Indices(0, end);

        Assert.Equal((1, null), Read().Select(m => (m.CallerProcessor, m.CallerThreadId)).Single());
    }

    [Fact]
    public void GoesOnAtTheStartAfterARecordOfLengthZero()
    {
        uint next = Put(0, "second");
        Put(0x1c0, "first");
        Indices(0x1c0, next);

        Assert.Equal([(17ul, "first"), (18ul, "second")], Read().Select(m => (m.Sequence, m.Text)));
        Assert.Empty(_warnings);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(10)]
    [InlineData(12)]
    public void StopsWithAWarningAtARecordWithALyingLength(int field)
    {
        uint second = Put(0, "good");
        uint end = Put(second, "bad");
        Indices(0, end);
        _image.Quarter(_buffer + second + (ulong)field, 0xfff0);

        Assert.Equal(["good"], Read().Select(m => m.Text));
        Assert.Single(_warnings);
    }

    [Fact]
    public void DoesNotGoRoundWhenTheEndIsNoRecordsStart()
    {
        uint next = Put(0, "only");
        Indices(0x100, next + 1);

        Assert.InRange(Read().Count, 0, 2);
        Assert.Single(_warnings);
    }

    private void Indices(uint first, uint next)
    {
        _image.HalfWord(_image.Place("log_first_idx", 4), first);
        _image.HalfWord(_image.Place("log_next_idx", 4), next);
    }

    private uint Put(uint at, string text, int level = 6, string dictionary = "", uint headSize = 16)
    {
        uint length = (headSize + (uint)text.Length + (uint)dictionary.Length + 3) & ~3u;
        ulong record = _buffer + at;
        _image.Word(record, 1_500_000);
        _image.Quarter(record + 8, (ushort)length);
        _image.Quarter(record + 10, (ushort)text.Length);
        _image.Quarter(record + 12, (ushort)dictionary.Length);
        _image.At(record + 15)[0] = (byte)(level << 5);
        Encoding.ASCII.GetBytes(text + dictionary).CopyTo(_image.At(record + headSize));
        return at + length;
    }

    private List<KernelMessage> Read() => [.. KernelMessageReader.Read(_image.Data(), _warnings)];
}
