using System.Buffers.Binary;
using KernelFault.Dumps;
using KernelFault.Kernels.Linux.Types;
using KernelFault.Memory;

namespace KernelFault.Unwinding.Linux;

// x86: the top of the IRQ stack is the per-CPU variable hardirq_stack_ptr (in pcpu_hot from 6.2 to 6.14; irq_stack_ptr before 5.2). Where
// the processor itself switches to, its own task-state segment says (per-CPU cpu_tss_rw): sp0 at 4, seven interrupt stacks at 36, of
// which Linux has used 1 for double faults, 2 NMI, 3 debug, 4 machine checks since 4.14 and 5 for #VC since 5.10. The stacks lie in
// that order, since 5.1 with a guard page below each.
// arm64: the per-CPU pointer irq_stack_ptr to the lowest address of the IRQ stack; the per-CPU array overflow_stack of 4 KiB.

/// <summary>Tells which stack of a processor an address lies in.</summary>
internal sealed class LinuxStackMap
{
    private const ulong PageSize = 4096;
    private const ulong UsualSize = 16 * 1024;
    private const ulong MaximumSize = 256 * 1024;
    private const int EntryStackPointer = 4;
    private const int InterruptStacks = 36;
    private const int UsedInterruptStacks = 5;

    private readonly List<(ulong Start, ulong End, LinuxStackKind Kind)> _stacks = [];

    /// <summary>Finds the stacks of a processor.</summary>
    /// <param name="data">The kernel.</param>
    /// <param name="architecture">x64 or ARM64.</param>
    /// <param name="processor">The processor and the task it ran.</param>
    internal LinuxStackMap(KernelData data, Architecture architecture, ProcessorRegisters processor)
    {
        ulong size = ThreadSize(data);
        AddTask(data, processor.Task?.ToUInt64(), size);
        if (architecture == Architecture.Arm64)
        {
            AddArm64(data, processor.Index, size);
        }
        else
        {
            AddX64(data, processor.Index, size);
        }
    }

    /// <summary>Finds the stacks a task that does not run can be on: its own.</summary>
    internal LinuxStackMap(KernelData data, ulong task) => AddTask(data, task, ThreadSize(data));

    /// <summary>Where the stacks are: first byte and byte behind the last.</summary>
    internal IEnumerable<(ulong Start, ulong End)> Ranges => _stacks.Select(s => (s.Start, s.End));

    /// <summary>Names the stack of each frame.</summary>
    internal LinuxStackTrace Name(LinuxStackTrace trace)
    {
        var kinds = new LinuxStackKind[trace.Frames.Count];
        for (int i = kinds.Length - 1; i >= 0; i--)
        {
            kinds[i] = trace.Frames[i].StackPointer is { } at ? Find(at) : LinuxStackKind.Unknown;

            // Registers that point below a stack which overflowed.
            kinds[i] = kinds[i] == LinuxStackKind.Unknown && i + 1 < kinds.Length ? kinds[i + 1] : kinds[i];
        }

        return trace with { Kinds = kinds };
    }

    /// <summary>Which stack an address lies in.</summary>
    internal LinuxStackKind Find(VirtualAddress address)
    {
        ulong value = address.ToUInt64();
        foreach ((ulong start, ulong end, LinuxStackKind kind) in _stacks)
        {
            if (value >= start && value < end)
            {
                return kind;
            }
        }

        return LinuxStackKind.Unknown;
    }

    private void AddTask(KernelData data, ulong? task, ulong size)
    {
        if (task is { } address && data.OffsetOf("task_struct", "stack") is { } offset && data.Word(unchecked(address + offset)) is > 0 and ulong stack)
        {
            Add(stack, size, LinuxStackKind.Task);
        }
    }

    // THREAD_SIZE: 16 KiB, or what KASAN and large pages make of it.
    private static ulong ThreadSize(KernelData data)
    {
        ulong start = data.Symbol("__start_init_stack");
        ulong end = data.Symbol("__end_init_stack");
        if (start == 0)
        {
            start = data.Symbol("__start_init_task");
            end = data.Symbol("__end_init_task");
        }

        ulong size = start != 0 && end > start ? end - start : data.SizeOf("thread_union") ?? UsualSize;
        return size is >= PageSize and <= MaximumSize ? size : UsualSize;
    }

    private void AddX64(KernelData data, int cpu, ulong size)
    {
        ulong variable = data.Symbol("hardirq_stack_ptr");
        if (variable == 0 && data.Symbol("pcpu_hot") is not 0 and ulong group && data.OffsetOf("pcpu_hot", "hardirq_stack_ptr") is { } offset)
        {
            variable = group + offset;
        }

        variable = variable == 0 ? data.Symbol("irq_stack_ptr") : variable;
        if (variable != 0 && data.PerCpu(variable, cpu) is { } pointer && data.Word(pointer) is > 0 and ulong top)
        {
            ulong end = unchecked(top + PageSize - 1) & ~(PageSize - 1);
            Add(unchecked(end - size), size, LinuxStackKind.Interrupt);
        }

        Span<byte> segment = stackalloc byte[InterruptStacks + (UsedInterruptStacks * 8)];
        if (data.Symbol("cpu_tss_rw") is not (> 0 and ulong segments) || data.PerCpu(segments, cpu) is not { } tss
            || !data.Memory.TryRead(new VirtualAddress(tss), segment))
        {
            return;
        }

        ulong entry = BinaryPrimitives.ReadUInt64LittleEndian(segment.Slice(EntryStackPointer));
        Add((entry - 1) & ~(PageSize - 1), PageSize, LinuxStackKind.EntryTrampoline);
        ulong first = BinaryPrimitives.ReadUInt64LittleEndian(segment.Slice(InterruptStacks));
        ulong second = BinaryPrimitives.ReadUInt64LittleEndian(segment.Slice(InterruptStacks + 8));
        ulong distance = unchecked(second - first);
        ulong stackSize = distance is > PageSize and <= MaximumSize ? distance - PageSize : PageSize;
        for (int i = 0; i < UsedInterruptStacks; i++)
        {
            ulong end = BinaryPrimitives.ReadUInt64LittleEndian(segment.Slice(InterruptStacks + (i * 8)));
            Add(unchecked(end - stackSize), stackSize, LinuxStackKind.DoubleFault + i);
        }
    }

    private void AddArm64(KernelData data, int cpu, ulong size)
    {
        if (data.Symbol("irq_stack_ptr") is not 0 and ulong variable && data.PerCpu(variable, cpu) is { } pointer && data.Word(pointer) is { } stack)
        {
            Add(stack, size, LinuxStackKind.Interrupt);
        }

        if (data.Symbol("overflow_stack") is not 0 and ulong array && data.PerCpu(array, cpu) is { } overflow)
        {
            Add(overflow, PageSize, LinuxStackKind.Overflow);
        }
    }

    private void Add(ulong start, ulong size, LinuxStackKind kind)
    {
        if ((long)start < 0 && unchecked(start + size) > start)
        {
            _stacks.Add((start, start + size, kind));
        }
    }
}
