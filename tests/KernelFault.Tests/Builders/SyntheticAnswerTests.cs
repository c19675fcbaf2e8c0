using KernelFault.Analysis;
using KernelFault.Unwinding;

namespace KernelFault.Tests.Builders;

/// <summary>
/// The answers an expert would give for the synthetic crashes of each processor. The files follow the documentation; only
/// the x64 builder is checked against real ones.
/// </summary>
public class SyntheticAnswerTests
{
    [Fact]
    public void X64_a_driver_that_writes_through_null_at_raised_IRQL_is_blamed_by_its_instruction()
    {
        KernelFaultAnalysis answer = Answer(SyntheticCrashes.NetworkDriverWritesNull());

        Assert.Equal(FaultClass.NullDereference, answer.FaultClass);
        AssertCulprit(answer, "contosonet.sys", CulpritKind.ThirdPartyDriver, 0.8);
        Assert.Equal(("contosonet.sys", 0x1A4Fu, "mov qword ptr [rcx+28h],rax"), (answer.Instruction!.Module, answer.Instruction.Offset!.Value, answer.Instruction.Text));
        Assert.Equal((AccessKind.Write, AddressRegion.NullPage), (answer.Address!.Access, answer.Address.Region));
        Assert.Contains("rcx = 0: NULL pointer, field at +0x28", answer.Address.Explanation, StringComparison.Ordinal);
        Assert.Equal(
            ["contosonet.sys+0x1a4f", "contosonet.sys+0x2c71", "ndis.sys+0x1b63a", "ntoskrnl.exe+0x34d0f2", "ntoskrnl.exe+0x34bd74", "ntoskrnl.exe+0x4a9a9e"],
            answer.Stack.Select(f => f.Symbol));
        Assert.Equal((FrameTrust.Context, FrameTrust.CallScan), (answer.Stack[0].Trust, answer.Stack[1].Trust));
        Assert.Empty(answer.Warnings);
    }

    [Fact]
    public void X64_with_the_drivers_image_the_stack_is_unwound_and_functions_have_names()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("kf-image-");
        File.WriteAllBytes(Path.Combine(folder.FullName, "contosonet.sys"), SyntheticCrashes.NetworkDriverImage().Build());
        try
        {
            KernelFaultAnalysis answer = Answer(SyntheticCrashes.NetworkDriverWritesNull(), folder.FullName);

            Assert.Equal(["contosonet.sys!DriverEntry+0x2f", "contosonet.sys!ContosoIndicate+0x21", "ndis.sys+0x1b63a"], answer.Stack.Take(3).Select(f => f.Symbol));
            Assert.Equal([FrameTrust.Context, FrameTrust.UnwindInfo, FrameTrust.UnwindInfo], answer.Stack.Take(3).Select(f => f.Trust));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void X64_a_machine_check_blames_the_hardware_and_no_driver()
    {
        KernelFaultAnalysis answer = Answer(SyntheticCrashes.ProcessorReportsMachineCheck());

        Assert.Equal(FaultClass.HardwareError, answer.FaultClass);
        AssertCulprit(answer, "hardware", CulpritKind.Hardware, 0.7);
        Assert.Null(answer.Culprit!.Driver);
        Assert.Equal("machine check of a processor", answer.StopCode!.Parameters[0].Decoded);
    }

    [Theory]
    [InlineData(false, 0xD1u)]
    [InlineData(true, 0x7Eu)]
    public void Arm64_a_driver_that_reads_through_null_is_blamed_by_its_instruction(bool unhandledException, uint code)
    {
        KernelFaultAnalysis answer = Answer(SyntheticCrashes.ArmDriverReadsNull(unhandledException));

        Assert.Equal(code, answer.StopCode!.Code);
        Assert.Equal(FaultClass.NullDereference, answer.FaultClass);
        AssertCulprit(answer, "badnet.sys", CulpritKind.ThirdPartyDriver, 0.8);
        Assert.Equal((0x1A3Cu, "ldr x8,[x9,#0x10]"), (answer.Instruction!.Offset!.Value, answer.Instruction.Text));
        Assert.Equal((AccessKind.Read, AddressRegion.NullPage), (answer.Address!.Access, answer.Address.Region));
        Assert.Contains("x9 = 0: NULL pointer, field at +0x10", answer.Address.Explanation, StringComparison.Ordinal);
        Assert.Equal(
            ["badnet.sys+0x1a3c", "badnet.sys+0x2e58", "ndis.sys+0x1c2a4", "ntoskrnl.exe+0x2b3d10", "ntoskrnl.exe+0x3f0a6c"],
            answer.Stack.Select(f => f.Symbol));
        Assert.All(answer.Stack.Skip(1), f => Assert.Equal(FrameTrust.FramePointer, f.Trust));
        Assert.Equal(KernelFault.Dumps.Architecture.Arm64, answer.System.Architecture);
    }

    [Fact]
    public void X86_an_unhandled_exception_is_read_from_the_trap_frame_that_the_bug_check_names()
    {
        KernelFaultAnalysis answer = Answer(SyntheticCrashes.X86UnhandledException());

        Assert.Equal((0x8Eu, "STATUS_ACCESS_VIOLATION"), (answer.StopCode!.Code, answer.Exception));
        Assert.Equal(FaultClass.NullDereference, answer.FaultClass);
        AssertCulprit(answer, "tailspin.sys", CulpritKind.ThirdPartyDriver, 0.8);
        Assert.Equal((0x11C2u, "mov eax,dword ptr [eax+18h]"), (answer.Instruction!.Offset!.Value, answer.Instruction.Text));

        // No exception record: the instruction and the registers tell the address.
        Assert.Equal((0x18UL, AccessKind.Read), (answer.Address!.Address.ToUInt64(), answer.Address.Access));
        Assert.Contains("Computed from the instruction", answer.Address.Explanation, StringComparison.Ordinal);
        Assert.Equal(
            ["tailspin.sys+0x11c2", "tailspin.sys+0x1a4e", "ntkrnlpa.exe+0x3d54e", "ntkrnlpa.exe+0x1f6a8b", "ntkrnlpa.exe+0x4421a"],
            answer.Stack.Select(f => f.Symbol));
        Assert.Equal("tailspinctl.ex", answer.System.ProcessName);
    }

    [Fact]
    public void X86_a_fault_in_the_kernel_at_raised_IRQL_is_blamed_on_the_driver_that_called_it()
    {
        KernelFaultAnalysis answer = Answer(SyntheticCrashes.X86RaisedIrql());

        Assert.Equal(0xAu, answer.StopCode!.Code);
        AssertCulprit(answer, "fabrikamfs.sys", CulpritKind.ThirdPartyDriver, 0.3);
        Assert.InRange(answer.Culprit!.Confidence, 0.3, 0.7);
        Assert.Equal(("ntkrnlpa.exe", 0x7C5E2u), (answer.Instruction!.Module, answer.Instruction.Offset!.Value));
        Assert.Equal((0x44UL, AccessKind.Write), (answer.Address!.Address.ToUInt64(), answer.Address.Access));
        Assert.Equal(
            ["ntkrnlpa.exe+0x7c5e2", "fabrikamfs.sys+0x3d16", "fabrikamfs.sys+0x2207", "fltmgr.sys+0x3aeb", "ntkrnlpa.exe+0x3d54e", "ntkrnlpa.exe+0x4421a"],
            answer.Stack.Select(f => f.Symbol));
    }

    internal static KernelFaultAnalysis Answer(WindowsTriageDumpBuilder builder, params string[] images)
    {
        using var file = new TemporaryFile(builder.Build());
        using var analyzer = new KernelFaultAnalyzer(new AnalysisOptions { UseLocalImages = false, ImagePath = images });
        return analyzer.Analyze(file.Path);
    }

    private static void AssertCulprit(KernelFaultAnalysis answer, string module, CulpritKind kind, double atLeast)
    {
        Assert.Equal((module, kind), (answer.Culprit?.Module, answer.Culprit!.Kind));
        Assert.InRange(answer.Culprit.Confidence, atLeast, 1);
        Assert.NotEmpty(answer.Culprit.Reasons);
    }
}
