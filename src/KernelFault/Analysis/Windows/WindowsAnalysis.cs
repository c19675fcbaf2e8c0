using System.Globalization;
using KernelFault.Dumps;
using KernelFault.Dumps.Windows;
using KernelFault.Formats;
using KernelFault.Kernels;
using KernelFault.Kernels.Images;
using KernelFault.Kernels.Symbols;
using KernelFault.Kernels.Windows;
using KernelFault.Knowledge;
using KernelFault.Memory;
using KernelFault.Unwinding;

namespace KernelFault.Analysis.Windows;

/// <summary>Makes the answer for a Windows kernel dump: reads facts, locates the fault, walks the stack, weighs the evidence, explains.</summary>
internal sealed class WindowsAnalysis
{
    private const int MostFrames = 64;

    private static readonly IWindowsEvidence[] s_evidence =
    [
        new KernelVerdictEvidence(),
        new InstructionEvidence(),
        new UnloadedDriverEvidence(),
        new ParameterEvidence(),
        new ProcessEvidence(),
        new StackEvidence(),
        new HardwareEvidence(),
        new ProcessorEvidence(),
        new CircumstanceEvidence(),
    ];

    private readonly KnowledgeBase _knowledge;
    private readonly BugCheckDecoder _decoder;
    private readonly DriverStanding _standing;
    private readonly ImageStore _images;
    private readonly SymbolStore? _symbols;

    internal WindowsAnalysis(KnowledgeBase knowledge, ImageStore images, SymbolStore? symbols)
    {
        _knowledge = knowledge;
        _decoder = new BugCheckDecoder(knowledge);
        _standing = new DriverStanding(knowledge);
        _images = images;
        _symbols = symbols;
    }

    /// <summary>Analyses one dump.</summary>
    internal KernelFaultAnalysis Analyze(WindowsDump dump, CancellationToken cancellation)
    {
        var warnings = new List<string>();
        ISymbolSource? symbols = Symbols(dump, warnings, cancellation);
        WindowsKernel kernel = WindowsKernelReader.Read(dump, symbols);
        cancellation.ThrowIfCancellationRequested();

        WindowsCrash crash = Describe(dump, kernel, symbols, cancellation);
        var log = new EvidenceLog(_standing);
        foreach (IWindowsEvidence evidence in s_evidence)
        {
            cancellation.ThrowIfCancellationRequested();
            evidence.Collect(crash, log);
        }

        Culprit? culprit = CulpritRule.Decide(log.Suspicions, _standing, log.Doubts);
        if (culprit is null)
        {
            warnings.Add("Nothing in this dump points to anyone: the parameters name no driver, and the stack holds only core parts of Windows. More dumps of this machine, or Driver Verifier, would tell more.");
        }

        if (_images.HasImagePath)
        {
            warnings.AddRange(OtherVersions(crash));
        }

        warnings.AddRange(dump.Warnings);
        warnings.AddRange(kernel.Warnings);
        var text = new WindowsAnswerText(crash, culprit);
        return new KernelFaultAnalysis
        {
            Path = dump.Path,
            Kind = dump.Kind,
            Title = text.Title(),
            BucketId = Bucket(crash, log.Suspicions),
            FaultClass = crash.FaultClass,
            StopCode = crash.StopCode,
            Exception = crash.Fault.Status is { } status ? _knowledge.FindStatus(status)?.Name ?? Hex(status) : null,
            Culprit = culprit,
            Address = crash.Address,
            Instruction = crash.Instruction,
            Stack = crash.Stack,
            Registers = Registers(crash.Fault.Registers ?? dump.Header.Context),
            System = Facts(dump, kernel, crash.Fault),
            Findings = log.Findings,
            Causes = text.Causes(),
            NextSteps = text.NextSteps(),
            Warnings = Cleaned(warnings),
            Modules = WithStanding(kernel.Modules),
            UnloadedModules = kernel.UnloadedModules,
            MemoryManager = kernel.MemoryManager,
            Verifier = kernel.Verifier,
            BlackBoxes = kernel.BlackBoxes,
            SecondaryData = (dump as WindowsTriageDump)?.SecondaryData ?? [],
        };
    }

    private static List<string> Cleaned(List<string> warnings)
    {
        var cleaned = new List<string>(warnings.Count);
        foreach (string warning in warnings)
        {
            string text = PrintableText.Clean(warning);
            if (!cleaned.Contains(text))
            {
                cleaned.Add(text);
            }
        }

        return cleaned;
    }

    private static string Hex(uint value) => "0x" + value.ToString("X8", CultureInfo.InvariantCulture);

    private static Dictionary<string, string>? Registers(RegisterSet? registers)
    {
        if (registers is null)
        {
            return null;
        }

        var values = new Dictionary<string, string>();
        foreach (RegisterValue register in registers.Values)
        {
            values[register.Name] = new VirtualAddress(register.Value).Hex;
        }

        return values;
    }

    private static SystemFacts Facts(WindowsDump dump, WindowsKernel kernel, Fault fault) => new()
    {
        Architecture = dump.Architecture,
        OperatingSystem = kernel.WindowsName is { } name ? $"{name} (build {kernel.BuildNumber})" : $"Windows build {kernel.BuildNumber}",
        BuildNumber = kernel.BuildNumber,
        ProductType = kernel.ProductType,
        CrashTime = dump.Header.SystemTime,
        UptimeSeconds = dump.Header.SystemUpTime is { } uptime ? (long)uptime.TotalSeconds : null,
        ProcessorCount = dump.Header.NumberProcessors,
        ProcessorNumber = kernel.ProcessorNumber,
        Irql = fault.Irql,
        ProcessName = kernel.ProcessName,
        ProcessId = kernel.ProcessId,
        ThreadId = kernel.ThreadId,
    };

    // The formula: docs/bucket-id.md. Nothing that images or symbols could change goes in.
    private static string Bucket(WindowsCrash crash, IReadOnlyList<Suspicion> suspicions)
    {
        string? place = crash.FaultingModule is { } module && crash.Fault.InstructionPointer is { } pointer
            ? FormattableString.Invariant($"{module.Name}+{pointer - module.BaseAddress:x}")
            : suspicions.Where(s => s.Kind is EvidenceKind.NamedByKernel or EvidenceKind.Device or EvidenceKind.Parameter or EvidenceKind.Process)
                .OrderByDescending(s => s.Weight).ThenBy(s => s.Module, StringComparer.OrdinalIgnoreCase).FirstOrDefault()?.Module;
        return BucketId.From(
            FormattableString.Invariant($"0x{crash.StopCode.Code:X}"),
            crash.Semantics.CaseValue is { } selected ? FormattableString.Invariant($"case{selected:x}") : null,
            crash.Fault.Status is { } status ? FormattableString.Invariant($"{status:x8}") : null,
            crash.FaultClass.ToString(),
            place);
    }

    private ISymbolSource? Symbols(WindowsDump dump, List<string> warnings, CancellationToken cancellation)
    {
        if (dump is not WindowsTriageDump triage || _symbols is null)
        {
            return null;
        }

        IReadOnlyList<KernelModule> modules = WindowsModuleReader.ReadModules(triage);
        if (modules.Count == 0)
        {
            return null;
        }

        SymbolLookup lookup = _symbols.Search(dump, modules[0], cancellation);
        if (lookup.Source is null)
        {
            warnings.AddRange(lookup.Reasons);
        }

        return lookup.Source;
    }

    // An image of another version would have been of use, so its owner should know why it was not.
    private IEnumerable<string> OtherVersions(WindowsCrash crash) => crash.Stack
        .Select(frame => frame.InstructionPointer is { } pointer ? crash.Kernel.ModuleAt(pointer) : null)
        .OfType<KernelModule>()
        .Distinct()
        .Select(module => (Module: module, Match: _images.Match(module)))
        .Where(image => image.Match.MismatchPath is not null)
        .Select(image => $"{image.Match.MismatchPath} is another version of {image.Module.Name} than the one that crashed ({image.Match.MismatchKey}); it was not used.");

    private WindowsCrash Describe(WindowsDump dump, WindowsKernel kernel, ISymbolSource? symbols, CancellationToken cancellation)
    {
        WindowsDumpHeader header = dump.Header;
        StopCode stopCode = _decoder.Decode(header.BugCheckCode, header.BugCheckParameters, kernel.BuildNumber, dump.Architecture);
        BugCheckSemantics semantics = _decoder.Interpret(header.BugCheckCode, header.BugCheckParameters, kernel.BuildNumber, dump.Architecture);
        Fault fault = new FaultLocator(dump, kernel, semantics).Locate();
        FaultInstruction? instruction = Instruction(dump, kernel, symbols, fault);
        var explainer = new FaultExplainer(kernel, dump.Architecture, new AddressClassifier(kernel, dump.Architecture, (dump as WindowsTriageDump)?.DebuggerData?.PteBase));
        FaultAddress? address = explainer.Explain(fault, instruction);
        return new WindowsCrash
        {
            Kernel = kernel,
            Architecture = dump.Architecture,
            Dump = dump,
            Symbols = symbols,
            StopCode = stopCode,
            Semantics = semantics,
            Fault = fault,
            Address = address,
            Instruction = instruction,
            FaultClass = FaultClassifier.Classify(semantics, fault, address, _knowledge),
            Stack = Stack(dump, kernel, symbols, fault, cancellation),
            Standing = _standing,
            KnowledgeBase = _knowledge,
        };
    }

    private FaultInstruction? Instruction(WindowsDump dump, WindowsKernel kernel, ISymbolSource? symbols, Fault fault)
    {
        if (fault.InstructionPointer is not { } pointer)
        {
            return null;
        }

        RegisterSet registers = fault.Registers ?? new RegisterSet(dump.Architecture, []);
        FaultInstruction decoded = new InstructionDecoder(dump.Memory, kernel.Modules, _images).Decode(pointer, registers, fault.Address);
        KernelSymbol? symbol = symbols?.Find(pointer);
        return symbol is null ? decoded : decoded with { Function = FormattableString.Invariant($"{symbol.Name}+0x{symbol.Displacement:x}") };
    }

    private IReadOnlyList<StackFrame> Stack(WindowsDump dump, WindowsKernel kernel, ISymbolSource? symbols, Fault fault, CancellationToken cancellation)
    {
        var unwinder = new StackUnwinder(dump.Architecture, kernel.Modules, dump.Memory, kernel.StackStart ?? default, kernel.StackSize, _images, symbols, kernel.BuildNumber);
        IReadOnlyList<StackFrame> frames = fault.Registers is { } registers ? unwinder.Walk(registers, MostFrames, cancellation) : [];
        if (frames.Count > 1 || dump.Header.Context is not { } bugCheck)
        {
            return frames;
        }

        // The stack of the fault is not in the dump: what is left is the one that the bug check ran on.
        IReadOnlyList<StackFrame> rest = unwinder.Walk(bugCheck, MostFrames, cancellation);
        return frames.Count == 0
            ? rest
            : [frames[0], .. rest.Select((frame, index) => frame with { Index = index + 1, Note = frame.Note ?? (index == 0 ? "bug check" : null) })];
    }

    private KernelModule[] WithStanding(IReadOnlyList<KernelModule> modules)
    {
        var known = new KernelModule[modules.Count];
        for (int i = 0; i < known.Length; i++)
        {
            known[i] = WithStanding(modules[i]);
        }

        return known;
    }

    private KernelModule WithStanding(KernelModule module) => _standing.Of(module) switch
    {
        ModuleStanding.Unknown => module,
        ModuleStanding.ThirdParty => module with { IsOperatingSystem = false },

        // Windows is built reproducibly: its timestamps are hashes, whatever date they happen to give.
        _ => module with { IsOperatingSystem = true, LinkTime = null },
    };
}
