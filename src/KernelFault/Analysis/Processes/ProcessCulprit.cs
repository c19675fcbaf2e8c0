using KernelFault.Dumps.Process;
using KernelFault.Kernels;
using KernelFault.Unwinding;

namespace KernelFault.Analysis.Processes;

// The rule of the house, for programs: what faulted comes before what is on the stack, and both before the program itself; parts
// of the system are blamed only when nothing else stands. What a machine or a disk reports is not a program's fault.

/// <summary>Decides who is to blame for the end of a process.</summary>
internal static class ProcessCulprit
{
    internal static Culprit? Find(
        ProcessDump dump, ProcessFault fault, IReadOnlyList<KernelModule> modules, IReadOnlyList<StackFrame> stack, ManagedCrash? managed)
    {
        if (dump.Exception is not { } exception)
        {
            return null;
        }

        if (fault.Class is FaultClass.HardwareError or FaultClass.InPageError)
        {
            return OfHardware(fault, exception);
        }

        if (fault.Class == FaultClass.ManuallyInitiated)
        {
            return null;
        }

        if (managed?.Exception is { } thrown && OfManaged(thrown, managed) is { } byException)
        {
            return byException;
        }

        return OfNative(dump, fault, modules, stack);
    }

    private static Culprit OfHardware(ProcessFault fault, ProcessException exception)
    {
        bool memory = fault.Class == FaultClass.HardwareError;
        string reason = memory ? "The machine reported that memory at this address is bad."
            : exception.InPageStatus is uint status ? FormattableString.Invariant($"A page of a file could not be read: NTSTATUS 0x{status:X8}.")
            : "A page of a mapped file could not be read: the file became shorter, or its disk failed.";
        return new Culprit
        {
            Module = memory ? "memory" : "storage",
            Kind = CulpritKind.Hardware,
            Confidence = memory ? 0.9 : 0.6,
            Reasons = [reason],
            Doubts = memory ? [] : ["Whether the disk, the network share or whoever shortened the file is behind it, the dump does not tell."],
        };
    }

    private static Culprit? OfManaged(ManagedException thrown, ManagedCrash managed)
    {
        // Innermost cause first: a wrapper's frames say where it was noticed, not where it happened.
        var chain = new List<ManagedException>();
        for (ManagedException? e = thrown; e is not null; e = e.Inner)
        {
            chain.Insert(0, e);
        }

        foreach (ManagedException e in chain)
        {
            int index = IndexOfOwn(e.Frames);
            if (index >= 0)
            {
                ManagedFrame frame = e.Frames[index];
                return new Culprit
                {
                    Module = frame.Module!,
                    Kind = CulpritKind.Process,
                    Confidence = index == 0 ? 0.9 : 0.75,
                    Reasons =
                    [
                        index == 0
                            ? $"{e.Type} was thrown in {frame.Method}."
                            : $"{e.Type} was thrown by the framework ({e.Frames[0].Method}) on behalf of {frame.Method}.",
                    ],
                };
            }
        }

        int own = IndexOfOwn(managed.Frames);
        return own < 0 ? null : new Culprit
        {
            Module = managed.Frames[own].Module!,
            Kind = CulpritKind.Process,
            Confidence = 0.7,
            Reasons = [$"{managed.Frames[own].Method} is the first method on the stack that is not part of .NET; the process ended with {thrown.Type}."],
        };
    }

    private static int IndexOfOwn(IReadOnlyList<ManagedFrame> frames)
    {
        for (int i = 0; i < frames.Count; i++)
        {
            if (!ProcessModules.IsFramework(frames[i].Module))
            {
                return i;
            }
        }

        return -1;
    }

    private static Culprit? OfNative(ProcessDump dump, ProcessFault fault, IReadOnlyList<KernelModule> modules, IReadOnlyList<StackFrame> stack)
    {
        for (int i = 0; i < stack.Count; i++)
        {
            StackFrame frame = stack[i];
            KernelModule? module = frame.InstructionPointer is { } pointer ? ModuleIndex.Find(modules, pointer) : null;
            if (module is null || module.IsOperatingSystem == true)
            {
                continue;
            }

            // An unknown path counts, with less weight.
            double certainty = module.IsOperatingSystem is null ? 0.8 : 1;
            double weight = frame.Trust switch
            {
                FrameTrust.Context => 0.85,
                FrameTrust.UnwindInfo => 0.7,
                FrameTrust.FramePointer => 0.65,
                _ => frame.Note == "not verified by code" ? 0.3 : 0.5,
            };
            string how = frame.Trust switch
            {
                FrameTrust.Context => fault.IsProcessorFault ? $"The instruction that failed is {frame.Symbol}." : $"The program ended itself at {frame.Symbol}.",
                FrameTrust.CallScan => $"{frame.Symbol} is the first address on the stack that is not part of the system; found by scanning, it may be stale.",
                _ => $"{frame.Symbol} is the first caller that is not part of the system.",
            };
            return new Culprit
            {
                Module = module.Name,
                Kind = CulpritKind.Process,
                Confidence = Math.Round(weight * certainty, 2),
                Reasons = frame.Trust == FrameTrust.Context || stack[0].Module is null
                    ? [how]
                    : [how, fault.IsProcessorFault
                            ? $"The failure was noticed in {stack[0].Symbol}, a part of the system that is seldom at fault itself."
                            : $"{stack[0].Symbol}, a part of the system, ended the process when it was told to."],
                Doubts = fault.Class is FaultClass.PoolCorruption or FaultClass.MemoryCorruption
                    ? ["Damage to memory is noticed later than it is done: another module may have done it."]
                    : [],
            };
        }

        return modules.Count == 0 ? null : new Culprit
        {
            Module = dump.ProcessName ?? modules[0].Name,
            Kind = CulpritKind.Process,
            Confidence = 0.2,
            Reasons = ["No module on the stack is more than a part of the system: the program is named because it was running."],
        };
    }
}
