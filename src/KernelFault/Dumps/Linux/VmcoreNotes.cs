using KernelFault.Dumps.Process;
using KernelFault.Formats.Elf;
using KernelFault.Memory;
using static KernelFault.Dumps.Windows.LittleEndian;

namespace KernelFault.Dumps.Linux;

// Notes of a vmcore, the same in ELF and kdump-compressed files: "VMCOREINFO" type 0 with lines of text, "CORE" NT_PRSTATUS (1) for
// each processor, "QEMU" type 0 for each processor of an emulated machine.
// QEMU's note on x86 (QEMUCPUState in its target/i386/arch_dump.c): version and size (4 bytes each), sixteen general registers, rip,
// rflags, ten segments of 24 bytes (selector, limit, flags, padding, base: cs ds es fs gs ss ldt tr gdt idt), cr0 to cr4, and
// kernel_gs_base where size reaches that far.

/// <summary>Finds what is said about kernel and processors in the notes of a vmcore.</summary>
internal static class VmcoreNotes
{
    private const uint PrStatus = 1;
    private const int MaximumProcessors = 16 * 1024;
    private const int MaximumStatus = 4096;
    private const int QemuSegments = 8 + (18 * 8);
    private const int QemuSegmentSize = 24;
    private const int QemuControl = QemuSegments + (10 * QemuSegmentSize);

    /// <summary>The kernel's own account of itself; null when there is none.</summary>
    internal static VmcoreInfo? Info(IByteSource source, List<ElfNote> notes)
    {
        foreach (ElfNote note in notes)
        {
            if (note.Name == "VMCOREINFO")
            {
                return new VmcoreInfo(source.ReadUpTo(note.Offset, Math.Min(note.Size, VmcoreInfo.MaximumSize)));
            }
        }

        return null;
    }

    /// <summary>True if an emulator wrote the notes.</summary>
    internal static bool AreEmulators(List<ElfNote> notes)
    {
        foreach (ElfNote note in notes)
        {
            if (note.Name == "QEMU")
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The size of a processor's registers tells its kind where no header does: 336 bytes on x86-64, 392 on arm64.</summary>
    internal static Architecture Architecture(List<ElfNote> notes)
    {
        foreach (ElfNote note in notes)
        {
            if (note.Name == "CORE" && note.Type == PrStatus)
            {
                return note.Size switch { 336 => Dumps.Architecture.X64, 392 => Dumps.Architecture.Arm64, _ => Dumps.Architecture.Unknown };
            }
        }

        return Dumps.Architecture.Unknown;
    }

    /// <summary>The processors, in the order of their notes.</summary>
    internal static VmcoreProcessor[] Processors(IByteSource source, List<ElfNote> notes, Architecture architecture, List<string> warnings)
    {
        var statuses = new List<ElfNote>();
        var states = new List<ElfNote>();
        foreach (ElfNote note in notes)
        {
            if (note.Name == "CORE" && note.Type == PrStatus)
            {
                statuses.Add(note);
            }
            else if (note.Name == "QEMU")
            {
                states.Add(note);
            }
        }

        if (statuses.Count > MaximumProcessors)
        {
            warnings.Add($"The dump lists {statuses.Count} processors; {MaximumProcessors} were read.");
        }

        var processors = new VmcoreProcessor[Math.Min(statuses.Count, MaximumProcessors)];
        for (int i = 0; i < processors.Length; i++)
        {
            byte[] status = source.ReadUpTo(statuses[i].Offset, Math.Min(statuses[i].Size, MaximumStatus));
            RegisterSet? system = states.Count == statuses.Count && architecture == Dumps.Architecture.X64
                ? SystemRegisters(source.ReadUpTo(states[i].Offset, Math.Min(states[i].Size, MaximumStatus)))
                : null;
            processors[i] = new VmcoreProcessor(
                i, ElfThreadState.ThreadId(architecture, status), ElfThreadState.Registers(architecture, status), system);
        }

        return processors;
    }

    private static RegisterSet? SystemRegisters(ReadOnlySpan<byte> state)
    {
        if (state.Length < QemuControl + (5 * 8) || UInt32(state, 0) != 1)
        {
            return null;
        }

        var values = new List<RegisterValue>(10);
        for (int i = 0; i < 5; i++)
        {
            if (i != 1)
            {
                Add("cr" + (char)('0' + i), UInt64(state, QemuControl + (i * 8)));
            }
        }

        Add("fs_base", SegmentBase(state, 3));
        Add("gs_base", SegmentBase(state, 4));
        if (state.Length >= QemuControl + (6 * 8) && UInt32(state, 4) >= QemuControl + (6 * 8))
        {
            Add("kernel_gs_base", UInt64(state, QemuControl + (5 * 8)));
        }

        Add("tr_base", SegmentBase(state, 7));
        Add("gdt_base", SegmentBase(state, 8));
        Add("idt_base", SegmentBase(state, 9));
        return new RegisterSet(Dumps.Architecture.X64, values);

        void Add(string name, ulong value) => values.Add(new RegisterValue(name, value));

        static ulong SegmentBase(ReadOnlySpan<byte> state, int index) => UInt64(state, QemuSegments + (index * QemuSegmentSize) + 16);
    }
}
