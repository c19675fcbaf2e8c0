using KernelFault.Analysis;
using KernelFault.Dumps;
using KernelFault.Dumps.Windows;
using KernelFault.Kernels;
using KernelFault.Kernels.Images;
using KernelFault.Kernels.Symbols;
using KernelFault.Kernels.Windows;
using KernelFault.Memory;
using KernelFault.Unwinding;

namespace KernelFault.Tests.Unwinding;

/// <summary>Stacks and instructions of real dumps, without images: what their own memory proves.</summary>
public sealed class RealDumpStackTests
{
    [SkippableFact]
    public void The_faulting_instruction_of_the_sample_is_decoded_from_the_dump_itself()
    {
        using WindowsTriageDump dump = Open("triage_x64.dmp");
        WindowsKernel kernel = WindowsKernelReader.Read(dump, null);
        FaultInstruction instruction = Decode(dump, kernel, dump.Header.Context!);
        Assert.Equal(("amdppm.sys", 0x334Cu, "dump"), (instruction.Module, instruction.Offset!.Value, instruction.Origin));
        Assert.Equal("mov dword ptr [r9+r8],edx", instruction.Text);
        Assert.Equal((AccessKind.Write, 4), (instruction.Access, instruction.AccessSize!.Value));

        // A general protection fault does not say the address (the record has all ones); the registers do.
        RegisterSet registers = dump.Header.Context!;
        Assert.Equal(new VirtualAddress(registers["r9"]!.Value + registers["r8"]!.Value), instruction.EffectiveAddress);
    }

    [SkippableFact]
    public void The_stack_of_the_sample_starts_at_the_fault_and_goes_back_through_the_start_of_the_device()
    {
        using WindowsTriageDump dump = Open("triage_x64.dmp");
        WindowsKernel kernel = WindowsKernelReader.Read(dump, null);
        KernelModule nt = kernel.Modules[0];
        ISymbolSource? symbols = new SymbolStore([Corpus.File("corpus/symbols")]).Find(dump, nt);
        Assert.NotNull(symbols);
        IReadOnlyList<StackFrame> frames = Walk(dump, kernel, dump.Header.Context!, symbols);

        Assert.Equal(("amdppm.sys", 0x334Cu, FrameTrust.Context), (frames[0].Module, frames[0].Offset!.Value, frames[0].Trust));
        Assert.All(frames.Skip(1), frame => Assert.Equal(FrameTrust.CallScan, frame.Trust));
        List<string?> functions = frames.Select(f => f.Function).Where(f => f is not null).ToList();
        string[] story = ["IofCallDriver", "PnpSendIrp", "PnpStartDevice", "PipProcessDevNodeTree", "ExpWorkerThread", "PspSystemThreadStartup", "KiStartSystemThread"];
        Assert.Equal(story, functions.Where(f => story.Contains(f)));

        // Code that the dump holds proves some of them, in the driver and in the framework that called it.
        Assert.Contains(frames, frame => frame is { Module: "amdppm.sys", Note: null });
        Assert.Contains(frames, frame => frame is { Module: "Wdf01000.sys", Note: null });
        Assert.All(frames.Skip(1).Zip(frames.Skip(2)), pair => Assert.True(pair.First.StackPointer < pair.Second.StackPointer));
    }

    [SkippableFact]
    public void The_kernel_frames_of_a_dump_are_those_that_windbg_shows()
    {
        using WindowsTriageDump dump = Open("19041_4a.dmp");
        WindowsKernel kernel = WindowsKernelReader.Read(dump, null);
        List<ulong> expected = File.ReadLines(Corpus.WindowsDump("19041_4a.analyze-v.txt"))
            .SkipWhile(line => !line.StartsWith("STACK_TEXT", StringComparison.Ordinal)).Skip(1)
            .TakeWhile(line => line.Length > 36 && line[8] == '`')
            .Select(line => Convert.ToUInt64(line.Substring(18, 17).Replace("`", string.Empty, StringComparison.Ordinal), 16))
            .Where(address => address >> 47 != 0).ToList();
        Assert.True(expected.Count >= 2);
        IReadOnlyList<StackFrame> frames = Walk(dump, kernel, dump.Header.Context!, null);
        Assert.Equal(expected, frames.Skip(1).Take(expected.Count).Select(f => f.InstructionPointer!.Value.ToUInt64()));
    }

    [SkippableFact]
    public void The_bug_check_stack_of_a_dump_crosses_the_trap_frame_to_the_driver()
    {
        using WindowsTriageDump dump = Open("19041_d1.dmp");
        WindowsKernel kernel = WindowsKernelReader.Read(dump, null);
        IReadOnlyList<StackFrame> frames = Walk(dump, kernel, dump.Header.Context!, null);
        int fault = Assert.IsType<int>(StackUnwinder.InterruptedFrame(frames));
        Assert.Equal(dump.Header.BugCheckParameters[3], frames[fault].InstructionPointer!.Value.ToUInt64());
        Assert.Equal("ks.sys", frames[fault].Module);
        Assert.All(frames.Take(fault), frame => Assert.Equal("ntoskrnl.exe", frame.Module));
    }

    [SkippableFact]
    public void Every_real_dump_gives_a_stack_that_stays_on_its_stack()
    {
        foreach (string path in Directory.GetFiles(Corpus.File("corpus/windows"), "*.dmp").Where(path => !path.Contains("zeroed", StringComparison.Ordinal)))
        {
            using var dump = (WindowsTriageDump)CrashDump.Open(path);
            WindowsKernel kernel = WindowsKernelReader.Read(dump, null);
            foreach (CapturedContext context in kernel.Contexts.Where(context => !context.IsUserMode))
            {
                IReadOnlyList<StackFrame> frames = Walk(dump, kernel, context.Registers, null);
                Assert.InRange(frames.Count, 1, 128);
                Assert.All(frames.Skip(1), frame => Assert.True(frame.StackPointer >= kernel.StackStart && frame.StackPointer < kernel.StackStart!.Value + kernel.StackSize));
                Assert.All(frames.Skip(1), frame => Assert.NotNull(frame.Module));
                _ = Decode(dump, kernel, context.Registers);
            }
        }
    }

    private static WindowsTriageDump Open(string name) => (WindowsTriageDump)CrashDump.Open(Corpus.WindowsDump(name));

    private static FaultInstruction Decode(WindowsTriageDump dump, WindowsKernel kernel, RegisterSet registers) =>
        new InstructionDecoder(dump.Memory, kernel.Modules, ImageStore.Empty()).Decode(registers.InstructionPointer, registers);

    private static IReadOnlyList<StackFrame> Walk(WindowsTriageDump dump, WindowsKernel kernel, RegisterSet registers, ISymbolSource? symbols) =>
        new StackUnwinder(dump.Architecture, kernel.Modules, dump.Memory, kernel.StackStart!.Value, kernel.StackSize, ImageStore.Empty(), symbols).Walk(registers);
}
