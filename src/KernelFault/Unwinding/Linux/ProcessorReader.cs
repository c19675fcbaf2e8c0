using System.Buffers.Binary;
using KernelFault.Dumps;
using KernelFault.Dumps.Linux;
using KernelFault.Dumps.Process;
using KernelFault.Kernels.Linux.Tasks;
using KernelFault.Kernels.Linux.Types;
using KernelFault.Memory;

namespace KernelFault.Unwinding.Linux;

// Before it starts a crash kernel, a kernel saves the registers of each processor as a note (NT_PRSTATUS) in memory of that processor's
// own (the per-CPU pointer crash_notes). The notes of the file are copies, but lack the processors that did not answer, so that their
// place says nothing; those in memory are exact. An emulator's notes are in the order of the processors and name no task.

/// <summary>Reads task and registers of each processor.</summary>
internal static class ProcessorReader
{
    private const int MaximumNote = 512;
    private const int NoteHeader = 12;
    private const int NoteName = 8;
    private const uint PrStatus = 1;

    /// <summary>Reads them in the order of their numbers.</summary>
    internal static IReadOnlyList<ProcessorRegisters> Read(
        KernelData data, IReadOnlyList<VmcoreProcessor> notes, Architecture architecture)
    {
        IReadOnlyList<int> numbers = ProcessorSet.Read(data, "__cpu_present_mask") is { Count: > 0 } present
            ? present
            : Enumerable.Range(0, notes.Count).ToArray();
        ulong? saved = data.WordOf("crash_notes");
        var processors = new ProcessorRegisters[numbers.Count];
        for (int i = 0; i < processors.Length; i++)
        {
            int number = numbers[i];
            RegisterSet? own = saved is > 0 ? SavedNote(data, saved.Value, number, architecture) : null;
            processors[i] = new ProcessorRegisters(
                number,
                ProcessorTasks.Current(data, number) is { } task ? new VirtualAddress(task) : null,
                own ?? (notes.Count >= numbers.Count ? notes[i].Registers : null),
                own is not null);
        }

        return processors;
    }

    private static RegisterSet? SavedNote(KernelData data, ulong variable, int cpu, Architecture architecture)
    {
        Span<byte> note = stackalloc byte[MaximumNote];
        if (data.PerCpu(variable, cpu) is not { } address || !data.Memory.TryRead(new VirtualAddress(address), note.Slice(0, NoteHeader)))
        {
            return null;
        }

        uint name = BinaryPrimitives.ReadUInt32LittleEndian(note);
        uint size = BinaryPrimitives.ReadUInt32LittleEndian(note.Slice(4));
        if (name != 5 || BinaryPrimitives.ReadUInt32LittleEndian(note.Slice(8)) != PrStatus || size is 0 or > MaximumNote)
        {
            return null;
        }

        Span<byte> status = note.Slice(0, (int)size);
        return data.Memory.TryRead(new VirtualAddress(unchecked(address + NoteHeader + NoteName)), status)
            ? ElfThreadState.Registers(architecture, status)
            : null;
    }
}
