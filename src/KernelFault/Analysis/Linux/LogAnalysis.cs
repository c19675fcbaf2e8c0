using KernelFault.Dumps;
using KernelFault.Dumps.Logs;
using KernelFault.Formats;
using KernelFault.Knowledge;
using KernelFault.Memory;
using KernelFault.Unwinding;

namespace KernelFault.Analysis.Linux;

/// <summary>Turns a kernel log into an answer.</summary>
public static class LogAnalysis
{
    private const string KernelName = "vmlinux";

    /// <summary>Analyses a log.</summary>
    /// <param name="log">The log.</param>
    /// <param name="options">Not needed for logs; images and symbols are of no use to them.</param>
    /// <param name="cancellation">Ends the work at once.</param>
    /// <returns>The answer. Where the log holds no crash, its title says so and <see cref="LinuxReport.IsCrash"/> is false.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static KernelFaultAnalysis Analyze(KernelLog log, AnalysisOptions options, CancellationToken cancellation = default)
    {
        if (log is null)
        {
            throw new ArgumentNullException(nameof(log));
        }

        cancellation.ThrowIfCancellationRequested();
        if (log.First is not CrashReport first)
        {
            return WithoutCrash(log);
        }

        var recogniser = new CrashRecogniser(LinuxFrameFacts.Shipped);
        Recognition recognition = recogniser.Recognise(first);
        if (recognition.Damage is null && log.Facts.Disconnected)
        {
            recognition = recognition with { Damage = DamageReasons.ConsoleLost };
        }

        var evidence = CrashEvidence.Read(log, first, recognition);
        cancellation.ThrowIfCancellationRequested();
        LinuxCrash[] others = log.Later.Select(r => Other(recogniser.Recognise(r), r)).ToArray();
        return Assemble(evidence, others);
    }

    private static KernelFaultAnalysis Assemble(CrashEvidence evidence, IReadOnlyList<LinuxCrash> others)
    {
        Recognition recognition = evidence.Recognition;
        FaultClass faultClass = FaultClassifier.Classify(evidence);
        string? frame = TitleText.Frame(recognition.Title);
        string? file = FindGuiltyFile(evidence);
        string? subsystem = LinuxCrashKnowledge.Shipped.Subsystem(file is null || LinuxFrameFacts.Shipped.IsInnocentFile(file) ? null : file, frame);
        Culprit? culprit = new LinuxCulprit(LinuxFrameFacts.Shipped, LinuxCrashKnowledge.Shipped).Find(evidence, faultClass, frame, subsystem);
        FaultAddress? address = LinuxFindings.Describe(evidence);
        IReadOnlyList<LinuxStack> stacks = CallTraceReader.ReadOthers(evidence.Report);
        LinuxCrashKnowledge.CrashMeaning meaning = LinuxCrashKnowledge.Shipped.Of(recognition.Rule?.Kind);
        var warnings = new List<string>(evidence.Log.Warnings);
        if (recognition.Damage is not null)
        {
            warnings.Add("The report is not whole: " + recognition.Damage);
        }

        return new KernelFaultAnalysis
        {
            Path = evidence.Log.Path,
            Kind = DumpKind.KernelLog,
            Title = recognition.Title,
            BucketId = Bucket(recognition.Title, culprit),
            FaultClass = faultClass,
            Exception = ExceptionName(recognition.Rule?.Kind, evidence.Log.Architecture),
            Culprit = culprit,
            Address = address,
            Instruction = Instruction(evidence),
            Stack = Stack(evidence),
            Registers = evidence.Registers?.Values.ToDictionary(r => r.Name, r => new VirtualAddress(r.Value).Hex, StringComparer.Ordinal),
            System = SystemOf(evidence),
            Findings = new LinuxFindings(LinuxCrashKnowledge.Shipped).Collect(evidence, address, stacks),
            Causes = meaning.Causes,
            NextSteps = LinuxNextSteps.Choose(meaning, evidence, culprit),
            Warnings = warnings,
            Modules = [],
            UnloadedModules = [],
            Linux = LinuxReportBuilder.Build(evidence, frame, file, subsystem, stacks, others),
        };
    }

    private static KernelFaultAnalysis WithoutCrash(KernelLog log) => new()
    {
        Path = log.Path,
        Kind = DumpKind.KernelLog,
        Title = "No crash in this log",
        BucketId = Bucket("No crash in this log", null),
        FaultClass = FaultClass.Unknown,
        Stack = [],
        System = new SystemFacts { Architecture = log.Architecture, OperatingSystem = OperatingSystem(log.Facts.Version?.Split(' ').ElementAtOrDefault(2)) },
        Findings = [],
        Causes = [],
        NextSteps = [],
        Warnings = log.Warnings,
        Modules = [],
        UnloadedModules = [],
        Linux = new LinuxReport { IsCrash = false, Panicked = log.Facts.Panicked },
    };

    private static LinuxCrash Other(Recognition recognition, CrashReport report) =>
        new(recognition.Title, LinuxCrashTypes.Shipped.Of(recognition.Title), report.Raw[0].Seconds, report.Offset);

    /// <summary>A report that was shortened lost lines that may name files; the whole log after its headline is then read.</summary>
    private static string? FindGuiltyFile(CrashEvidence evidence)
    {
        IReadOnlyList<string> lines = evidence.Report.IsShortened ? evidence.Report.Raw.Select(l => l.Text).ToArray() : evidence.Report.Lines;
        return new GuiltyFile(LinuxFrameFacts.Shipped).Find(lines, evidence.Recognition.Rule?.Kind == "rcu-stall");
    }

    /// <summary>Same title, same module: same crash. The title holds nothing that differs from run to run.</summary>
    private static string Bucket(string title, Culprit? culprit) =>
        "L" + BucketId.Hash("linux/1\n" + title + "\n" + culprit?.Module).ToString("x16", System.Globalization.CultureInfo.InvariantCulture);

    private static string? ExceptionName(string? kind, Architecture architecture) => kind switch
    {
        _ when architecture is not (Architecture.X64 or Architecture.X86) => null,
        "null-pointer" or "page-fault" or "user-access" or "stack-guard" => "#PF",
        "general-protection" => "#GP",
        "stack-segment" => "#SS",
        "double-fault" => "#DF",
        "divide-error" => "#DE",
        "invalid-opcode" or "kernel-bug" or "list-corruption" => "#UD",
        "breakpoint" => "#BP",
        "machine-check" => "#MC",
        _ => null,
    };

    private static FaultInstruction? Instruction(CrashEvidence evidence)
    {
        if (evidence.Pointer is null && evidence.InstructionPointer is null)
        {
            return null;
        }

        string? bytes = evidence.Code is null || evidence.Faulting is not Iced.Intel.Instruction faulting
            ? evidence.Words?.Faulting
            : string.Concat(evidence.Code.Bytes.Skip(evidence.Code.Marked).Take(faulting.Length).Select(b => b.ToString("x2", System.Globalization.CultureInfo.InvariantCulture)));
        return new FaultInstruction
        {
            Address = evidence.InstructionPointer is ulong pointer ? new VirtualAddress(pointer) : null,
            Module = evidence.Pointer is null ? null : evidence.Pointer.Module ?? KernelName,
            Function = evidence.Pointer is null ? null : FormattableString.Invariant($"{evidence.Pointer.Function}+0x{evidence.Pointer.Offset:x}"),
            Bytes = bytes,
            Text = evidence.Faulting is Iced.Intel.Instruction instruction ? CodeReader.Text(instruction) : evidence.Words?.Text,
            EffectiveAddress = evidence.EffectiveAddress is ulong effective ? new VirtualAddress(effective) : null,
            Access = evidence.Access,
            Origin = bytes is null ? null : "log",
        };
    }

    private static StackFrame[] Stack(CrashEvidence evidence)
    {
        // What stands above the exception is the report's own doing.
        int exception = evidence.ExceptionIndex;
        IEnumerable<LinuxFrame> frames = exception >= 0 ? evidence.Trace.Skip(exception) : evidence.Pointer is null ? evidence.Trace : evidence.Trace.Prepend(evidence.Pointer);
        FrameTrust walked = evidence.Log.Architecture == Architecture.X64 && evidence.HasOrc ? FrameTrust.Orc : FrameTrust.FramePointer;
        return frames.Select((frame, index) => new StackFrame
        {
            Index = index,
            InstructionPointer = frame.Address ?? (frame.IsInstructionPointer && evidence.InstructionPointer is ulong pointer ? new VirtualAddress(pointer) : null),
            Module = frame.Module ?? KernelName,
            Function = frame.Function,
            FunctionOffset = frame.Offset,
            Trust = frame.IsInstructionPointer ? FrameTrust.Context : frame.IsReliable ? walked : FrameTrust.CallScan,
            Note = frame.IsInlined ? "inlined" : frame.IsReliable ? null : StackFrame.PassedOver,
        }).ToArray();
    }

    private static SystemFacts SystemOf(CrashEvidence evidence)
    {
        double? seconds = evidence.Report.Raw[0].Seconds;
        return new SystemFacts
        {
            Architecture = evidence.Log.Architecture,
            OperatingSystem = OperatingSystem(evidence.Release),
            CrashTime = seconds is double uptime and < 1e9 ? evidence.Log.Facts.Started?.AddTicks(LogFacts.Ticks(uptime)) : null,
            UptimeSeconds = (long?)seconds,
            ProcessorNumber = evidence.Machine.Processor,
            ProcessName = evidence.Machine.Command,
            ProcessId = evidence.Machine.ProcessId,
        };
    }

    private static string? OperatingSystem(string? release) => release is null ? null : "Linux " + PrintableText.Clean(release, 128);
}
