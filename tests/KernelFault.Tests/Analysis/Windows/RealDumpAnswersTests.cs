using KernelFault.Analysis;
using KernelFault.Formats;
using KernelFault.Unwinding;

namespace KernelFault.Tests.Analysis.Windows;

/// <summary>
/// The answer for each real dump of the corpus, held to what its structures prove. Each expected value was read off the file
/// with another tool, or follows from the documented meaning of what was read.
/// </summary>
public sealed class RealDumpAnswersTests
{
    private static readonly KernelFaultAnalyzer s_analyzer = new(new AnalysisOptions { UseLocalImages = false });

    [SkippableFact]
    public void TheFaultInAmdppmIsFound()
    {
        KernelFaultAnalysis answer = Analyze("triage_x64.dmp");

        Assert.Equal(0x7Eu, answer.StopCode!.Code);
        Assert.Equal("0x1000007E", answer.StopCode.RawCode);
        Assert.Equal("STATUS_ACCESS_VIOLATION", answer.Exception);
        Assert.Equal("amdppm.sys", answer.Culprit!.Module);
        Assert.Equal(CulpritKind.SystemDriver, answer.Culprit.Kind);
        Assert.InRange(answer.Culprit.Confidence, 0.75, 0.95);
        Assert.Equal("amdppm.sys", answer.Instruction!.Module);
        Assert.Equal(0x334Cu, answer.Instruction.Offset);
        Assert.Equal("mov dword ptr [r9+r8],edx", answer.Instruction.Text);
        Assert.Equal("0xffff9b000336004c", answer.Instruction.EffectiveAddress!.Value.Hex);
        Assert.Equal(AccessKind.Write, answer.Address!.Access);
        Assert.Equal(FaultClass.ProtectionFault, answer.FaultClass);
        Assert.Equal("0xfffff8048b58334c", answer.Registers!["rip"]);
        Assert.Equal("0xffff850429892120", answer.Registers["rsp"]);
        Assert.Equal("0x0000000000000044", answer.Registers["r9"]);
        Assert.Equal(151, answer.Modules.Count);
        Assert.Equal("System", answer.System.ProcessName);
        Assert.Equal(new DateTime(2021, 2, 21, 1, 38, 22, DateTimeKind.Utc), answer.System.CrashTime!.Value, TimeSpan.FromSeconds(1));
        Assert.Equal(3, answer.System.UptimeSeconds);
        Assert.Equal(FrameTrust.Context, answer.Stack[0].Trust);
        Assert.Equal("amdppm.sys+0x334c", answer.Stack[0].Symbol);
    }

    [SkippableFact]
    public void SymbolsNameTheKernelsFunctionsOnTheStack()
    {
        var options = new AnalysisOptions { UseLocalImages = false, SymbolPath = [Corpus.File("corpus/symbols")] };
        using var analyzer = new KernelFaultAnalyzer(options);

        KernelFaultAnalysis answer = analyzer.Analyze(Corpus.WindowsDump("triage_x64.dmp"));

        StackFrame[] kernel = answer.Stack.Where(f => f.Module == "ntoskrnl.exe").ToArray();
        Assert.NotEmpty(kernel);
        Assert.All(kernel, frame => Assert.NotNull(frame.Function));
        Assert.Contains(kernel, frame => frame.Function == "PspSystemThreadStartup");
    }

    [SkippableFact]
    public void APointerOfOneBitInRealteksAudioDriver()
    {
        KernelFaultAnalysis answer = Analyze("9600_7e.dmp");

        Assert.Equal("RTKVHD64.sys", answer.Culprit!.Module);
        Assert.Equal(CulpritKind.ThirdPartyDriver, answer.Culprit.Kind);
        Assert.InRange(answer.Culprit.Confidence, 0.8, 0.95);
        Assert.Equal(0x5D28u, answer.Instruction!.Offset);
        Assert.Equal(FaultClass.UserPointer, answer.FaultClass);
        Assert.Equal("0x000000004000010b", answer.Address!.Address.Hex);
        Assert.Equal(AccessKind.Read, answer.Address.Access);
        Assert.Contains(answer.Findings, f => f.Id == FindingId.SingleBitFlip);
        Assert.Equal("RTKVHD64.sys+0x5d84", answer.Stack[1].Symbol);
    }

    [SkippableFact]
    public void TheSharedUserDataPageIsRecognised()
    {
        KernelFaultAnalysis answer = Analyze("9600_50.dmp");

        Assert.Equal(0x50u, answer.StopCode!.Code);
        Assert.Equal(FaultClass.UserPointer, answer.FaultClass);
        Assert.Equal(AddressRegion.User, answer.Address!.Region);
        Assert.Contains("shared user data", answer.Address.Explanation, StringComparison.Ordinal);
        Assert.Equal(0x3F2151u, answer.Instruction!.Offset);
        AssertOnlyAGuess(answer);
    }

    [SkippableFact]
    public void AnInstructionThatDidNotDoWhatItSaysPointsToTheProcessor()
    {
        // cmp byte ptr [rcx+29h],5 faulted at 0x29, yet the trap frame that names 0x29 holds a valid rcx.
        KernelFaultAnalysis answer = Analyze("19041_d1.dmp");

        Assert.Equal("ks.sys", answer.Instruction!.Module);
        Assert.Equal(0x1AE9u, answer.Instruction.Offset);
        Assert.Equal("0x0000000000000029", answer.Address!.Address.Hex);
        Assert.Equal(FaultClass.NullDereference, answer.FaultClass);
        Assert.Contains(answer.Findings, f => f.Id == FindingId.OperandMismatch);
        Assert.Equal(CulpritKind.Hardware, answer.Culprit!.Kind);
        Assert.InRange(answer.Culprit.Confidence, 0.4, 0.7);
        Assert.NotEmpty(answer.Culprit.Doubts);
        Assert.Equal("ks.sys+0x12da", answer.Stack[1].Symbol);
        Assert.Equal(2, answer.System.Irql);
    }

    [SkippableFact]
    public void TheExceptionRecordOfASystemServiceExceptionIsFoundInMemory()
    {
        KernelFaultAnalysis answer = Analyze("19041_3b.dmp");

        Assert.Equal("STATUS_ACCESS_VIOLATION", answer.Exception);
        Assert.Equal("ntoskrnl.exe", answer.Instruction!.Module);
        Assert.Equal(0x23DE5Au, answer.Instruction.Offset);
        Assert.Equal("0xffffa88b11b1147c", answer.Address!.Address.Hex);
        Assert.Contains(answer.Findings, f => f.Id == FindingId.OperandMismatch);
        Assert.Equal(CulpritKind.Hardware, answer.Culprit!.Kind);
    }

    [SkippableFact]
    public void TwoCrashesOfOneMachineWithAProcessorThatErrsAreSeenTogether()
    {
        CrashSummary summary = CrashSummarizer.Summarize([Analyze("19041_d1.dmp"), Analyze("19041_3b.dmp")]);

        Assert.Equal(SummaryPattern.UnstableHardware, summary.Pattern);
        Assert.Equal(CulpritKind.Hardware, summary.Culprit!.Kind);
        Assert.Empty(summary.Warnings);
        Assert.All(summary.Crashes, crash => Assert.NotEmpty(crash.Evidence));
        Assert.EndsWith("19041_3b.dmp", summary.Crashes[0].Path, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void ThePowerRequestLeadsToTheDriversOfTheDisk()
    {
        KernelFaultAnalysis answer = Analyze("19041_9f.dmp");

        Assert.Equal(FaultClass.PowerFailure, answer.FaultClass);
        Assert.Equal("iaStorAC.sys", answer.Culprit!.Module);
        Finding stack = Assert.Single(answer.Findings, f => f.Id == FindingId.DeviceStack);
        int[] order = new[] { "iaStorAC.sys", "ACPI.sys", "disk.sys", "partmgr.sys" }.Select(n => stack.Text.IndexOf(n, StringComparison.Ordinal)).ToArray();
        Assert.All(order, at => Assert.True(at >= 0));
        Assert.Equal(order.Order(), order);
        Finding request = Assert.Single(answer.Findings, f => f.Id == FindingId.PendingRequest);
        Assert.Contains("power request", request.Text, StringComparison.Ordinal);
        Assert.Contains("disk.sys", request.Text, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void TheProcessThatEndedIsNamedWithItsStatus()
    {
        KernelFaultAnalysis answer = Analyze("19041_ef.dmp");

        Assert.Equal(FaultClass.CriticalProcessDied, answer.FaultClass);
        Assert.Equal("svchost.exe", answer.Culprit!.Module);
        Assert.Equal(CulpritKind.Process, answer.Culprit.Kind);
        Finding process = Assert.Single(answer.Findings, f => f.Id == FindingId.CriticalProcess);
        Assert.Contains("STATUS_STACK_BUFFER_OVERRUN", process.Text, StringComparison.Ordinal);
        Assert.Contains("3656", process.Text, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void AHangingProcessorIsHardwareAndNoDriver()
    {
        KernelFaultAnalysis answer = Analyze("19041_101.dmp");

        Assert.Equal(CulpritKind.Hardware, answer.Culprit!.Kind);
        Assert.Equal(FaultClass.HardwareError, answer.FaultClass);
        Assert.Equal("processor that hangs: 2", $"{answer.StopCode!.Parameters[3].Meaning}: {answer.StopCode.Parameters[3].Decoded ?? "2"}");
    }

    [SkippableFact]
    public void AGraphicsTimeoutNamesTheDriverAndTheCardAlike()
    {
        KernelFaultAnalysis answer = Analyze("19041_116.dmp");

        Assert.Equal("nvlddmkm.sys", answer.Culprit!.Module);
        Assert.InRange(answer.Culprit.Confidence, 0.3, 0.7);
        Assert.Contains(answer.Culprit.Doubts, d => d.Contains("card itself", StringComparison.Ordinal));
        Assert.Contains(answer.Findings, f => f.Id == FindingId.HardwareStopCode);
        Assert.Equal("STATUS_UNSUCCESSFUL", answer.StopCode!.Parameters[2].Decoded);
    }

    [SkippableFact]
    public void ACrashTestToolIsBlamedForItsCrash()
    {
        // The debugger's own verdict lies beside the dump: notmyfault64.e, returning to user mode at raised IRQL.
        KernelFaultAnalysis answer = Analyze("19041_4a.dmp");

        Assert.Equal("myfault.sys", answer.Culprit!.Module);
        Assert.Equal("notmyfault64.e", answer.System.ProcessName);
        Assert.Equal(2, answer.System.Irql);
        Assert.Equal(["ntoskrnl.exe+0x3fd6f0", "ntoskrnl.exe+0x411aa9", "ntoskrnl.exe+0x411951"], answer.Stack.Take(3).Select(f => f.Symbol));
    }

    [SkippableFact]
    public void NobodyIsBlamedForADamagedHeapWithoutEvidence()
    {
        KernelFaultAnalysis answer = Analyze("26100_13a.dmp");

        Assert.Equal(FaultClass.PoolCorruption, answer.FaultClass);
        Assert.Null(answer.Culprit);
        Assert.Contains(answer.Warnings, w => w.StartsWith("Nothing in this dump points to anyone", StringComparison.Ordinal));
    }

    [SkippableFact]
    public void AWildReadInTheKernelIsNoMoreThanAGuess()
    {
        KernelFaultAnalysis answer = Analyze("26100_50.dmp");

        Assert.Equal(0x860702u, answer.Instruction!.Offset);
        Assert.Equal("mov rax,qword ptr [rsi+8]", answer.Instruction.Text);
        Assert.Null(answer.Instruction.EffectiveAddress);
        Assert.Equal(FaultClass.WildPointer, answer.FaultClass);
        AssertOnlyAGuess(answer);
    }

    [SkippableFact]
    public void FloatingPointCodeInTheKernelMeansThatExecutionWentAstray()
    {
        KernelFaultAnalysis answer = Analyze("26100_a_small.dmp");

        Assert.Equal("fild word ptr [rbx]", answer.Instruction!.Text);
        Assert.Equal(FaultClass.NullDereference, answer.FaultClass);
        Assert.Contains(answer.Findings, f => f.Id == FindingId.ImplausibleInstruction);
        Assert.InRange(answer.Culprit!.Confidence, 0.15, 0.4);
    }

    [SkippableFact]
    public void AZeroedFileIsCalledThat()
    {
        var error = Assert.Throws<DumpFormatException>(() => Analyze("damaged_zeroed.dmp"));

        Assert.Contains("zero bytes", error.Message, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("triage_x64.dmp")]
    [InlineData("9600_7e.dmp")]
    [InlineData("19041_d1.dmp")]
    [InlineData("19041_9f.dmp")]
    public void TheBucketIdDoesNotDependOnWhatIsAtHand(string name)
    {
        using var analyzer = new KernelFaultAnalyzer(new AnalysisOptions { UseLocalImages = false, SymbolPath = [Corpus.File("corpus/symbols")] });

        Assert.Equal(Analyze(name).BucketId, analyzer.Analyze(Corpus.WindowsDump(name)).BucketId);
    }

    private static KernelFaultAnalysis Analyze(string name) => s_analyzer.Analyze(Corpus.WindowsDump(name));

    private static void AssertOnlyAGuess(KernelFaultAnalysis answer)
    {
        Assert.Equal(CulpritKind.Kernel, answer.Culprit!.Kind);
        Assert.InRange(answer.Culprit.Confidence, 0.15, 0.35);
        Assert.Contains(answer.Culprit.Doubts, d => d.Contains("core part of Windows", StringComparison.Ordinal));
    }
}
