using KernelFault.Dumps;
using KernelFault.Dumps.Windows;
using KernelFault.Memory;

namespace KernelFault.Kernels.Windows;

// A bug check passes four numbers. Some are addresses of a context record, an exception record or a trap frame on the
// crashed stack; where the dump holds that memory, the registers of the fault are in it. The documentation names which
// parameter is what for a few codes only and changes by version, so every parameter that points into the dump is tried and
// taken only when the bytes prove it: a context record's flags name its architecture and its instruction pointer is
// canonical; an exception record has a severity-error NTSTATUS, a small parameter count and a code address; a trap frame
// has the processor's selectors and flags.

/// <summary>Finds every register set in a dump, and the exception.</summary>
internal sealed class WindowsContextReader
{
    private const int MaximumFrames = 32;

    // All memory in the largest minidump seen is 3 MB; blocks of a damaged table can each claim the whole file.
    private const long MaximumScanned = 16 * 1024 * 1024;

    private readonly WindowsDump _dump;
    private readonly uint _code;
    private readonly IReadOnlyList<ulong> _parameters;
    private readonly TrapFrame _frame;
    private long _scanned;

    internal WindowsContextReader(WindowsDump dump)
    {
        _dump = dump;

        // 0x1000007E is 0x7E: the flag says that a triage dump was made of it.
        _code = dump.Header.BugCheckCode & ~0x1000_0000u;
        _parameters = dump.Header.BugCheckParameters;
        _frame = new TrapFrame(dump.Architecture, dump.Header.BuildNumber);
    }

    /// <summary>The instruction that the parameters name as the faulting one; null when none does.</summary>
    internal static ulong? FaultingInstruction(uint code, IReadOnlyList<ulong> parameters)
    {
        ulong value = (code & ~0x1000_0000u) switch
        {
            0x0A or 0xD1 or 0xD5 or 0xD6 or 0xCE or 0x7F => parameters[3],
            0x50 or 0xCC or 0xCD => parameters[2],
            0x1E or 0x3B or 0x7E or 0x8E => parameters[1],
            _ => 0,
        };
        return value == 0 ? null : value;
    }

    /// <summary>The data address that the parameters name as the one that could not be used; null when none does.</summary>
    internal static ulong? FaultingAddress(uint code, IReadOnlyList<ulong> parameters) => (code & ~0x1000_0000u) switch
    {
        0x0A or 0xD1 or 0x50 or 0xBE or 0xFC or 0xCC or 0xCD or 0xD5 or 0xD6 or 0xCE => parameters[0],
        _ => null,
    };

    /// <summary>Every register set, the header's first, then those the parameters point to, then trap frames on the stack, the likeliest first.</summary>
    /// <param name="userTrapFrame">Where the thread entered the kernel; null when not known.</param>
    /// <param name="stack">Lower and upper end of the current thread's stack; null when not known.</param>
    internal IReadOnlyList<CapturedContext> ReadContexts(VirtualAddress? userTrapFrame, (VirtualAddress Low, VirtualAddress High)? stack)
    {
        var contexts = new List<CapturedContext>();
        if (_dump.Header.Context is { } header)
        {
            contexts.Add(new CapturedContext(ContextOrigin.Header, header)
            {
                IsBugCheckFault = FaultingInstruction(_code, _parameters) == header.InstructionPointer.ToUInt64(),
            });
        }

        AddPointedTo(contexts);
        AddStackFrames(contexts, stack);
        AddUserFrame(contexts, userTrapFrame);
        return contexts;
    }

    /// <summary>The exception record that a parameter points to, else the header's when it is of the fault; null when neither.</summary>
    internal WindowsExceptionRecord? ReadException()
    {
        bool is64Bit = _dump.Header.Is64Bit;
        Span<byte> bytes = stackalloc byte[ExceptionRecord.Size64];
        bytes = bytes.Slice(0, ExceptionRecord.SizeOf(is64Bit));

        // From the third: no code has an exception record in the first, and the third is the usual place.
        foreach (int index in (ReadOnlySpan<int>)[2, 1, 3, 0])
        {
            var address = new VirtualAddress(_parameters[index]);
            if (TriageStructureAddresses.IsKernelPointer(address.ToUInt64(), is64Bit)
                && _dump.Memory.TryRead(address, bytes)
                && ExceptionRecord.Parse(is64Bit, bytes) is { } record
                && IsPlausible(record))
            {
                return record;
            }
        }

        // KeBugCheckEx leaves STATUS_BREAKPOINT in the header: a placeholder, not the fault.
        const uint Breakpoint = 0x8000_0003;
        return _dump.Header.Exception is { Code: not Breakpoint } own ? own : null;
    }

    private bool IsPlausible(WindowsExceptionRecord record)
    {
        // STATUS_SEVERITY_WARNING or _ERROR without the facility bits a pointer would set; C++ exceptions (E06D7363).
        bool status = (record.Code & 0xF000_0000) is 0x8000_0000 or 0xC000_0000 || record.Code == 0xE06D7363;
        ulong address = record.Address.ToUInt64();
        bool code = _dump.Header.Is64Bit ? address >> 47 is 0x1FFFF or 0 : address <= uint.MaxValue;
        return status && code && (record.Flags & ~0xFFu) == 0 && address >= 0x1_0000;
    }

    private void AddPointedTo(List<CapturedContext> contexts)
    {
        Architecture architecture = _dump.Architecture;
        bool is64Bit = _dump.Header.Is64Bit;
        int contextSize = ContextRecord.SizeOf(architecture);
        int frameSize = _frame.Size;
        Span<byte> buffer = stackalloc byte[ContextRecord.MaximumSize];
        for (int i = 0; i < _parameters.Count; i++)
        {
            var address = new VirtualAddress(_parameters[i]);
            if (!TriageStructureAddresses.IsKernelPointer(address.ToUInt64(), is64Bit))
            {
                continue;
            }

            if (contextSize != 0
                && _dump.Memory.TryRead(address, buffer.Slice(0, contextSize))
                && ContextRecord.Parse(architecture, buffer) is { } registers
                && IsPlausible(registers))
            {
                contexts.Add(new CapturedContext(ContextOrigin.BugCheckContext, registers)
                {
                    Address = address,
                    IsBugCheckFault = _code is 0x3B or 0x7E || Matches(registers.InstructionPointer.ToUInt64(), null),
                });
            }
            else if (frameSize != 0 && IsTrapFrameParameter(_code, i) && _dump.Memory.TryRead(address, buffer.Slice(0, frameSize)))
            {
                bool user = _frame.HasUserShape(buffer);
                if (user || _frame.HasKernelShape(buffer))
                {
                    contexts.Add(Frame(ContextOrigin.BugCheckTrapFrame, address, buffer, user) with { IsBugCheckFault = true });
                }
            }
        }
    }

    private static bool IsTrapFrameParameter(uint code, int index) => (code, index) switch
    {
        (0x139, 1) or (0x8E, 2) or (0x7F, 1) or (0xFC, 2) or (0xBE, 2) or (0x1E, 2) or (0x1E, 3) => true,
        _ => false,
    };

    private bool IsPlausible(RegisterSet registers)
    {
        ulong pc = registers.InstructionPointer.ToUInt64();
        ulong sp = registers.StackPointer.ToUInt64();
        return _dump.Architecture switch
        {
            Architecture.X64 => registers["cs"] is 0x10 or 0x33 or 0x23 && pc != 0 && sp >> 47 is 0x1FFFF or 0,
            Architecture.X86 => registers["cs"] is 0x08 or 0x1B && pc != 0,
            _ => pc != 0 && (pc & 3) == 0,
        };
    }

    private void AddStackFrames(List<CapturedContext> contexts, (VirtualAddress Low, VirtualAddress High)? stack)
    {
        if (_dump is not WindowsTriageDump triage || _frame.Size == 0)
        {
            return;
        }

        var known = new HashSet<VirtualAddress>();
        foreach (CapturedContext context in contexts)
        {
            if (context.Address is { } address)
            {
                known.Add(address);
            }
        }

        var found = new List<CapturedContext>();
        bool matched = contexts.Exists(c => c.IsBugCheckFault);
        foreach (bool onStack in (ReadOnlySpan<bool>)[true, false])
        {
            // Elsewhere (interrupt and DPC stacks that the dump keeps as blocks) only the very fault is looked for.
            if (!onStack && (matched || FaultingInstruction(_code, _parameters) is null))
            {
                break;
            }

            foreach (TriageDataBlock piece in triage.MemoryPiecesSorted)
            {
                if (IsStack(triage, piece, stack) == onStack)
                {
                    Scan(triage, piece, onlyFault: !onStack, known, found);
                }
            }

            matched |= found.Exists(f => f.IsBugCheckFault);
        }

        // The fault first; then by address, the innermost first.
        found.Sort(static (left, right) => left.IsBugCheckFault != right.IsBugCheckFault
            ? right.IsBugCheckFault.CompareTo(left.IsBugCheckFault)
            : left.Address!.Value.CompareTo(right.Address!.Value));
        contexts.AddRange(found.GetRange(0, Math.Min(found.Count, MaximumFrames)));
    }

    private bool IsStack(WindowsTriageDump triage, TriageDataBlock piece, (VirtualAddress Low, VirtualAddress High)? stack)
    {
        bool callStack = triage.StackStart is { } start && piece.Address >= start && piece.Address - start < triage.StackSize;
        bool thread = stack is { } range && piece.Address < range.High && piece.Address + piece.Size > range.Low;
        ulong sp = _dump.Header.Context?.StackPointer.ToUInt64() ?? 0;
        bool current = sp != 0 && sp - piece.Address.ToUInt64() < piece.Size;
        return callStack || thread || current;
    }

    private void Scan(WindowsTriageDump triage, TriageDataBlock piece, bool onlyFault, HashSet<VirtualAddress> known, List<CapturedContext> found)
    {
        Architecture architecture = triage.Architecture;
        int size = _frame.Size;
        int step = architecture == Architecture.X86 ? 4 : 8;
        Span<byte> joined = stackalloc byte[TrapFrame.MaximumSize];
        if (_scanned >= MaximumScanned)
        {
            return;
        }

        ReadOnlySpan<byte> bytes = triage.FileBytes(piece.Offset, (uint)Math.Min(piece.Size, MaximumScanned - _scanned));
        _scanned += bytes.Length;
        int first = (int)((0 - piece.Address.ToUInt64()) & (uint)(step - 1));
        for (int at = first; at < bytes.Length && found.Count < MaximumFrames * 4; at += step)
        {
            scoped ReadOnlySpan<byte> frame;
            VirtualAddress address = piece.Address + (uint)at;
            if (at + size <= bytes.Length)
            {
                frame = bytes.Slice(at, size);
            }
            else
            {
                // A frame that runs on into the next piece.
                if (!triage.Memory.TryRead(address, joined.Slice(0, size)))
                {
                    break;
                }

                frame = joined.Slice(0, size);
            }

            if (!_frame.HasKernelShape(frame))
            {
                continue;
            }

            bool fault = Matches(_frame.InstructionPointer(frame), _frame.FaultAddress(frame));
            if ((fault || !onlyFault) && IsCode(triage, _frame.InstructionPointer(frame), fault) && known.Add(address))
            {
                found.Add(Frame(ContextOrigin.StackTrapFrame, address, frame, user: false) with { IsBugCheckFault = fault });
            }
        }
    }

    // Without this check words on a stale stack look like frames now and then.
    private static bool IsCode(WindowsTriageDump triage, ulong pc, bool fault)
    {
        if (fault)
        {
            return true;
        }

        foreach (TriageDriver driver in triage.Drivers)
        {
            if (pc - driver.BaseAddress.ToUInt64() < driver.SizeOfImage)
            {
                return true;
            }
        }

        return false;
    }

    private void AddUserFrame(List<CapturedContext> contexts, VirtualAddress? address)
    {
        Architecture architecture = _dump.Architecture;
        int size = _frame.Size;
        Span<byte> frame = stackalloc byte[TrapFrame.MaximumSize];
        frame = frame.Slice(0, size);
        if (address is null || size == 0 || contexts.Exists(c => c.Address == address) || !_dump.Memory.TryRead(address.Value, frame))
        {
            return;
        }

        if (_frame.HasUserShape(frame))
        {
            contexts.Add(Frame(ContextOrigin.StackTrapFrame, address.Value, frame, user: true));
        }
    }

    private CapturedContext Frame(ContextOrigin origin, VirtualAddress address, ReadOnlySpan<byte> frame, bool user)
    {
        Architecture architecture = _dump.Architecture;
        ulong? fault = _frame.FaultAddress(frame);
        RegisterSet registers = ExceptionFrame.Complete(_dump.Memory, _dump.Header.Context, address, _frame.Read(address, frame));
        return new CapturedContext(origin, registers)
        {
            Address = address,
            IsUserMode = user,
            FaultAddress = fault is null ? null : new VirtualAddress(fault.Value),
        };
    }

    private bool Matches(ulong instruction, ulong? faultAddress)
    {
        if (FaultingInstruction(_code, _parameters) is { } named)
        {
            return named == instruction;
        }

        return faultAddress is not null and not 0 && FaultingAddress(_code, _parameters) == faultAddress;
    }
}
