using KernelFault.Memory;
using static KernelFault.Dumps.Windows.LittleEndian;

namespace KernelFault.Dumps.Windows;

/// <summary>A Windows triage dump (minidump, type 4): what one blue screen left in <c>C:\Windows\Minidump</c>.</summary>
/// <remarks>
/// Opening reads the two headers only. Every other part is read when it is first asked for and kept; any number of threads
/// may ask. Damage in one part is a warning and leaves the others readable.
/// </remarks>
public sealed class WindowsTriageDump : WindowsDump
{
    // 16 bytes each: more blocks than any dump has (the largest seen has 4,908), so that a damaged count costs little.
    private const uint MaximumDataBlocks = 0x40000;

    private readonly MappedFile _file;
    private readonly string[] _headerWarnings;
    private readonly Part<IReadOnlyList<TriageDriver>> _drivers;
    private readonly Part<IReadOnlyList<TriageUnloadedDriver>> _unloadedDrivers;
    private readonly Part<IReadOnlyList<TriageDataBlock>> _dataBlocks;
    private readonly Part<IReadOnlyList<SecondaryDataStream>> _secondaryData;
    private readonly Part<KdDebuggerData?> _debuggerData;
    private readonly Lazy<TriageMemory> _memory;

    private WindowsTriageDump(MappedFile file, WindowsDumpHeader header, TriageDumpHeader triage, List<string> warnings)
        : base(file.Path, DumpKind.WindowsTriage, file.Length, header)
    {
        _file = file;
        Triage = triage;
        _headerWarnings = [.. warnings];
        _drivers = new(list => TriageDriverList.Read(file, triage, header.Is64Bit, list));
        _unloadedDrivers = new(list => TriageUnloadedDriverList.Read(file, triage, header.Is64Bit, list));
        _dataBlocks = new(ReadDataBlocks);
        _secondaryData = new(list => SecondaryDataReader.Read(file, triage.SizeOfDump, list));
        _debuggerData = new(list => KdDebuggerDataReader.Parse(Slice(TriageSlice.DebuggerData), header.Is64Bit));
        _memory = new Lazy<TriageMemory>(() => new TriageMemory(file, MemoryPieces()));
    }

    /// <summary>The triage dump's own header.</summary>
    public TriageDumpHeader Triage { get; }

    /// <summary>True if the closing mark <c>TRGD</c> is where the header says: the file was written to its end.</summary>
    public bool IsComplete => _file.TrySlice(Triage.ValidOffset, 4, out ReadOnlySpan<byte> mark) && UInt32(mark, 0) == TriageDumpHeaderReader.Valid;

    /// <summary>Loaded drivers in the order of the loader: the kernel first.</summary>
    public IReadOnlyList<TriageDriver> Drivers => _drivers.Value;

    /// <summary>Unloaded drivers, the newest first.</summary>
    public IReadOnlyList<TriageUnloadedDriver> UnloadedDrivers => _unloadedDrivers.Value;

    /// <summary>The pieces of memory that kernel and drivers chose for the dump, as stored; those outside the file left out.</summary>
    public IReadOnlyList<TriageDataBlock> DataBlocks => _dataBlocks.Value;

    /// <summary>Tagged data behind the dump; empty when there is none.</summary>
    public IReadOnlyList<SecondaryDataStream> SecondaryData => _secondaryData.Value;

    /// <summary>The kernel's description of itself; null when the dump has none that can be read.</summary>
    public KdDebuggerData? DebuggerData => _debuggerData.Value;

    /// <summary>Virtual address of the first byte of the stack memory; null when there is none.</summary>
    public VirtualAddress? StackStart => StackSize == 0 ? null : Triage.TopOfStack;

    /// <summary>Bytes of stack memory, as far as the file holds them.</summary>
    public uint StackSize => Triage.CallStackOffset == 0 || Triage.CallStackOffset >= _file.Length
        ? 0
        : (uint)Math.Min(Triage.SizeOfCallStack, _file.Length - Triage.CallStackOffset);

    /// <inheritdoc/>
    public override IMemoryReader Memory => _memory.Value;

    /// <inheritdoc/>
    /// <remarks>Asking for them reads every part.</remarks>
    public override IReadOnlyList<string> Warnings =>
        [.. _headerWarnings, .. _drivers.Warnings, .. _unloadedDrivers.Warnings, .. _dataBlocks.Warnings, .. _secondaryData.Warnings, .. _debuggerData.Warnings];

    /// <summary>
    /// The driver that Windows itself blamed (<c>KiBugCheckDriver</c>), as a raw name or path; null when it blamed none. The
    /// header points to the name in the string pool or to the driver's entry, whose first field points there.
    /// </summary>
    public string? BrokenDriver
    {
        get
        {
            uint offset = Triage.BrokenDriverOffset;
            if (offset == 0)
            {
                return null;
            }

            return TriageDriverList.ReadName(_file, Triage, offset)
                ?? (_file.TrySlice(offset, 4, out ReadOnlySpan<byte> entry) ? TriageDriverList.ReadName(_file, Triage, UInt32(entry, 0)) : null);
        }
    }

    /// <summary>The bytes of one secondary data stream, in place.</summary>
    /// <param name="stream">One of <see cref="SecondaryData"/>.</param>
    /// <returns>Its bytes; empty when it lies outside the file. Valid until the dump is disposed.</returns>
    public ReadOnlySpan<byte> Bytes(SecondaryDataStream stream) =>
        stream.Length <= int.MaxValue && _file.TrySlice(stream.Offset, (int)stream.Length, out ReadOnlySpan<byte> bytes) ? bytes : default;

    /// <summary>Opens it; takes the file over also when it throws.</summary>
    internal static WindowsTriageDump Open(MappedFile file, WindowsDumpHeader header, List<string> warnings)
    {
        TriageDumpHeader triage = TriageDumpHeaderReader.Read(file, header.Is64Bit, warnings);
        var dump = new WindowsTriageDump(file, header, triage, warnings);
        if (dump.IsComplete)
        {
            return dump;
        }

        warnings.Add(triage.SizeOfDump > file.Length
            ? FormattableString.Invariant($"The file is cut off: the triage dump should have {triage.SizeOfDump} bytes, the file has {file.Length}.")
            : FormattableString.Invariant($"The closing mark TRGD is not at byte {triage.ValidOffset}: the dump was not written to its end or is damaged."));
        return new WindowsTriageDump(file, header, triage, warnings);
    }

    /// <summary>A structure copy, as long as it can be: up to its size by the debugger data, the next part, or the end of the file.</summary>
    internal ReadOnlySpan<byte> Slice(TriageSlice slice)
    {
        uint start = slice switch
        {
            TriageSlice.Prcb => Triage.PrcbOffset,
            TriageSlice.Process => Triage.ProcessOffset,
            TriageSlice.Thread => Triage.ThreadOffset,
            TriageSlice.DebuggerData => Triage.DebuggerDataOffset,
            _ => Triage.MmOffset,
        };
        uint size = slice switch
        {
            TriageSlice.Prcb => DebuggerData?.SizePrcb ?? 0x20000u,
            TriageSlice.Process => DebuggerData?.SizeEProcess ?? 0x4000u,
            TriageSlice.Thread => DebuggerData?.SizeEThread ?? 0x4000u,
            TriageSlice.DebuggerData => Math.Min(Triage.DebuggerDataSize, 0x1000u),
            _ => 0x400u,
        };
        return start == 0 ? default : _file.SliceUpTo(start, (int)Math.Min(size, NextPart(start) - start));
    }

    /// <summary>All memory in the dump, sorted by address, free of overlaps.</summary>
    internal IReadOnlyList<TriageDataBlock> MemoryPiecesSorted => _memory.Value.Pieces;

    /// <summary>A window on the file, as much as it holds.</summary>
    internal ReadOnlySpan<byte> FileBytes(uint offset, uint size) => _file.SliceUpTo(offset, (int)Math.Min(size, int.MaxValue));

    /// <summary>The stack memory in place.</summary>
    internal ReadOnlySpan<byte> Stack => StackSize > int.MaxValue ? default : _file.SliceUpTo(Triage.CallStackOffset, (int)StackSize);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _file.Dispose();
        }

        base.Dispose(disposing);
    }

    private uint NextPart(uint start)
    {
        TriageDumpHeader t = Triage;
        ReadOnlySpan<uint> parts =
        [
            t.MmOffset, t.UnloadedDriversOffset, t.PrcbOffset, t.ProcessOffset, t.ThreadOffset, t.CallStackOffset,
            t.DriverListOffset, t.StringPoolOffset, t.DebuggerDataOffset, t.DataBlocksOffset, t.ValidOffset,
        ];
        uint next = uint.MaxValue;
        foreach (uint part in parts)
        {
            if (part > start && part < next)
            {
                next = part;
            }
        }

        return next;
    }

    private List<TriageDataBlock> ReadDataBlocks(List<string> warnings)
    {
        var blocks = new List<TriageDataBlock>();
        if (Triage.DataBlocksOffset == 0)
        {
            return blocks;
        }

        uint count = Math.Min(Triage.DataBlocksCount, MaximumDataBlocks);
        int outside = 0;
        for (uint i = 0; i < count; i++)
        {
            if (!_file.TrySlice(Triage.DataBlocksOffset + (16L * i), 16, out ReadOnlySpan<byte> entry))
            {
                outside += (int)(count - i);
                break;
            }

            // 32-bit kernels store the address sign-extended; registers and pointers hold it in 32 bits.
            ulong address = Header.Is64Bit ? UInt64(entry, 0) : UInt32(entry, 0);
            var block = new TriageDataBlock(new VirtualAddress(address), UInt32(entry, 8), UInt32(entry, 12));
            if (block.Size == 0)
            {
                continue;
            }

            if (block.Offset == 0 || block.Offset >= _file.Length)
            {
                outside++;
                continue;
            }

            blocks.Add(block with { Size = (uint)Math.Min(block.Size, _file.Length - block.Offset) });
        }

        if (outside > 0 || count < Triage.DataBlocksCount)
        {
            warnings.Add(FormattableString.Invariant(
                $"Of {Triage.DataBlocksCount} blocks of memory the dump names, {blocks.Count} lie inside the file."));
        }

        return blocks;
    }

    private List<TriageDataBlock> MemoryPieces()
    {
        var pieces = new List<TriageDataBlock>(DataBlocks.Count + 2);
        if (StackSize > 0)
        {
            pieces.Add(new TriageDataBlock(Triage.TopOfStack, Triage.CallStackOffset, StackSize));
        }

        if (Triage.DataPageSize != 0 && Triage.DataPageOffset != 0)
        {
            pieces.Add(new TriageDataBlock(Triage.DataPageAddress, Triage.DataPageOffset, Triage.DataPageSize));
        }

        TriageStructureAddresses.AddPieces(this, pieces);
        pieces.AddRange(DataBlocks);
        return pieces;
    }

    // A part of the file that is read once, with what was wrong with it.
    private sealed class Part<T>(Func<List<string>, T> read)
    {
        private readonly Lazy<Content> _content = new(() =>
        {
            var warnings = new List<string>();
            T value = read(warnings);
            return new Content(value, warnings.ToArray());
        });

        public T Value => _content.Value.Value;

        public string[] Warnings => _content.Value.Warnings;

        private sealed record Content(T Value, string[] Warnings);
    }
}
