using KernelFault.Dumps.Process;
using KernelFault.Formats;
using KernelFault.Formats.Elf;
using KernelFault.Memory;

namespace KernelFault.Dumps.Linux;

/// <summary>Opens a vmcore of either layout; takes the file over also when it throws.</summary>
internal static class VmcoreFile
{
    private const ulong KernelHalf = 0x8000_0000_0000_0000;
    private const uint AuxiliaryVector = 6;
    private const uint MappedFiles = 0x46494C45;

    /// <summary>Opens a kdump-compressed file, or a flattened dump of either layout.</summary>
    internal static LinuxVmcore OpenMapped(MappedFile file) => OpenOwn(file);

    /// <summary>Opens an ELF core file, of a kernel or of a process.</summary>
    internal static CrashDump OpenElf(MappedFile file) => IsKernel(new ElfCoreFile(file, [])) ? OpenOwn(file) : ProcessDump.OpenElfCore(file);

    /// <summary>Opens a vmcore of any layout.</summary>
    /// <param name="source">Its bytes; taken over once this has returned.</param>
    /// <exception cref="DumpFormatException">It is no vmcore that can be read.</exception>
    internal static LinuxVmcore Open(IByteSource source)
    {
        var warnings = new List<string>();
        IByteSource file = source.ReadUpTo(0, FlattenedFile.Signature.Length).StartsWith(FlattenedFile.Signature) ? new FlattenedFile(source, warnings) : source;
        ReadOnlySpan<byte> start = file.ReadUpTo(0, 8);
        return start.StartsWith("KDUMP   "u8) ? OpenKdump(file, warnings)
            : start.StartsWith((ReadOnlySpan<byte>)[0x7F, (byte)'E', (byte)'L', (byte)'F']) ? OpenElf(new ElfCoreFile(file, warnings), warnings)
            : throw new DumpFormatException(source.Path, ReferenceEquals(file, source) ? 0 : 4096, "expected an ELF core or a kdump file.");
    }

    /// <summary>Lets the mapping go: see <see cref="RandomAccessFile"/>.</summary>
    private static LinuxVmcore OpenOwn(MappedFile file)
    {
        var source = new RandomAccessFile(file.Path);
        try
        {
            LinuxVmcore dump = Open(source);
            file.Dispose();
            return dump;
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    private static LinuxVmcore OpenKdump(IByteSource source, List<string> warnings)
    {
        var header = new KdumpHeader(source, warnings);
        var memory = new KdumpMemory(source, header);
        var notes = new List<ElfNote>();
        if (header.NotesSize > 0)
        {
            ElfNotes.Read(source, header.NotesOffset, header.NotesSize, notes, warnings);
        }

        VmcoreInfo? info = VmcoreNotes.Info(source, notes);
        if (info is null && header.InfoSize > 0 && header.InfoOffset < (ulong)source.Length)
        {
            info = new VmcoreInfo(source.ReadUpTo((long)header.InfoOffset, (int)Math.Min(header.InfoSize, VmcoreInfo.MaximumSize)));
        }

        Architecture architecture = header.Machine switch
        {
            "x86_64" => Architecture.X64,
            "aarch64" => Architecture.Arm64,
            "riscv64" => Architecture.RiscV64,
            "ppc64le" => Architecture.PowerPc64,
            "" => VmcoreNotes.Architecture(notes),
            _ => Architecture.Unknown,
        };
        if (header.IsIncomplete)
        {
            warnings.Add("The writer of the dump noted that it is incomplete: pages are missing.");
        }

        if (memory.IsCutShort())
        {
            warnings.Add("The pages that the dump lists do not all lie in the file: it is cut short.");
        }

        if (header.Part is VmcorePart part)
        {
            string frames = part.End > part.First ? FormattableString.Invariant($"the page frames from {part.First} to {part.End - 1} only") : "none of the machine's page frames";
            warnings.Add($"This is one part of a split dump: it has {frames}. makedumpfile --reassemble joins the parts.");
        }

        var container = new VmcoreContainer
        {
            Format = VmcoreFormat.KdumpCompressed,
            IsFlattened = source is FlattenedFile,
            HeaderVersion = header.Version,
            Compression = header.Compression,
            DumpLevel = header.DumpLevel,
            PageSize = header.BlockSize,
            SystemName = header.SystemName,
            WriteTime = header.WriteTime,
            IsIncomplete = header.IsIncomplete,
            Part = header.Part,
            PageFrameLimit = (long)Math.Min(header.PageFrameLimit, long.MaxValue),
            Writer = VmcoreNotes.AreEmulators(notes) && header.SystemName is null ? "QEMU" : "makedumpfile",
        };
        return new LinuxVmcore(
            source, container, memory, info, VmcoreNotes.Processors(source, notes, architecture, warnings), architecture, warnings);
    }

    private static LinuxVmcore OpenElf(ElfCoreFile core, List<string> warnings)
    {
        VmcoreInfo? info = VmcoreNotes.Info(core.Source, core.Notes);
        Architecture architecture = ElfMachine.ToArchitecture(core.Machine);
        var memory = new ElfMemory(core.Source, core.Segments, info?.PageSize ?? 4096, warnings);
        var container = new VmcoreContainer
        {
            Format = VmcoreFormat.Elf,
            IsFlattened = core.Source is FlattenedFile,
            PageSize = memory.PageSize,
            PageFrameLimit = (long)Math.Min(memory.FrameLimit, long.MaxValue),
            Writer = memory.HasExcluded ? "makedumpfile" : VmcoreNotes.AreEmulators(core.Notes) ? "QEMU" : null,
        };
        return new LinuxVmcore(
            core.Source, container, memory, info, VmcoreNotes.Processors(core.Source, core.Notes, architecture, warnings), architecture, warnings);
    }

    /// <summary>
    /// A kernel's core has a note that only such have, or lists kernel addresses and no process: every mapping in the upper half, or
    /// physical addresses, and neither an auxiliary vector nor mapped files.
    /// </summary>
    private static bool IsKernel(ElfCoreFile core)
    {
        bool process = false;
        foreach (ElfNote note in core.Notes)
        {
            if (note.Name is "VMCOREINFO" or "QEMU" or "Xen" or ".note.Xen")
            {
                return true;
            }

            process |= note.Name == "CORE" && note.Type is AuxiliaryVector or MappedFiles;
        }

        bool loads = false;
        bool upperHalf = true;
        bool physical = false;
        foreach (ElfSegment segment in core.Loads)
        {
            loads = true;
            upperHalf &= segment.Address >= KernelHalf;
            physical |= segment.PhysicalAddress != 0;
        }

        return core.Is64Bit && loads && !process && (upperHalf || physical);
    }
}
