using KernelFault.Analysis;
using KernelFault.Analysis.Linux.Vmcores;
using KernelFault.Dumps.Linux;
using KernelFault.Kernels.Linux;
using KernelFault.Kernels.Linux.Types;
using KernelFault.Memory;
using KernelFault.Reports;

namespace KernelFault.Tests.Hostile;

/// <summary>What people ask of a vmcore, each asked to its end.</summary>
internal static class VmcoreQuestions
{
    private static readonly KernelFaultAnalyzer Analyzer = new(new AnalysisOptions { UseLocalImages = false });

    /// <summary>The questions by name: each reads another part of the kernel.</summary>
    public static IReadOnlyList<(string Name, Action<LinuxVmcore> Ask)> All { get; } =
    [
        ("analysis", Analyze),
        ("log", In(session => session.ReadLog().Count())),
        ("threads", In(session => session.ReadThreads(_ => true, includeStack: true).Sum(thread => thread.Stack?.Count ?? 0))),
        ("modules", In(AskModules)),
        ("symbols", In(AskSymbols)),
        ("types", In(AskTypes)),
        ("heap", In(AskHeap)),
        ("page tables", In(AskPageTables)),
        ("code", In(AskCode)),
    ];

    /// <summary>The question of which everything is a part.</summary>
    public static void Analyze(LinuxVmcore dump)
    {
        KernelFaultAnalysis answer = Analyzer.Analyze(dump);
        _ = PowerShellJson.Write(answer);
        _ = AnalysisText.Render(answer, 100);
    }

    private static Action<LinuxVmcore> In(Func<VmcoreSession, int> ask) => dump =>
    {
        VmcoreSession session = VmcoreSession.Of(dump);
        _ = ask(session) + session.Warnings.Count;
    };

    private static int AskModules(VmcoreSession session)
    {
        int found = VmcoreModules.Read(session).Count + (VmcoreModules.LastUnloaded(session)?.Length ?? 0);
        foreach (LinuxKernelModule module in session.Kernel.Modules)
        {
            found += session.Kernel.Symbols.Find(module.BaseAddress ?? module.Address)?.Name.Length ?? 0;
            found += session.Kernel.FindExceptionTableEntry((module.BaseAddress ?? module.Address) + 5) is null ? 0 : 1;
        }

        return found + (session.Resolve("kf_faults:update_counter")?.Hex.Length ?? 0);
    }

    private static int AskSymbols(VmcoreSession session)
    {
        int found = session.FindSymbols("*vfs_w*").Count();
        foreach (string name in (string[])["vfs_write", "init_task", "__per_cpu_offset", "_end", "no_such_name"])
        {
            found += session.Resolve(name) is { } address ? session.SymbolAt(address + 3)?.Name.Length ?? 0 : 0;
        }

        return found;
    }

    private static int AskTypes(VmcoreSession session)
    {
        int found = session.DescribeType("task_struct")?.Members.Count ?? 0;
        found += session.DescribeType("page")?.Members.Count ?? 0;
        found += session.HasMember("struct task_struct", "thread.sp") ? 1 : 0;
        if (session.Resolve("modules") is { } modules)
        {
            found += session.ListAt("module", "list", modules).Take(100).Sum(Values);
        }

        return found + (session.Resolve("init_task") is { } task && session.ObjectAt("task_struct", task) is { } view ? Values(view) : 0);
    }

    private static int Values(KernelObject one) => KernelObjectView.Expand(one, 2).Count;

    private static int AskHeap(VmcoreSession session)
    {
        int found = 0;
        foreach (ulong register in session.Panic.FaultRegisters?.Values.Select(r => r.Value) ?? [])
        {
            found += session.FindSlabObject(new VirtualAddress(register))?.Index ?? 0;
            found += session.FindVmallocArea(new VirtualAddress(register)) is null ? 0 : 1;
        }

        return found;
    }

    private static int AskPageTables(VmcoreSession session)
    {
        int found = 0;
        ulong[] more = [0, 0x40_0000, 0x7FFF_FFFF_E000, 0xFFFF_8880_0000_0000, 0xFFFF_C900_0000_0000, 0xFFFF_FFFF_8100_0000, 0xFFFF_FFFF_FF60_0000, ulong.MaxValue];
        foreach (ulong address in more.Concat(session.Panic.FaultRegisters?.Values.Select(r => r.Value) ?? []))
        {
            var at = new VirtualAddress(address);
            found += session.Kernel.PageTable.Walk(at).Levels.Count + (int)session.Kernel.AddressSpace.RegionOf(at);
            found += session.ReadMemory(at, 64, isPhysical: false).Sum(line => line.Bytes.Length);
        }

        return found;
    }

    private static int AskCode(VmcoreSession session)
    {
        int found = session.Resolve("vfs_write") is { } function ? session.Disassemble(function, null).Count() : 0;
        foreach (ulong address in session.Panic.FaultRegisters?.Values.Select(r => r.Value) ?? [])
        {
            found += session.Kernel.FindBugTableEntry(new VirtualAddress(address)) is null ? 0 : 1;
            found += session.Kernel.FindExceptionTableEntry(new VirtualAddress(address)) is null ? 0 : 1;
        }

        return found;
    }
}
