using KernelFault.Dumps.Windows;
using KernelFault.Formats;
using KernelFault.Memory;

namespace KernelFault.Kernels.Windows;

/// <summary>Reads what a Windows dump says about the kernel that crashed.</summary>
public static class WindowsKernelReader
{
    private const int LongestBuildLab = 128;

    /// <summary>Reads it. Never fails on a damaged part: that is null and a warning.</summary>
    /// <param name="dump">The dump; stays open.</param>
    /// <param name="symbols">Names and structures of its kernel; null for the built-in table of structure offsets.</param>
    /// <returns>The kernel.</returns>
    public static WindowsKernel Read(WindowsDump dump, ISymbolSource? symbols)
    {
        var warnings = new List<string>();
        return dump is WindowsTriageDump triage ? ReadTriage(triage, symbols, warnings) : ReadHeader(dump);
    }

    private static WindowsKernel ReadHeader(WindowsDump dump)
    {
        var contexts = new WindowsContextReader(dump);
        return new WindowsKernel
        {
            BuildNumber = dump.Header.BuildNumber,
            WindowsName = WindowsBuilds.NameOf(dump.Header),
            ProductType = WindowsBuilds.ProductTypeOf(dump.Header),
            Modules = [],
            UnloadedModules = [],
            Contexts = contexts.ReadContexts(null, null),
            Exception = contexts.ReadException(),
            BlackBoxes = [],
            Warnings = dump.Warnings,
        };
    }

    private static WindowsKernel ReadTriage(WindowsTriageDump dump, ISymbolSource? symbols, List<string> warnings)
    {
        if (dump.DebuggerData is null)
        {
            warnings.Add("The dump has no readable kernel debugger data (KDDEBUGGER_DATA64): what depends on its offsets is missing.");
        }

        WindowsThreadFacts facts = new WindowsThreadReader(dump, symbols, warnings).Read();
        var contexts = new WindowsContextReader(dump);
        (VirtualAddress, VirtualAddress)? stack =
            facts.StackLimit is { } low && facts.StackBase is { } high ? (low, high) : null;
        IReadOnlyList<BlackBox> boxes = BlackBoxReader.Read(dump);
        MemoryManagerFacts? memoryManager = MemoryManagerReader.Read(dump, warnings);
        return new WindowsKernel
        {
            BuildNumber = dump.Header.BuildNumber,
            WindowsName = WindowsBuilds.NameOf(dump.Header),
            ProductType = WindowsBuilds.ProductTypeOf(dump.Header),
            BuildLab = ReadBuildLab(dump),
            Modules = WindowsModuleReader.ReadModules(dump),
            UnloadedModules = WindowsModuleReader.ReadUnloadedModules(dump),
            Contexts = contexts.ReadContexts(facts.TrapFrame, stack),
            Exception = contexts.ReadException(),
            ProcessorNumber = facts.ProcessorNumber,
            Processors = new ProcessorReader(dump).Read(),
            Irql = facts.Irql,
            ProcessAddress = facts.ProcessAddress,
            ProcessName = facts.ProcessName,
            ProcessId = facts.ProcessId,
            ThreadAddress = facts.ThreadAddress,
            ThreadId = facts.ThreadId,
            StackStart = dump.StackStart,
            StackSize = dump.StackSize,
            StackBase = facts.StackBase,
            StackLimit = facts.StackLimit,
            MemoryManager = memoryManager,
            Verifier = VerifierReader.Read(dump, memoryManager is not null, warnings),
            BlackBoxes = boxes,
            ProcessorName = BlackBoxReader.ProcessorName(boxes) ?? facts.Processor,
            Warnings = [.. dump.Warnings, .. warnings],
        };
    }

    // nt!NtBuildLab, such as 19041.1.amd64fre.vb_release.191206-1406; in the dump when Windows chose that page.
    private static string? ReadBuildLab(WindowsTriageDump dump)
    {
        if (dump.DebuggerData?.NtBuildLab is not { } address)
        {
            return null;
        }

        Span<byte> bytes = stackalloc byte[LongestBuildLab];
        bytes = bytes.Slice(0, dump.Memory.Read(address, bytes));
        string lab = LittleEndian.Ascii(bytes);
        return lab.Length > 0 && lab.Length < LongestBuildLab && char.IsDigit(lab[0]) ? PrintableText.Clean(lab) : null;
    }
}
