using KernelFault.Dumps;
using KernelFault.Dumps.Windows;
using KernelFault.Formats;
using KernelFault.Memory;
using static KernelFault.Dumps.Windows.LittleEndian;

namespace KernelFault.Kernels.Windows;

/// <summary>Reads the current process, thread and processor from the copies a triage dump holds.</summary>
/// <remarks>
/// Offsets come from symbols where given, then from the dump's own KDDEBUGGER_DATA64, then from
/// <see cref="WindowsStructureTable"/>. A table row is taken only when the client id in the thread names the process that
/// the dump holds, or, for the row of exactly this build, when name and id can be ones.
/// </remarks>
internal sealed class WindowsThreadReader
{
    private const int ImageFileNameLength = 15;

    // Process and thread ids are multiples of four from one handle table.
    private const ulong HighestId = 0x400_0000;

    private readonly WindowsTriageDump _dump;
    private readonly ISymbolSource? _symbols;
    private readonly List<string> _warnings;
    private readonly bool _is64Bit;

    internal WindowsThreadReader(WindowsTriageDump dump, ISymbolSource? symbols, List<string> warnings)
    {
        _dump = dump;
        _symbols = symbols;
        _warnings = warnings;
        _is64Bit = dump.Header.Is64Bit;
    }

    internal WindowsThreadFacts Read()
    {
        (WindowsStructureLayout? layout, bool certain) = FindLayout();
        (VirtualAddress? limit, VirtualAddress? high) = ReadStack(layout);
        var facts = new WindowsThreadFacts
        {
            ProcessorNumber = ReadProcessorNumber(),
            Processor = ReadProcessor(),
            ThreadAddress = Agreed("thread", TriageStructureAddresses.Thread(_dump), TriageStructureAddresses.ThreadByPrcb(_dump), "the processor was running"),
            ProcessAddress = Agreed("process", TriageStructureAddresses.Process(_dump), TriageStructureAddresses.ProcessByThread(_dump), "the thread was using"),
            StackLimit = limit,
            StackBase = high,
        };

        if (layout is null)
        {
            _warnings.Add(FormattableString.Invariant(
                $"The layout of process and thread in build {_dump.Header.BuildNumber} ({_dump.Architecture}) is not known: process name, ids and IRQL are missing. Symbols of the kernel would give them."));
            return facts with { Irql = IrqlFromParameters() };
        }

        ReadOnlySpan<byte> thread = _dump.Slice(TriageSlice.Thread);
        ReadOnlySpan<byte> process = _dump.Slice(TriageSlice.Process);
        string? name = ReadName(process, layout.ImageFileName);
        ulong? processId = ReadId(process, layout.UniqueProcessId);
        ulong? threadId = ReadId(thread, layout.Cid + (_is64Bit ? 8u : 4u));
        ulong? clientProcess = ReadId(thread, layout.Cid);
        bool attached = IsAttached(layout);
        if (threadId is not null && clientProcess != processId && !attached)
        {
            _warnings.Add("Thread and process in the dump do not name each other: the thread's id is left out.");
            threadId = null;
        }

        if (name is null)
        {
            _warnings.Add("The current process has no readable name.");
        }

        return facts with
        {
            ProcessName = name,
            ProcessId = name is null ? null : processId,
            ThreadId = threadId is 0 && processId is not 0 ? null : threadId,
            Irql = IrqlFromParameters() ?? ReadIrql(certain ? layout.DebuggerSavedIrql : null),
            TrapFrame = Pointer(thread, layout.TrapFrame) is { } frame && Inside(frame, limit, high) ? frame : null,
        };
    }

    // The row of this build, or another one that the structures prove. Certain: made for this very build.
    private (WindowsStructureLayout? Layout, bool Certain) FindLayout()
    {
        if (FromSymbols() is { } own)
        {
            return (own, true);
        }

        WindowsStructureLayout? row = WindowsStructureTable.Find(_dump.Architecture, _dump.Header.BuildNumber, _dump.DebuggerData?.SizePrcb);
        if (row is not null && Proves(row))
        {
            return (row, true);
        }

        foreach (WindowsStructureLayout other in WindowsStructureTable.All(_dump.Architecture))
        {
            if (Proves(other))
            {
                return (other, false);
            }
        }

        return row is not null && CanBe(row) ? (row, true) : (null, false);
    }

    private WindowsStructureLayout? FromSymbols()
    {
        if (_symbols?.FieldOffset("_EPROCESS", "UniqueProcessId") is not { } id
            || _symbols.FieldOffset("_EPROCESS", "ImageFileName") is not { } name
            || _symbols.FieldOffset("_ETHREAD", "Cid") is not { } cid
            || _symbols.FieldOffset("_KTHREAD", "TrapFrame") is not { } frame
            || _symbols.FieldOffset("_KTHREAD", "StackLimit") is not { } limit
            || _symbols.FieldOffset("_KTHREAD", "StackBase") is not { } high
            || _symbols.FieldOffset("_KTHREAD", "Process") is not { } owner)
        {
            return null;
        }

        return new WindowsStructureLayout(id, name, cid, _symbols.FieldOffset("_KPRCB", "DebuggerSavedIRQL"), frame, limit, high, owner);
    }

    // Name and id fit and the thread's client id names the same process: chance cannot do that.
    private bool Proves(WindowsStructureLayout layout)
    {
        ulong? id = ReadId(_dump.Slice(TriageSlice.Process), layout.UniqueProcessId);
        return id is not null and not 0
            && ReadName(_dump.Slice(TriageSlice.Process), layout.ImageFileName) is not null
            && ReadId(_dump.Slice(TriageSlice.Thread), layout.Cid) == id
            && ReadId(_dump.Slice(TriageSlice.Thread), layout.Cid + (_is64Bit ? 8u : 4u)) is not null and not 0;
    }

    private bool CanBe(WindowsStructureLayout layout) =>
        ReadName(_dump.Slice(TriageSlice.Process), layout.ImageFileName) is not null
        && ReadId(_dump.Slice(TriageSlice.Process), layout.UniqueProcessId) is not null;

    private bool IsAttached(WindowsStructureLayout layout) =>
        Pointer(_dump.Slice(TriageSlice.Thread), layout.OwnerProcess) is { } owner
        && TriageStructureAddresses.ProcessByThread(_dump) is { } used
        && owner != used;

    private VirtualAddress? Agreed(string what, VirtualAddress? proved, VirtualAddress? named, string by)
    {
        if (proved is not null && named is not null && proved != named)
        {
            _warnings.Add($"The {what} in the dump is the one at {proved.Value.Hex}, not the one that {by} ({named.Value.Hex}).");
        }

        return proved ?? named;
    }

    private (VirtualAddress? Limit, VirtualAddress? High) ReadStack(WindowsStructureLayout? layout)
    {
        ReadOnlySpan<byte> thread = _dump.Slice(TriageSlice.Thread);
        KdDebuggerData? data = _dump.DebuggerData;
        VirtualAddress? limit = Pointer(thread, data?.OffsetOf("OffsetKThreadStackLimit") ?? layout?.StackLimit);
        VirtualAddress? high = Pointer(thread, data?.OffsetOf("OffsetKThreadStackBase") ?? layout?.StackBase);
        VirtualAddress? initial = Pointer(thread, data?.OffsetOf("OffsetKThreadInitialStack"));
        if (limit is null || high is null || high <= limit || high.Value - limit.Value > 0x10_0000)
        {
            return (null, null);
        }

        // KTHREAD.InitialStack lies in the stack it starts at: the three prove each other.
        if (initial is not null && (initial > high || initial <= limit))
        {
            _warnings.Add("The limits of the thread's stack contradict each other and are left out.");
            return (null, null);
        }

        return (limit, high);
    }

    private uint? ReadProcessorNumber()
    {
        ReadOnlySpan<byte> prcb = _dump.Slice(TriageSlice.Prcb);
        if (_dump.DebuggerData?.OffsetOf("OffsetPrcbNumber") is not { } offset || !TryUInt32(prcb, offset, out uint number))
        {
            return null;
        }

        // A byte until Windows Vista.
        number = _dump.Header.BuildNumber < 7600 ? number & 0xFF : number;
        if (number < Math.Max(_dump.Header.NumberProcessors, 1))
        {
            return number;
        }

        _warnings.Add(FormattableString.Invariant(
            $"The processor block says processor {number}, but the machine has {_dump.Header.NumberProcessors}: left out."));
        return null;
    }

    private string? ReadProcessor()
    {
        ReadOnlySpan<byte> prcb = _dump.Slice(TriageSlice.Prcb);
        if (_dump.DebuggerData?.OffsetOf("OffsetPrcbVendorString") is not { } vendorAt || vendorAt + 13 > prcb.Length)
        {
            return null;
        }

        string vendor = Ascii(prcb.Slice((int)vendorAt, 13));
        if (vendor.Length < 8 || !IsPrintable(vendor))
        {
            return null;
        }

        if (_dump.Architecture == Architecture.Arm64
            || _dump.DebuggerData.OffsetOf("OffsetPrcbCpuType") is not { } type
            || type + 4 > prcb.Length)
        {
            return vendor;
        }

        return FormattableString.Invariant(
            $"{vendor} family {prcb[(int)type]} model {prcb[(int)type + 3]} stepping {prcb[(int)type + 2]}");
    }

    private byte? ReadIrql(uint? offset)
    {
        ReadOnlySpan<byte> prcb = _dump.Slice(TriageSlice.Prcb);
        int highest = _dump.Architecture == Architecture.X86 ? 31 : 15;
        return offset is not null && offset < prcb.Length && prcb[(int)offset] <= highest ? prcb[(int)offset] : null;
    }

    // IRQL_NOT_LESS_OR_EQUAL, DRIVER_IRQL_NOT_LESS_OR_EQUAL and IRQL_GT_ZERO_AT_SYSTEM_SERVICE pass the one of the fault;
    // 0xFF means that interrupts were off.
    private byte? IrqlFromParameters()
    {
        ulong value = _dump.Header.BugCheckParameters[1];
        ulong highest = _dump.Architecture == Architecture.X86 ? 31u : 15u;
        return (_dump.Header.BugCheckCode & ~0x1000_0000u) is 0x0A or 0xD1 or 0x4A && value <= highest ? (byte)value : null;
    }

    private VirtualAddress? Pointer(ReadOnlySpan<byte> bytes, uint? offset) =>
        offset is not null && TryPointer(bytes, offset.Value, _is64Bit, out ulong value) && TriageStructureAddresses.IsKernelPointer(value, _is64Bit)
            ? new VirtualAddress(value)
            : null;

    private ulong? ReadId(ReadOnlySpan<byte> bytes, uint offset) =>
        TryPointer(bytes, offset, _is64Bit, out ulong value) && (value & 3) == 0 && value < HighestId ? value : null;

    private static string? ReadName(ReadOnlySpan<byte> process, uint offset)
    {
        if (offset + ImageFileNameLength > process.Length)
        {
            return null;
        }

        string name = Ascii(process.Slice((int)offset, ImageFileNameLength));
        return name.Length > 0 && IsPrintable(name) ? PrintableText.Clean(name) : null;
    }

    // Names may be in the machine's own code page; control characters are in none.
    private static bool IsPrintable(string text)
    {
        foreach (char c in text)
        {
            if (c < ' ' || c == '\u007F')
            {
                return false;
            }
        }

        return true;
    }

    private static bool Inside(VirtualAddress address, VirtualAddress? low, VirtualAddress? high) =>
        low is not null && high is not null && address >= low && address < high;
}
