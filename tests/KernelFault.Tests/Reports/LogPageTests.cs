using KernelFault.Analysis;
using KernelFault.Reports;
using KernelFault.Tests.Cli;
using KernelFault.Unwinding;

namespace KernelFault.Tests.Reports;

/// <summary>What is not printed is null in the object and absent from the page, never a zero.</summary>
public sealed class LogPageTests
{
    [Fact]
    public void AnAddressThatIsNotPrintedIsNull()
    {
        KernelFaultAnalysis analysis = Analyze("linux-double-free.log");

        Assert.Null(analysis.Instruction!.Address);
        Assert.Equal("__kmem_cache_free+0x284", analysis.Instruction.Function);
        Assert.All(analysis.Stack, frame => Assert.Null(frame.InstructionPointer));
        Assert.DoesNotContain("0x0000000000000000", AnalysisText.Render(analysis, 110), StringComparison.Ordinal);
    }

    [Fact]
    public void AnAddressThatIsPrintedElsewhereInTheReportIsKept()
    {
        KernelFaultAnalysis analysis = Analyze("linux-null-pointer.log");

        Assert.Equal("0xffffffffc038b005", analysis.Instruction!.Address!.Value.Hex);
        Assert.Equal(analysis.Instruction.Address, analysis.Stack[0].InstructionPointer);
        Assert.Null(analysis.Stack[1].InstructionPointer);
    }

    [Fact]
    public void ThePageCountsModulesNotDrivers()
    {
        string page = AnalysisText.Render(Analyze("linux-double-free.log"), 110);

        Assert.Contains("2 modules loaded, 1 not part of the kernel: kf_faults(OE+)", page, StringComparison.Ordinal);
        Assert.DoesNotContain("driver", page, StringComparison.Ordinal);
    }

    [Fact]
    public void EntriesTheKernelMarksAreCountedNotShown()
    {
        string page = AnalysisText.Render(Analyze("linux-double-free.log"), 110);

        Assert.Contains("... and 5 entries marked ? by the kernel in the object's Stack.", page, StringComparison.Ordinal);
        Assert.DoesNotContain("handle_mm_fault", page, StringComparison.Ordinal);
    }

    [Fact]
    public void ALogWithoutACrashIsAShortPage()
    {
        using var log = KernelFault.Dumps.Logs.KernelLog.Read(new StringReader("usb 1-1: new device\n"), "-");
        using var analyzer = new KernelFaultAnalyzer();
        string[] lines = AnalysisText.Render(analyzer.Analyze(log), 80).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(["No crash in this log", "File           (text from a pipeline)", "kernel log"], lines);
    }

    [Theory]
    [InlineData("vmlinux", "f", 0x10u, "vmlinux!f+0x10")]
    [InlineData("vmlinux", "inlined", null, "vmlinux!inlined")]
    [InlineData(null, null, null, "unknown")]
    public void AFrameWithoutAnAddressIsNamedByWhatIsKnown(string? module, string? function, uint? offset, string symbol) =>
        Assert.Equal(symbol, new StackFrame { Index = 0, InstructionPointer = null, Module = module, Function = function, FunctionOffset = offset, Trust = FrameTrust.Orc }.Symbol);

    private static KernelFaultAnalysis Analyze(string sample)
    {
        using var analyzer = new KernelFaultAnalyzer();
        return analyzer.Analyze(ConsoleTool.Sample(sample));
    }
}
