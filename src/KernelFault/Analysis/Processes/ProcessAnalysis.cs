using System.Globalization;
using KernelFault.Dumps;
using KernelFault.Dumps.Process;
using KernelFault.Kernels;
using KernelFault.Kernels.Images;
using KernelFault.Kernels.Windows;
using KernelFault.Knowledge;
using KernelFault.Memory;
using KernelFault.Unwinding;

namespace KernelFault.Analysis.Processes;

/// <summary>Turns the dump of a process into an answer. Holds nothing of one analysis.</summary>
internal sealed class ProcessAnalysis
{
    private readonly KnowledgeBase _knowledge;
    private readonly ImageStore _images;
    private readonly IReadOnlyList<string> _runtimePath;

    /// <summary>An analysis that works with what is at hand.</summary>
    /// <param name="knowledge">Names and advice.</param>
    /// <param name="images">Images of modules.</param>
    /// <param name="runtimePath">Folders that may hold .NET's debugging library, besides this machine's installations.</param>
    internal ProcessAnalysis(KnowledgeBase knowledge, ImageStore images, IReadOnlyList<string> runtimePath)
    {
        _knowledge = knowledge;
        _images = images;
        _runtimePath = runtimePath;
    }

    /// <summary>Analyses one dump.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    internal KernelFaultAnalysis Analyze(ProcessDump dump, CancellationToken cancellation)
    {
        var warnings = new List<string>(dump.Warnings);
        IReadOnlyList<KernelModule> modules = ProcessModules.Convert(dump);
        ManagedCrash? managed = dump.ReadManagedCrash(_runtimePath, warnings);
        cancellation.ThrowIfCancellationRequested();

        // A snapshot of a running process has no faulting thread; its first one is the main thread.
        ProcessThread? thread = dump.FaultingThread ?? (dump.Exception is null && dump.Threads.Count > 0 ? dump.Threads[0] : null);
        RegisterSet? registers = thread?.Registers;
        if (registers is null)
        {
            warnings.Add(thread is null
                ? "The thread that crashed is not in the dump: there is no stack."
                : "The registers of the thread that crashed are not in the dump: there is no stack.");
        }

        FaultInstruction? instruction = dump.Exception?.Address is VirtualAddress address && registers is not null
            ? new InstructionDecoder(dump.Memory, modules, _images).Decode(address, registers, dump.Exception.FaultAddress)
            : null;
        var fault = new ProcessFault(dump, _knowledge, instruction);
        instruction = fault.IsProcessorFault ? instruction : null;
        IReadOnlyList<StackFrame> stack = registers is null ? [] : ProcessStack.Read(dump, registers, modules, _images, managed, cancellation);
        FaultClass faultClass = managed?.Exception is { } thrown ? ManagedClass(thrown, managed) ?? fault.Class : fault.Class;
        Culprit? culprit = ProcessCulprit.Find(dump, fault, modules, stack, managed);
        var text = new ProcessAnswerText(dump, fault, instruction, managed, stack, modules, _knowledge);
        bool library = culprit is { Kind: CulpritKind.Process, Confidence: >= 0.4 }
            && modules.Count > 0
            && Path.GetFileNameWithoutExtension(culprit.Module) != Path.GetFileNameWithoutExtension(modules[0].Name);
        return new KernelFaultAnalysis
        {
            Path = dump.Path,
            Kind = dump.Kind,
            Title = text.Title,
            BucketId = Bucket(dump, faultClass, fault, managed, stack),
            FaultClass = faultClass,
            Exception = managed?.Exception?.Significant.Type ?? fault.Name,
            Culprit = culprit,
            Address = fault.IsMemoryFault && fault.Address is VirtualAddress used
                ? new FaultAddress { Address = used, Access = fault.Access, Region = fault.Region, Explanation = text.AddressSentence }
                : null,
            Instruction = instruction,
            Stack = stack,
            Registers = registers?.Values.ToDictionary(pair => pair.Name, pair => "0x" + pair.Value.ToString("x16", CultureInfo.InvariantCulture)),
            System = System(dump, thread),
            Findings = text.Findings(),
            Causes = ProcessAdvice.Causes(_knowledge, faultClass, managed?.Exception is not null),
            NextSteps = ProcessAdvice.NextSteps(_knowledge, faultClass, library, dump.Platform == ProcessPlatform.Windows),
            Warnings = warnings,
            Modules = modules,
            UnloadedModules =
            [
                .. dump.UnloadedModules.Select(module => new UnloadedModule
                {
                    Name = module.Name,
                    StartAddress = module.BaseAddress,
                    EndAddress = module.BaseAddress + module.Size,
                }),
            ],
        };
    }

    private static SystemFacts System(ProcessDump dump, ProcessThread? thread) => new()
    {
        Architecture = dump.Architecture,
        OperatingSystem = dump.BuildNumber is uint build && WindowsBuilds.NameOf(build, dump.ProductType) is string name
            ? FormattableString.Invariant($"{name} (build {build})")
            : dump.OperatingSystem,
        BuildNumber = dump.BuildNumber,
        ProductType = WindowsBuilds.ProductTypeOf(dump.ProductType),
        CrashTime = dump.CrashTime,
        ProcessorCount = dump.ProcessorCount,
        ProcessName = dump.ProcessName,
        ProcessId = dump.ProcessId,
        ThreadId = thread?.Id,
    };

    // What .NET says of an exception is nearer to the mistake than the signal it ends with.
    private static FaultClass? ManagedClass(ManagedException exception, ManagedCrash managed)
    {
        ManagedException root = exception;
        while (root.Inner is not null)
        {
            root = root.Inner;
        }

        return root.Type switch
        {
            "System.NullReferenceException" => FaultClass.NullDereference,
            "System.StackOverflowException" => FaultClass.StackOverflow,
            "System.InsufficientExecutionStackException" => FaultClass.StackOverflow,
            "System.OutOfMemoryException" => FaultClass.ResourceExhaustion,
            "System.AccessViolationException" => FaultClass.WildPointer,
            "System.DivideByZeroException" => FaultClass.DivideError,
            "System.ExecutionEngineException" => managed.Frames.Count > 0 && managed.Frames[0].Method == "System.Environment.FailFast"
                ? FaultClass.Assertion
                : null,
            _ => FaultClass.UnhandledException,
        };
    }

    private static string Bucket(ProcessDump dump, FaultClass faultClass, ProcessFault fault, ManagedCrash? managed, IReadOnlyList<StackFrame> stack)
    {
        if (managed?.Exception is { } exception)
        {
            ManagedException root = exception;
            while (root.Inner is not null)
            {
                root = root.Inner;
            }

            string? method = (root.Frames.Count > 0 ? root.Frames : managed.Frames).Select(frame => frame.Method).FirstOrDefault();
            return BucketId.From("process", root.Type, faultClass.ToString(), method);
        }

        // Where the system ends a process on its own behalf, the place is the same for all of them.
        StackFrame? top = stack.Count > 0 && fault.IsProcessorFault ? stack[0] : null;
        string? place = top?.Module is string module ? FormattableString.Invariant($"{module}+{top.Offset:x}") : null;
        return BucketId.From("process", fault.Name ?? "snapshot", faultClass.ToString(), place ?? dump.ProcessName);
    }
}
