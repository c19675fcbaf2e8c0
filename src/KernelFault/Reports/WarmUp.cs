using KernelFault.Analysis;
using KernelFault.Dumps;
using KernelFault.Knowledge;
using KernelFault.Memory;
using KernelFault.Unwinding;

namespace KernelFault.Reports;

/// <summary>
/// Loads on a second processor what nearly every answer needs late, while the first still opens the file: the tables of
/// the disassembler, the knowledge, the layout of the page. For programs that answer once and end.
/// </summary>
public static class WarmUp
{
    /// <summary>Starts loading and returns at once. Does nothing on a machine with one processor.</summary>
    public static void Start()
    {
        if (Environment.ProcessorCount > 1)
        {
            new Thread(RunQuietly) { IsBackground = true, Name = "warm-up" }.Start();
        }
    }

    internal static void Run()
    {
        // mov [rcx+28h],rax
        ReadOnlySpan<byte> code = [0x48, 0x89, 0x41, 0x28];
        X86InstructionDecoder.Decode(code, 64, 0, new RegisterSet(Architecture.X64, [new("rcx", 0)]));
        KnowledgeBase knowledge = KnowledgeBase.Default;
        StopCode stop = new BugCheckDecoder(knowledge).Decode(0xD1, [0, 2, 0, 0], null, Architecture.X64);
        knowledge.FindDriver("ntfs.sys");
        AnalysisText.Render(
            new KernelFaultAnalysis
            {
                Path = "-",
                Kind = DumpKind.WindowsTriage,
                Title = "-",
                BucketId = BucketId.From("-"),
                FaultClass = FaultClass.NullDereference,
                StopCode = stop,
                Culprit = new Culprit { Module = "-", Kind = CulpritKind.Kernel, Confidence = 0, Reasons = ["-"] },
                Address = new FaultAddress { Address = new VirtualAddress(0), Access = AccessKind.Read, Region = AddressRegion.NullPage, Explanation = "-" },
                Stack = [new StackFrame { Index = 0, InstructionPointer = new VirtualAddress(0), Trust = FrameTrust.Context }],
                System = new SystemFacts { Architecture = Architecture.X64, CrashTime = new DateTime(2000, 1, 1), UptimeSeconds = 1 },
                Findings = [new Finding("-", FindingSeverity.Decisive, "-", "-")],
                Causes = ["-"],
                NextSteps = [new NextStep("-", null)],
                Warnings = [],
                Modules = [],
                UnloadedModules = [],
            },
            ReportPage.MaximumWidth);
    }

    private static void RunQuietly()
    {
        try
        {
            Run();
        }
#pragma warning disable CA1031 // Whatever went wrong here goes wrong again where it has a caller.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }
}
