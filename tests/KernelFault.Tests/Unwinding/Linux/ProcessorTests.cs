using System.Buffers.Binary;
using KernelFault.Dumps;
using KernelFault.Dumps.Linux;
using KernelFault.Kernels.Linux.Types;
using KernelFault.Memory;
using KernelFault.Unwinding.Linux;

namespace KernelFault.Tests.Unwinding.Linux;

public class ProcessorTests
{
    private const ulong Variables = 0xFFFF_FFFF_8280_0000;
    private const ulong Own = 0xFFFF_8880_0010_0000;
    private const ulong Task = 0xFFFF_8880_0020_0000;
    private readonly Dictionary<string, ulong> _symbols = new(StringComparer.Ordinal);
    private readonly SparseMemory _memory = new();
    private readonly byte[] _variables = new byte[256];
    private readonly byte[] _own = new byte[0x2000];

    public ProcessorTests()
    {
        _memory.Add(Variables, _variables).Add(Own, _own);
        Variable("__per_cpu_offset", 0, Own);
        Variable("nr_cpu_ids", 8, 1);
        Variable("__cpu_present_mask", 16, 1);
        Variable("crash_notes", 24, 0x1000);
        Variable("panic_cpu", 32, 0);
        OwnVariable("current_task", 0x20, Task);
    }

    [Fact]
    public void A_processors_own_saved_registers_go_before_the_notes_of_the_file()
    {
        BinaryPrimitives.WriteInt32LittleEndian(_own.AsSpan(0x1000), 5);
        BinaryPrimitives.WriteInt32LittleEndian(_own.AsSpan(0x1004), 336);
        BinaryPrimitives.WriteInt32LittleEndian(_own.AsSpan(0x1008), 1);
        BinaryPrimitives.WriteUInt64LittleEndian(_own.AsSpan(0x1014 + 112 + (16 * 8)), 0x1234);

        ProcessorRegisters processor = Assert.Single(Read());

        Assert.True(processor.IsFromCrash);
        Assert.Equal(0x1234UL, processor.Registers!["rip"]);
        Assert.Equal(Task, processor.Task!.Value.ToUInt64());
    }

    [Theory]
    [InlineData(0, 336, 1)]
    [InlineData(5, 0, 1)]
    [InlineData(5, 5000, 1)]
    [InlineData(5, 336, 3)]
    public void A_note_that_was_never_written_or_is_damaged_leaves_those_of_the_file(int name, int size, int type)
    {
        BinaryPrimitives.WriteInt32LittleEndian(_own.AsSpan(0x1000), name);
        BinaryPrimitives.WriteInt32LittleEndian(_own.AsSpan(0x1004), size);
        BinaryPrimitives.WriteInt32LittleEndian(_own.AsSpan(0x1008), type);

        ProcessorRegisters processor = Assert.Single(Read());

        Assert.False(processor.IsFromCrash);
        Assert.Equal(0x99UL, processor.Registers!["rip"]);
    }

    [Fact]
    public void The_stacks_of_a_processor_are_where_its_own_segment_and_variables_say()
    {
        const ulong Entry = 0xFFFF_FE00_0000_2000;
        const ulong DoubleFault = 0xFFFF_FE00_0000_B000;
        const ulong Interrupt = 0xFFFF_C900_0000_4000;
        OwnVariable("hardirq_stack_ptr", 0x28, Interrupt - 8);
        _symbols["cpu_tss_rw"] = 0x100;
        BinaryPrimitives.WriteUInt64LittleEndian(_own.AsSpan(0x104), Entry);
        for (int i = 0; i < 4; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(_own.AsSpan(0x124 + (i * 8)), DoubleFault + ((ulong)i * 0x3000));
        }

        var map = new LinuxStackMap(Kernel(), Architecture.X64, new ProcessorRegisters(0, null, null, false));

        Assert.Equal(LinuxStackKind.Interrupt, map.Find(new VirtualAddress(Interrupt - 0x4000)));
        Assert.Equal(LinuxStackKind.Unknown, map.Find(new VirtualAddress(Interrupt)));
        Assert.Equal(LinuxStackKind.EntryTrampoline, map.Find(new VirtualAddress(Entry - 8)));
        Assert.Equal(LinuxStackKind.DoubleFault, map.Find(new VirtualAddress(DoubleFault - 0x2000)));
        Assert.Equal(LinuxStackKind.Unknown, map.Find(new VirtualAddress(DoubleFault)));
        Assert.Equal(LinuxStackKind.NonMaskableInterrupt, map.Find(new VirtualAddress(DoubleFault + 0x3000 - 8)));
        Assert.Equal(LinuxStackKind.MachineCheck, map.Find(new VirtualAddress(DoubleFault + 0x9000 - 8)));
    }

    private IReadOnlyList<ProcessorRegisters> Read() => ProcessorReader.Read(
        Kernel(), [new VmcoreProcessor(0, 1, SimulatedKernel.Registers(0x99, 0), null)], Architecture.X64);

    private KernelData Kernel() =>
        new(_memory, () => null, name => _symbols.TryGetValue(name, out ulong address) ? new VirtualAddress(address) : null, null);

    private void Variable(string name, int offset, ulong value)
    {
        _symbols[name] = Variables + (ulong)offset;
        BinaryPrimitives.WriteUInt64LittleEndian(_variables.AsSpan(offset), value);
    }

    private void OwnVariable(string name, int offset, ulong value)
    {
        _symbols[name] = (ulong)offset;
        BinaryPrimitives.WriteUInt64LittleEndian(_own.AsSpan(offset), value);
    }
}
