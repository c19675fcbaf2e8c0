using KernelFault.Dumps;
using KernelFault.Formats;
using KernelFault.Formats.Pe;
using KernelFault.Kernels;
using KernelFault.Kernels.Images;
using KernelFault.Memory;

namespace KernelFault.Unwinding;

/// <summary>
/// Walks the stack of a crashed Windows kernel: by unwind codes where the images are at hand, by frame pointers where the
/// architecture keeps them, by scanning for return addresses where neither is. Every frame says which.
/// </summary>
/// <remarks>
/// A walk that had to scan goes back to unwind codes as soon as it reaches a return address that is proved by code in a
/// module whose image is at hand. One instance serves one stack; walks of it may run at the same time.
/// </remarks>
public sealed class StackUnwinder
{
    /// <summary>How many scanned frames a walk gives at most: behind that it is noise.</summary>
    private const int MaximumScanned = 64;
    private const int MaximumFrames = 1024;

    private readonly Architecture _architecture;
    private readonly ModuleMap _modules;
    private readonly StackMemory _stack;
    private readonly ImageStore _images;
    private readonly CallSite _calls;
    private readonly CallScanner _scanner;
    private readonly FrameNaming _naming;
    private readonly Lazy<IReadOnlyList<StackTrapFrame>> _trapFrames;

    /// <summary>An unwinder for one stack.</summary>
    /// <param name="architecture">The processor.</param>
    /// <param name="modules">Loaded modules, in any order.</param>
    /// <param name="memory">Memory of the crashed machine.</param>
    /// <param name="stackStart">Lowest address of the stack memory that the dump holds.</param>
    /// <param name="stackSize">Its size in bytes; 0 when the dump does not say: then nothing is scanned.</param>
    /// <param name="images">Images of the modules, as far as at hand.</param>
    /// <param name="symbols">Names of functions; null for none.</param>
    /// <param name="buildNumber">Windows build, which trap frames of 32-bit kernels depend on; a current one when not known.</param>
    public StackUnwinder(
        Architecture architecture,
        IReadOnlyList<KernelModule> modules,
        IMemoryReader memory,
        VirtualAddress stackStart,
        uint stackSize,
        ImageStore images,
        ISymbolSource? symbols = null,
        uint buildNumber = uint.MaxValue)
    {
        _architecture = architecture;
        _modules = new ModuleMap(modules);
        _stack = new StackMemory(memory, stackStart, stackSize);
        _images = images;
        _calls = new CallSite(architecture, new CodeMemory(memory, images));
        _scanner = new CallScanner(architecture, _stack, _modules, images, _calls, symbols);
        _naming = new FrameNaming(_modules, images, symbols);
        _trapFrames = new Lazy<IReadOnlyList<StackTrapFrame>>(() => TrapFrameFinder.Find(architecture, buildNumber, _stack, _modules));
    }

    /// <summary>Walks from a set of registers to the outermost frame.</summary>
    /// <param name="registers">Where to start: the registers of the dump header or those of the fault.</param>
    /// <param name="maxFrames">How many frames to give at most.</param>
    /// <param name="cancellation">Ends the walk at once.</param>
    /// <returns>The frames, the innermost first; the first is that of <paramref name="registers"/>.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public IReadOnlyList<StackFrame> Walk(RegisterSet registers, int maxFrames = 128, CancellationToken cancellation = default)
    {
        maxFrames = Math.Min(maxFrames, MaximumFrames);
        var frames = new List<StackFrame>();
        if (maxFrames <= 0)
        {
            return frames;
        }

        FrameUnwinder unwinder = Start(registers);
        frames.Add(_naming.Name(0, unwinder.InstructionPointer, unwinder.StackPointer, FrameTrust.Context, afterCall: false, note: null));
        bool afterCall = false;
        bool scannedBefore = false;
        int scanned = 0;
        while (frames.Count < maxFrames)
        {
            cancellation.ThrowIfCancellationRequested();
            ulong before = unwinder.StackPointer;
            if (TryStep(unwinder, afterCall, out UnwindStep step))
            {
                ulong address = unwinder.InstructionPointer;
                if (address == 0)
                {
                    break;
                }

                string? note = scannedBefore && step.Note is null ? "follows a scanned frame" : step.Note;
                bool user = IsUserMode(address);
                frames.Add(_naming.Name(frames.Count, address, step.ReturnSlot, step.Trust, !step.Interrupted, user ? "user mode" : note));
                if (user)
                {
                    break;
                }

                afterCall = !step.Interrupted;
                continue;
            }

            if (scanned >= MaximumScanned || !TryScan(unwinder, before, frames, out afterCall))
            {
                break;
            }

            scanned++;
            scannedBefore = true;
        }

        return frames;
    }

    /// <summary>Where a walk crosses from the kernel's exception handling into the code it interrupted.</summary>
    /// <param name="frames">Frames of one walk.</param>
    /// <returns>The index of the first interrupted frame; null when no trap frame was crossed.</returns>
    public static int? InterruptedFrame(IReadOnlyList<StackFrame> frames)
    {
        for (int i = 1; i < frames.Count; i++)
        {
            if (frames[i].Note is { } note && note.StartsWith("trap frame", StringComparison.Ordinal))
            {
                return i;
            }
        }

        return null;
    }

    private FrameUnwinder Start(RegisterSet registers) => _architecture switch
    {
        Architecture.Arm64 => new Arm64Unwinder(_stack, _modules, Arm64Registers.From(registers)),
        Architecture.X86 => new X86Unwinder(_stack, _modules, registers),
        _ => new X64Unwinder(_stack, X64Registers.From(registers)),
    };

    private bool TryStep(FrameUnwinder unwinder, bool afterCall, out UnwindStep step)
    {
        ulong stackPointer = unwinder.StackPointer;
        KernelModule? module = _modules.Find(unwinder.InstructionPointer);
        PeImage? image = module is null || !_images.HasSources ? null : _images.Find(module);
        if (!unwinder.TryStep(image, module?.BaseAddress.ToUInt64() ?? 0, afterCall, out step))
        {
            return false;
        }

        if (IsBelievable(unwinder, stackPointer, afterCall, step))
        {
            return true;
        }

        unwinder.Undo();
        return false;
    }

    // A caller's frame lies further up; its code is a module's and stands behind a call, as far as the code is at hand.
    private bool IsBelievable(FrameUnwinder unwinder, ulong before, bool afterCall, UnwindStep step)
    {
        ulong address = unwinder.InstructionPointer;
        if (address == 0)
        {
            return true;
        }

        // A trap may have switched to this stack from another, anywhere; a call cannot.
        // An ARM64 function that has not touched its stack yet returns with the same pointer.
        bool risen = unwinder.StackPointer > before || (unwinder.StackPointer == before && _architecture == Architecture.Arm64 && !afterCall);
        if (!risen && (!step.Interrupted || _stack.Contains(unwinder.StackPointer)))
        {
            return false;
        }

        // Only a trap or system call leads to user mode.
        if (step.Interrupted)
        {
            return true;
        }

        return _modules.Find(address) is { } module && _scanner.IsPlausible(address, module) && _calls.Precedes(address, module) != false;
    }

    private bool TryScan(FrameUnwinder unwinder, ulong from, List<StackFrame> frames, out bool afterCall)
    {
        afterCall = true;
        StackTrapFrame? trap = _trapFrames.Value.Find(frame => frame.ReturnSlot >= from);
        ulong limit = trap is null ? ulong.MaxValue : Math.Max(trap.Address, from);
        if (_scanner.TryNext(from, limit, out CallCandidate candidate))
        {
            unwinder.Resume(candidate.Address, candidate.Slot + (_architecture == Architecture.X86 ? 4u : 8u));
            string? note = candidate.Verified ? null : StackFrame.NotVerified;
            frames.Add(_naming.Name(frames.Count, candidate.Address, candidate.Slot, FrameTrust.CallScan, afterCall: true, note));
            return true;
        }

        if (trap is null)
        {
            return false;
        }

        afterCall = false;
        unwinder.Resume(trap.Registers);
        frames.Add(_naming.Name(frames.Count, unwinder.InstructionPointer, trap.ReturnSlot, FrameTrust.CallScan, afterCall: false, "trap frame"));
        return true;
    }

    private bool IsUserMode(ulong address) => address < (_architecture == Architecture.X86 ? 0x80000000UL : 0x0100_0000_0000_0000UL);
}
