using KernelFault.Analysis;
using KernelFault.Tests.Builders;
using KernelFault.Tests.Dumps.Process;
using KernelFault.Unwinding;

namespace KernelFault.Tests.Analysis.Processes;

public class ProcessAnalysisTests
{
    [Fact]
    public void A_null_read_names_program_address_and_place()
    {
        KernelFaultAnalysis answer = Analyze(ProcessFiles.Minidump());

        Assert.Equal("contosoapp.exe: STATUS_ACCESS_VIOLATION reading 0x18 in contosoapp.exe+0x1a30", answer.Title);
        Assert.Equal(FaultClass.NullDereference, answer.FaultClass);
        Assert.Equal("STATUS_ACCESS_VIOLATION", answer.Exception);
        Assert.Equal(AddressRegion.NullPage, answer.Address!.Region);
        Assert.Equal("read of 0x18: NULL pointer, field at +0x18", answer.Address.Explanation);
        Assert.Equal("contosoapp.exe", answer.Culprit!.Module);
        Assert.Equal(CulpritKind.Process, answer.Culprit.Kind);
        Assert.StartsWith("process-STATUS_ACCESS_VIOLATION-NullDereference-contosoapp.exe+1a30-", answer.BucketId, StringComparison.Ordinal);
        Assert.Equal("Windows 11, version 24H2 or 25H2 or Windows Server 2025 (build 26100)", answer.System.OperatingSystem);
        Assert.Equal("0x0000000000000000", answer.Registers!["rcx"]);
        Assert.NotEmpty(answer.Causes);
        Assert.NotEmpty(answer.NextSteps);
    }

    [Fact]
    public void The_stack_starts_with_the_fault_and_marks_what_was_scanned()
    {
        KernelFaultAnalysis answer = Analyze(ProcessFiles.Minidump());

        Assert.Equal(FrameTrust.Context, answer.Stack[0].Trust);
        Assert.Equal("contosoapp.exe+0x1a30", answer.Stack[0].Symbol);
        StackFrame caller = answer.Stack[1];
        Assert.Equal("contosoapp.exe+0x1b12", caller.Symbol);
        Assert.Equal(FrameTrust.CallScan, caller.Trust);
        Assert.Equal("not verified by code", caller.Note);
    }

    [Theory]
    [InlineData(1ul, 0x18ul, FaultClass.NullDereference, AccessKind.Write)]
    [InlineData(8ul, 0x0ul, FaultClass.NullDereference, AccessKind.Execute)]
    [InlineData(0ul, 0x1234_5678_9ABC_DEF0ul, FaultClass.NonCanonical, AccessKind.Read)]
    [InlineData(0ul, 0x2_0000_0000ul, FaultClass.WildPointer, AccessKind.Read)]
    [InlineData(8ul, 0x2_0000_0000ul, FaultClass.NoExecute, AccessKind.Execute)]
    [InlineData(1ul, 0x7FF6_1230_1100ul, FaultClass.ReadOnlyWrite, AccessKind.Write)]
    [InlineData(0ul, 0x7FFE_1000_0100ul, FaultClass.UseAfterFree, AccessKind.Read)]
    [InlineData(1ul, 0xD4_5EB0_EFF8ul, FaultClass.StackOverflow, AccessKind.Write)]
    public void An_access_violation_is_classed_by_address_and_access(ulong access, ulong address, FaultClass expected, AccessKind kind)
    {
        KernelFaultAnalysis answer = Analyze(ProcessFiles.Minidump(
            ("Exception.ExceptionInformation[0]", access), ("Exception.ExceptionInformation[1]", address)));

        Assert.Equal(expected, answer.FaultClass);
        Assert.Equal(kind, answer.Address!.Access);
    }

    [Fact]
    public void An_access_violation_at_minus_one_is_a_protection_fault_without_an_address()
    {
        KernelFaultAnalysis answer = Analyze(ProcessFiles.Minidump(("Exception.ExceptionInformation[1]", ulong.MaxValue)));

        Assert.Equal(FaultClass.ProtectionFault, answer.FaultClass);
        Assert.Null(answer.Address);
        Assert.Equal("contosoapp.exe: STATUS_ACCESS_VIOLATION in contosoapp.exe+0x1a30", answer.Title);
    }

    [Fact]
    public void An_in_page_error_blames_what_the_file_lies_on()
    {
        KernelFaultAnalysis answer = Analyze(ProcessFiles.Minidump(
            ("Exception.ExceptionCode", 0xC0000006), ("Exception.NumberParameters", 2), ("Exception.ExceptionInformation[1]", 0x7FF6_1230_1100)));

        Assert.Equal(FaultClass.InPageError, answer.FaultClass);
        Assert.Equal("storage", answer.Culprit!.Module);
        Assert.Equal(CulpritKind.Hardware, answer.Culprit.Kind);
    }

    [Fact]
    public void A_fault_in_a_part_of_the_system_blames_its_caller()
    {
        byte[] file = ProcessFiles.Minidump(9, ContextRecords.X64(new Dictionary<string, ulong>
        {
            ["rip"] = 0x7FFE_7DA0_5000, ["rsp"] = 0xD4_5EB0_F010, ["cs"] = 0x33, ["ss"] = 0x2B,
        }), ("Exception.ExceptionAddress", 0x7FFE_7DA0_5000));
        KernelFaultAnalysis answer = Analyze(file);

        Assert.Equal("contosoapp.exe", answer.Culprit!.Module);
        Assert.True(answer.Culprit.Confidence <= 0.5);
        Assert.Contains(answer.Culprit.Reasons, reason => reason.Contains("may be stale", StringComparison.Ordinal));
        Assert.Contains(answer.Culprit.Reasons, reason => reason.Contains("ntdll.dll+0x5000", StringComparison.Ordinal));
    }

    [Fact]
    public void A_NET_exception_without_its_runtime_still_tells_the_HRESULT()
    {
        KernelFaultAnalysis answer = Analyze(ProcessFiles.Minidump(
            ("Exception.ExceptionCode", 0xE0434352), ("Exception.NumberParameters", 1), ("Exception.ExceptionInformation[0]", 0xFFFFFFFF80004003)));

        Assert.Equal(FaultClass.UnhandledException, answer.FaultClass);
        Assert.Contains("CLR_EXCEPTION (HRESULT 0x80004003 E_POINTER)", answer.Title, StringComparison.Ordinal);
    }

    [Fact]
    public void A_snapshot_blames_nobody()
    {
        KernelFaultAnalysis answer = Analyze(ProcessFiles.Minidump(("Exception.ExceptionCode", 0)));

        Assert.Equal("contosoapp.exe: snapshot of a running process, no exception", answer.Title);
        Assert.Null(answer.Culprit);
        Assert.Equal(FaultClass.Unknown, answer.FaultClass);
    }

    [Fact]
    public void A_Linux_core_is_answered_with_its_signal()
    {
        KernelFaultAnalysis answer = Analyze(ProcessFiles.ElfCore());

        Assert.StartsWith("contosod: SIGSEGV", answer.Title, StringComparison.Ordinal);
        Assert.Contains("0x18 in contosod+0x1100", answer.Title, StringComparison.Ordinal);
        Assert.Equal(FaultClass.NullDereference, answer.FaultClass);
        Assert.Equal("contosod", answer.Culprit!.Module);
    }

    [Theory]
    [InlineData(7ul, 4ul, FaultClass.HardwareError, "memory")]
    [InlineData(7ul, 2ul, FaultClass.InPageError, "storage")]
    [InlineData(4ul, 1ul, FaultClass.InvalidOpcode, "contosod")]
    [InlineData(8ul, 1ul, FaultClass.DivideError, "contosod")]
    public void Signals_are_classed_by_their_code(ulong signal, ulong code, FaultClass expected, string culprit)
    {
        KernelFaultAnalysis answer = Analyze(ProcessFiles.ElfCore(("siginfo.si_signo", signal), ("siginfo.si_code", code)));

        Assert.Equal(expected, answer.FaultClass);
        Assert.Equal(culprit, answer.Culprit!.Module);
    }

    [Fact]
    public void A_program_that_was_told_to_end_is_not_blamed()
    {
        KernelFaultAnalysis answer = Analyze(ProcessFiles.ElfCore(("siginfo.si_signo", 15), ("siginfo.si_code", 0)));

        Assert.Equal(FaultClass.ManuallyInitiated, answer.FaultClass);
        Assert.Null(answer.Culprit);
    }

    private static KernelFaultAnalysis Analyze(byte[] bytes)
    {
        using var file = new TemporaryFile(bytes);
        using var analyzer = new KernelFaultAnalyzer(new AnalysisOptions { UseLocalImages = false });
        return analyzer.Analyze(file.Path);
    }
}
