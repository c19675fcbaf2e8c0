using System.Text;
using KernelFault.Analysis;
using KernelFault.Analysis.Linux;
using KernelFault.Dumps.Logs;

namespace KernelFault.Tests.Dumps.Logs;

public sealed class KernelLogTests
{
    private const string Title = "BUG: unable to handle kernel NULL pointer dereference in bar_read";

    private static readonly string[] Messages =
    [
        "BUG: kernel NULL pointer dereference, address: 0000000000000028",
        "#PF: supervisor read access in kernel mode",
        "#PF: error_code(0x0000) - not-present page",
        "Oops: 0000 [#1] PREEMPT SMP NOPTI",
        "CPU: 1 PID: 77 Comm: reader Tainted: G           O       6.1.0-test #1",
        "RIP: 0010:bar_read+0x12/0x40 [bar]",
        "Code: 90 90 90 90 <48> 8b 47 28 c3",
        "RSP: 0018:ffffc90000123e00 EFLAGS: 00010246",
        "RAX: 0000000000000001 RBX: ffff888001234500 RCX: 0000000000000000",
        "RDX: 0000000000000000 RSI: 0000000000000000 RDI: 0000000000000000",
        "Call Trace:",
        " <TASK>",
        " bar_ioctl+0x20/0x80 [bar]",
        " ? mutex_lock+0x12/0x30",
        " __x64_sys_ioctl+0x90/0xd0",
        " do_syscall_64+0x5d/0xb0",
        " entry_SYSCALL_64_after_hwframe+0x6e/0xd8",
        " </TASK>",
        "Modules linked in: bar(O) ext4 [last unloaded: foo]",
        "---[ end trace 0000000000000000 ]---",
    ];

    public static TheoryData<string> Formats => ["[   12.345678] {0}", "[   12.345678][   T77] {0}", "<1>[   12.345678] {0}", "Nov 21 04:19:33 host kernel: [   12.345678] {0}", "Nov 21 04:19:33 host kernel: {0}", "[Fri Nov 21 04:19:33 2026] {0}", "1,100,12345678,-;{0}", "1,100,12345678,-,caller=T77;{0}", "{0}", "[   12.345678] {0}\r"];

    [Theory]
    [MemberData(nameof(Formats))]
    public void EveryPrefixGivesTheSameAnswer(string format)
    {
        KernelFaultAnalysis analysis = Analyze(string.Join("\n", Messages.Select(m => string.Format(System.Globalization.CultureInfo.InvariantCulture, format, m))));
        Assert.Equal(Title, analysis.Title);
        Assert.Equal("bar", analysis.Culprit!.Module);
        Assert.False(analysis.Linux!.Corrupted);
        Assert.Equal(0x28UL, analysis.Address!.Address.ToUInt64());
        Assert.Equal("read of [rdi+28h], rdi = 0x0: a NULL pointer, field at +0x28", analysis.Address.Explanation);
        Assert.Equal("foo", analysis.Linux.LastUnloaded);
        Assert.Equal(["bar_read", "bar_ioctl", "mutex_lock", "__x64_sys_ioctl", "do_syscall_64", "entry_SYSCALL_64_after_hwframe"], analysis.Stack.Select(f => f.Function));
    }

    [Fact]
    public void JournalInJsonGivesTheSameAnswer()
    {
        var text = new StringBuilder();
        foreach (string message in Messages)
        {
            text.Append("{\"__CURSOR\":\"s=1\",\"_BOOT_ID\":\"b1\",\"__REALTIME_TIMESTAMP\":\"1795240308000000\",\"_SOURCE_MONOTONIC_TIMESTAMP\":\"12345678\",\"_TRANSPORT\":\"kernel\",\"SYSLOG_IDENTIFIER\":\"kernel\",\"MESSAGE\":\"").Append(message).Append("\"}\n");
            text.Append("{\"_TRANSPORT\":\"journal\",\"SYSLOG_IDENTIFIER\":\"sshd\",\"MESSAGE\":[79,75,27]}\n");
        }

        KernelFaultAnalysis analysis = Analyze(text.ToString());
        Assert.Equal(Title, analysis.Title);
        Assert.Equal("bar", analysis.Culprit!.Module);
        Assert.Equal(12, analysis.System.UptimeSeconds);
        Assert.Equal(new DateTime(2026, 11, 21, 5, 51, 48, DateTimeKind.Utc), analysis.System.CrashTime!.Value, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void Utf16FileIsRead()
    {
        byte[] bytes = [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(string.Join("\r\n", Messages))];
        using KernelLog log = KernelLog.Read(new MemoryStream(bytes), "test");
        Assert.Equal(Title, LogAnalysis.Analyze(log, new AnalysisOptions()).Title);
    }

    [Fact]
    public void LinesOfAPipelineAreTaken()
    {
        var reader = new KernelLogReader("-");
        foreach (string message in Messages)
        {
            reader.AppendLine("[   12.345678] " + message);
        }

        using KernelLog log = reader.Complete();
        Assert.Equal(Title, LogAnalysis.Analyze(log, new AnalysisOptions()).Title);
    }

    [Fact]
    public void InterleavedProcessorsAreToldApart()
    {
        string other = "[   12.345678][    C3] BUG: soft lockup - CPU#3 stuck for 22s! [other:9]\n[   12.345678][    C3] RIP: 0010:other_spin+0x1/0x2";
        string text = string.Join("\n", Messages.SelectMany(m => new[] { "[   12.345678][   T77] " + m, other }).Select((line, i) => i == 1 ? line : line.StartsWith("[   12.345678][    C3] BUG", StringComparison.Ordinal) ? "[   12.345678][    C3]  other_caller+0x1/0x2" : line));
        KernelFaultAnalysis analysis = Analyze(text);
        Assert.Equal(Title, analysis.Title);
        Assert.DoesNotContain(analysis.Stack, f => f.Function == "other_caller");
        Assert.Equal("BUG: soft lockup in corrupted", Assert.Single(analysis.Linux!.OtherCrashes).Title);
    }

    [Theory]
    [InlineData(LogScanner.BlockSize)]
    [InlineData(LogScanner.BlockSize - 1)]
    [InlineData(LogScanner.BlockSize + 40)]
    [InlineData((3 * LogScanner.BlockSize) + 200)]
    public void CrashAcrossTheEndOfABlockIsWhole(int before)
    {
        const string Ordinary = "[    1.000000] usb 1-1: new high-speed USB device number 2 using xhci_hcd\n";
        var text = new StringBuilder();
        while (text.Length + Ordinary.Length <= before - 600)
        {
            text.Append(Ordinary);
        }

        text.Append("[    1.000000] ").Append('x', Math.Max(0, before - 600 - text.Length)).Append('\n');
        foreach (string message in Messages)
        {
            text.Append("[   12.345678] ").Append(message).Append('\n');
        }

        while (text.Length < before + LogScanner.BlockSize)
        {
            text.Append(Ordinary);
        }

        KernelFaultAnalysis analysis = Analyze(text.ToString());
        Assert.Equal(Title, analysis.Title);
        Assert.Equal("foo", analysis.Linux!.LastUnloaded);
    }

    [Fact]
    public void LaterCrashesAreListedAndTheFirstIsTheCause()
    {
        string first = string.Join("\n", Messages.Select(m => "[   12.345678] " + m));
        string second = first.Replace("bar_read", "baz_write", StringComparison.Ordinal).Replace("12.345678", "99.000000", StringComparison.Ordinal);
        KernelFaultAnalysis analysis = Analyze(first + "\n" + second);
        Assert.Equal(Title, analysis.Title);
        LinuxCrash other = Assert.Single(analysis.Linux!.OtherCrashes);
        Assert.Equal("BUG: unable to handle kernel NULL pointer dereference in baz_write", other.Title);
        Assert.Equal(99, other.Seconds);
        Assert.Equal(first.Length + 1, other.Offset);
    }

    [Fact]
    public void LogWithoutCrashSaysSo()
    {
        KernelFaultAnalysis analysis = Analyze("[    1.000000] usb 1-1: new high-speed USB device number 2 using xhci_hcd\n");
        Assert.False(analysis.Linux!.IsCrash);
        Assert.Equal("No crash in this log", analysis.Title);
    }

    [Fact]
    public void OrdinaryLinesCostNoMemory()
    {
        byte[] block = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("[    1.000000] usb 1-1: new high-speed USB device number 2 using xhci_hcd, INFO panic warning\n", 20_000)));
        var scanner = new LogScanner();
        scanner.Append(block);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 20; i++)
        {
            scanner.Append(block);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void EmptyFileIsRefused()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        File.WriteAllBytes(path, []);
        try
        {
            Assert.Throws<KernelFault.Formats.DumpFormatException>(() => KernelLog.Open(path));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static KernelFaultAnalysis Analyze(string text)
    {
        using KernelLog log = KernelLog.Read(new MemoryStream(Encoding.UTF8.GetBytes(text)), "test");
        return LogAnalysis.Analyze(log, new AnalysisOptions());
    }
}
