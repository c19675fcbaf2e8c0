using KernelFault.Dumps;
using KernelFault.Kernels;
using KernelFault.Kernels.Images;
using KernelFault.Memory;

namespace KernelFault.Unwinding;

// Programs keep frame pointers or not, function by function. A frame record is the caller's frame pointer and, one word up, the
// return address (x64: rbp, ARM64: fp, x86: ebp). Where the chain does not hold, words of the stack that point behind a call
// stand in, marked as what they are. Three things limit false ones: the word must point into memory that may be executed,
// behind a call instruction if the code is in the dump, and a chain of frame pointers is taken up again as soon as it holds.

/// <summary>Walks the stack of a process: frame pointers where they hold, return addresses found by scanning where not.</summary>
internal sealed class ProcessStackWalker
{
    private const int MaximumFrames = 128;
    private const int MaximumScanned = 64;
    private const int MaximumUnverified = 12;
    private const ulong ScanBytes = 64 * 1024;
    private const ulong LargestFrame = 16 * 1024 * 1024;
    private const ulong HeaderPage = 0x1000;

    private readonly Architecture _architecture;
    private readonly IMemoryReader _memory;
    private readonly ModuleMap _modules;
    private readonly CallSite _calls;
    private readonly FrameNaming _naming;
    private readonly Func<ulong, bool?> _isExecutable;
    private readonly ulong _word;

    /// <summary>A walker over one process.</summary>
    /// <param name="architecture">The processor.</param>
    /// <param name="modules">Loaded modules.</param>
    /// <param name="memory">Memory of the process.</param>
    /// <param name="images">Images of the modules, as far as at hand.</param>
    /// <param name="isExecutable">Whether memory may be executed; null where the dump does not tell.</param>
    internal ProcessStackWalker(
        Architecture architecture, IReadOnlyList<KernelModule> modules, IMemoryReader memory, ImageStore images, Func<ulong, bool?> isExecutable)
    {
        _architecture = architecture;
        _memory = memory;
        _modules = new ModuleMap(modules);
        _calls = new CallSite(architecture, new CodeMemory(memory, images));
        _naming = new FrameNaming(_modules, images, symbols: null);
        _isExecutable = isExecutable;
        _word = architecture is Architecture.X86 or Architecture.Arm ? 4u : 8u;
    }

    /// <summary>Walks from a set of registers to the outermost frame.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    internal IReadOnlyList<StackFrame> Walk(RegisterSet registers, CancellationToken cancellation)
    {
        ulong stack = registers.StackPointer.ToUInt64();
        var frames = new List<StackFrame>
        {
            _naming.Name(0, registers.InstructionPointer.ToUInt64(), stack, FrameTrust.Context, afterCall: false, note: null),
        };
        ulong frame = registers[_architecture switch { Architecture.X64 => "rbp", Architecture.X86 => "ebp", _ => "fp" }] ?? 0;
        if (_architecture == Architecture.Arm64)
        {
            AddLinkRegister(registers, frame, frames);
        }
        else if (frame != stack && TryReadWord(stack, out ulong top) && _modules.IndexOf(top) >= 0
            && (IsReturnAddress(top) ?? _isExecutable(top) == true))
        {
            // A function that has not yet set up its frame: following the frame pointer would skip its caller.
            string note = IsReturnAddress(top) == true ? "top of the stack" : StackFrame.NotVerified;
            frames.Add(_naming.Name(1, top, stack, FrameTrust.CallScan, afterCall: true, note));
            stack += _word;
        }

        int scanned = 0;
        int unverified = 0;
        while (frames.Count < MaximumFrames)
        {
            cancellation.ThrowIfCancellationRequested();
            if (TryFollow(frame, stack, out ulong caller, out ulong address))
            {
                frames.Add(_naming.Name(frames.Count, address, frame + _word, FrameTrust.FramePointer, afterCall: true, note: null));
                stack = frame + (2 * _word);
                frame = caller;
                continue;
            }

            if (scanned++ >= MaximumScanned || !TryScan(stack, out ulong slot, out address, out bool verified))
            {
                break;
            }

            stack = slot + _word;
            if (address == frames[frames.Count - 1].InstructionPointer?.ToUInt64())
            {
                // Left over from an earlier call, or saved twice.
                continue;
            }

            if (!verified && unverified++ >= MaximumUnverified)
            {
                break;
            }

            frames.Add(_naming.Name(frames.Count, address, slot, FrameTrust.CallScan, afterCall: true, verified ? null : StackFrame.NotVerified));
        }

        return frames;
    }

    private void AddLinkRegister(RegisterSet registers, ulong frame, List<StackFrame> frames)
    {
        // A leaf function keeps its return address in the link register only.
        ulong link = Arm64PointerAuthentication.Strip(registers["lr"] ?? 0);
        bool inChain = TryReadWord(frame + _word, out ulong saved) && Arm64PointerAuthentication.Strip(saved) == link;
        if (!inChain && IsReturnAddress(link) == true)
        {
            frames.Add(_naming.Name(1, link, null, FrameTrust.CallScan, afterCall: true, "link register"));
        }
    }

    private bool TryFollow(ulong frame, ulong stack, out ulong caller, out ulong address)
    {
        caller = 0;
        address = 0;
        bool inside = frame >= stack && frame - stack < LargestFrame && frame % _word == 0;
        if (!inside || !TryReadWord(frame, out caller) || !TryReadWord(frame + _word, out address))
        {
            return false;
        }

        address = _architecture == Architecture.Arm64 ? Arm64PointerAuthentication.Strip(address) : address;

        // Code compiled while running has no module; the chain goes through it.
        return IsReturnAddress(address) is true || (IsReturnAddress(address) is null && (caller > frame || caller == 0));
    }

    private bool TryScan(ulong from, out ulong slot, out ulong address, out bool verified)
    {
        for (ulong i = 0; i < ScanBytes; i += _word)
        {
            slot = unchecked(from + i);
            if (slot < from || !TryReadWord(slot, out address))
            {
                break;
            }

            address = _architecture == Architecture.Arm64 ? Arm64PointerAuthentication.Strip(address) : address;
            if (_modules.IndexOf(address) >= 0 && IsReturnAddress(address) != false)
            {
                verified = IsReturnAddress(address) == true;
                return true;
            }
        }

        slot = 0;
        address = 0;
        verified = false;
        return false;
    }

    // True: behind a call. Null: may be one, the code is not at hand. False: cannot be one.
    private bool? IsReturnAddress(ulong address)
    {
        KernelModule? module = _modules.Find(address);
        bool? executable = _isExecutable(address);
        if (executable == false || (module is null && executable is null))
        {
            return false;
        }

        if (executable is null && module is not null && address - module.BaseAddress.ToUInt64() < HeaderPage)
        {
            return false;
        }

        return _calls.Precedes(address, module);
    }

    private bool TryReadWord(ulong address, out ulong value)
    {
        if (_word == 8)
        {
            return _memory.TryReadUInt64(new VirtualAddress(address), out value);
        }

        bool read = _memory.TryReadUInt32(new VirtualAddress(address), out uint word);
        value = word;
        return read;
    }
}
