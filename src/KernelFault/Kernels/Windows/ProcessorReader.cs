using KernelFault.Dumps;
using KernelFault.Dumps.Windows;
using KernelFault.Memory;

namespace KernelFault.Kernels.Windows;

// A minidump that Windows cut out of a larger dump holds the KPRCB of every processor as a data block, and the context
// record each was stopped with. KiProcessorBlock points to them; where that array is not in the dump, a block of a KPRCB's
// size whose number and thread fit is one. All offsets are the dump's own (KDDEBUGGER_DATA64).

/// <summary>Reads what every processor was doing.</summary>
internal sealed class ProcessorReader
{
    // KAFFINITY groups times processors in one; more than any Windows runs on.
    private const uint MaximumProcessors = 4096;

    private readonly WindowsTriageDump _dump;
    private readonly KdDebuggerData? _data;
    private readonly bool _is64Bit;
    private readonly uint _pointerSize;

    internal ProcessorReader(WindowsTriageDump dump)
    {
        _dump = dump;
        _data = dump.DebuggerData;
        _is64Bit = dump.Header.Is64Bit;
        _pointerSize = _is64Bit ? 8u : 4u;
    }

    /// <summary>The processors the dump tells of, by number; the one that crashed at least when its KPRCB has a known address.</summary>
    internal IReadOnlyList<ProcessorState> Read()
    {
        if (_data?.OffsetOf("OffsetPrcbNumber") is not { } numberAt || _data.OffsetOf("OffsetPrcbCurrentThread") is not { } threadAt)
        {
            return [];
        }

        VirtualAddress? crashing = TriageStructureAddresses.Prcb(_dump);
        var processors = new List<ProcessorState>();
        foreach (VirtualAddress prcb in Candidates(crashing))
        {
            if (ReadOne(prcb, numberAt, threadAt, crashing) is { } processor && !processors.Exists(other => other.Number == processor.Number))
            {
                processors.Add(processor);
            }
        }

        processors.Sort(static (left, right) => left.Number.CompareTo(right.Number));
        return processors;
    }

    private IEnumerable<VirtualAddress> Candidates(VirtualAddress? crashing)
    {
        if (crashing is not null)
        {
            yield return crashing.Value;
        }

        if (_data!.KiProcessorBlock is { } block)
        {
            uint count = Math.Min(_dump.Header.NumberProcessors, MaximumProcessors);
            for (uint i = 0; i < count && ReadPointer(block + (i * _pointerSize)) is { } prcb; i++)
            {
                yield return prcb;
            }
        }

        foreach (TriageDataBlock piece in _dump.DataBlocks)
        {
            if (piece.Size == _data.SizePrcb)
            {
                yield return piece.Address;
            }
        }
    }

    private ProcessorState? ReadOne(VirtualAddress prcb, uint numberAt, uint threadAt, VirtualAddress? crashing)
    {
        if (!_dump.Memory.TryReadUInt32(prcb + numberAt, out uint number))
        {
            return null;
        }

        number = _dump.Header.BuildNumber < 7600 ? number & 0xFF : number;
        if (number >= Math.Min(_dump.Header.NumberProcessors, MaximumProcessors) || ReadPointer(prcb + threadAt) is not { } thread)
        {
            return null;
        }

        VirtualAddress? idle = _data!.OffsetOf("OffsetPrcbIdleThread") is { } idleAt ? ReadPointer(prcb + idleAt) : null;
        return new ProcessorState
        {
            Number = number,
            PrcbAddress = prcb,
            IsCrashing = prcb == crashing,
            IsIdle = idle is null ? null : idle == thread,
            ThreadAddress = thread,
            Registers = _data.OffsetOf("OffsetPrcbContext") is { } contextAt && ReadPointer(prcb + contextAt) is { } context ? ReadContext(context) : null,
        };
    }

    private RegisterSet? ReadContext(VirtualAddress address)
    {
        Span<byte> record = stackalloc byte[ContextRecord.MaximumSize];
        record = record.Slice(0, ContextRecord.SizeOf(_dump.Architecture));
        return record.Length > 0 && _dump.Memory.TryRead(address, record) ? ContextRecord.Parse(_dump.Architecture, record) : null;
    }

    private VirtualAddress? ReadPointer(VirtualAddress address)
    {
        ulong value;
        if (_is64Bit)
        {
            _dump.Memory.TryReadUInt64(address, out value);
        }
        else
        {
            _dump.Memory.TryReadUInt32(address, out uint word);
            value = word;
        }

        return TriageStructureAddresses.IsKernelPointer(value, _is64Bit) ? new VirtualAddress(value) : null;
    }
}
