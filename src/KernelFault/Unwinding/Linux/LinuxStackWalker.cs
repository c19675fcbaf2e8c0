using KernelFault.Dumps;
using KernelFault.Memory;

namespace KernelFault.Unwinding.Linux;

/// <summary>
/// Walks a Linux kernel stack: by ORC tables, else along frame pointers, else from one return address to the next that code proves.
/// Other stacks (IRQ, exception, NMI) are left and entered as the kernel did.
/// </summary>
internal sealed class LinuxStackWalker
{
    /// <summary>A deep recursion on a kernel stack of 16 KiB has some hundreds of frames.</summary>
    private const int MaximumFrames = 512;

    /// <summary>Guessing that leads nowhere ends here.</summary>
    private const int MaximumScanned = 32;

    private readonly IMemoryReader _memory;
    private readonly ILinuxCode _code;
    private readonly Architecture _architecture;
    private readonly Arm64RegisterLayout _registerLayout;
    private readonly StackScan _scan;

    /// <summary>A walker for one dump.</summary>
    /// <param name="memory">The crashed machine's memory.</param>
    /// <param name="code">Its code.</param>
    /// <param name="architecture">x64 or ARM64.</param>
    /// <param name="registerLayout">Of arm64 <c>struct pt_regs</c>; null to take the common one.</param>
    internal LinuxStackWalker(IMemoryReader memory, ILinuxCode code, Architecture architecture, Arm64RegisterLayout? registerLayout = null)
    {
        _memory = memory;
        _code = code;
        _architecture = architecture;
        _registerLayout = registerLayout ?? Arm64RegisterLayout.Common;
        _scan = new StackScan(memory, code, architecture, _registerLayout);
    }

    /// <summary>Walks from a set of registers to the outermost frame.</summary>
    /// <param name="registers">Of a processor, an exception or a task that waits; at least instruction, stack and frame pointer.</param>
    /// <param name="isInterrupted">False if the instruction pointer is a return address.</param>
    /// <param name="cancellation">Stops the walk.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    internal LinuxStackTrace Walk(RegisterSet registers, bool isInterrupted, CancellationToken cancellation = default)
    {
        LinuxUnwinder unwinder = _architecture == Architecture.Arm64
            ? new Arm64FrameChain(_memory, _code, _scan, _registerLayout, registers, isInterrupted)
            : _code.HasOrc
                ? new X64OrcUnwinder(_memory, _code, _scan, registers, isInterrupted)
                : new X64FrameChain(_memory, _code, _scan, registers, isInterrupted);

        var frames = new List<StackFrame>();
        var interrupted = new List<LinuxRegisterFrame?>();
        frames.Add(Name(0, unwinder.InstructionPointer, unwinder.StackPointer, FrameTrust.Context, unwinder.IsInterrupted, null));
        interrupted.Add(null);

        // Along one stack the pointer only grows, and no stack is entered twice: a place seen again is a circle.
        var seen = new HashSet<ulong> { Place(unwinder) };
        RegisterSet? user = null;
        int scanned = 0;
        while (frames.Count < MaximumFrames)
        {
            cancellation.ThrowIfCancellationRequested();
            LinuxStep step = unwinder.Step();
            if (step.Outcome == LinuxStepOutcome.End)
            {
                user = step.Registers?.Registers;
                break;
            }

            if (step.Outcome == LinuxStepOutcome.Lost)
            {
                if (scanned++ >= MaximumScanned || !_scan.TryFind(unwinder.StackPointer, out ulong slot, out ulong address))
                {
                    return new LinuxStackTrace { Frames = frames, Interrupted = interrupted, IsComplete = false };
                }

                unwinder.Resume(address, unchecked(slot + 8));
                step = new LinuxStep(LinuxStepOutcome.Frame, FrameTrust.CallScan, slot);
            }

            if (!seen.Add(Place(unwinder)))
            {
                return new LinuxStackTrace { Frames = frames, Interrupted = interrupted, IsComplete = false };
            }

            frames.Add(step.Registers is null
                ? Name(frames.Count, unwinder.InstructionPointer, step.Slot, step.Trust, exact: false, step.Note)
                : Name(frames.Count, unwinder.InstructionPointer, unwinder.StackPointer, FrameTrust.Context, exact: true, "exception"));
            interrupted.Add(step.Registers);
        }

        return new LinuxStackTrace
        {
            Frames = frames,
            Interrupted = interrupted,
            UserRegisters = user,
            IsComplete = frames.Count < MaximumFrames,
        };
    }

    /// <summary>Walks the stack of a task that does not run.</summary>
    /// <param name="registers">As they were saved when it was switched away from.</param>
    /// <param name="cancellation">Stops the walk.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    internal LinuxStackTrace WalkWaiting(RegisterSet registers, CancellationToken cancellation = default)
    {
        // A task that has never run starts at the first instruction of ret_from_fork: no call returns there.
        ulong address = registers.InstructionPointer.ToUInt64();
        bool isNew = _code.TryName(address, out LinuxCodeName name) && name.Start == address;
        return Walk(registers, isInterrupted: isNew, cancellation);
    }

    /// <summary>Walks a stack whose registers nobody saved from where <c>panic</c> made its last call; null when it did not.</summary>
    /// <param name="start">The stack's lowest address.</param>
    /// <param name="end">The address behind it.</param>
    internal LinuxStackTrace? WalkFromPanic(ulong start, ulong end) =>
        _scan.FindPanic(start, end) is { } registers ? Walk(registers, isInterrupted: false) : null;

    private static ulong Place(LinuxUnwinder unwinder) =>
        unchecked((unwinder.StackPointer * 0x9E37_79B9_7F4A_7C15) + unwinder.InstructionPointer);

    // The kernel prints a return address by the function of the call before it, with the offset of the address itself.
    private StackFrame Name(int index, ulong address, ulong slot, FrameTrust trust, bool exact, string? note)
    {
        bool named = _code.TryName(exact ? address : unchecked(address - 1), out LinuxCodeName name);
        return new StackFrame
        {
            Index = index,
            InstructionPointer = new VirtualAddress(address),
            StackPointer = new VirtualAddress(slot),
            Module = named ? name.Module ?? KernelName : null,
            Offset = named ? Small(address - name.ModuleBase) : null,
            Function = named ? name.Function : null,
            FunctionOffset = named ? Small(address - name.Start) : null,
            Trust = trust,
            Note = note,
        };
    }

    /// <summary>What the kernel's own image is called in frames.</summary>
    internal const string KernelName = "vmlinux";

    private static uint? Small(ulong distance) => distance <= uint.MaxValue ? (uint)distance : null;
}
