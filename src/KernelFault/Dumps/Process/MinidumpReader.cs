using KernelFault.Dumps.Windows;
using KernelFault.Formats;
using KernelFault.Memory;
using static KernelFault.Dumps.Windows.LittleEndian;

namespace KernelFault.Dumps.Process;

// The streams of minidumpapiset.h that say what crashed. Windows writes them, and so do Breakpad and Crashpad on every
// system: there, PlatformId is theirs (0x8101 macOS, 0x8201 Linux, 0x8203 Android), the exception code is a signal's or a Mach
// exception's number, and the module's CodeView record holds an ELF build id.

/// <summary>Reads an <c>MDMP</c> file.</summary>
internal static class MinidumpReader
{
    private const uint ThreadListStream = 3;
    private const uint MemoryListStream = 5;
    private const uint ExceptionStream = 6;
    private const uint SystemInfoStream = 7;
    private const uint Memory64ListStream = 9;
    private const uint CommentStreamA = 10;
    private const uint CommentStreamW = 11;
    private const uint MiscInfoStream = 15;
    private const uint MemoryInfoListStream = 16;
    private const uint ThreadNamesStream = 24;

    // EXC_BAD_ACCESS.
    private const uint MachBadAccess = 1;

    private const int ThreadSize = 48;
    private const int MaximumThreads = 16 * 1024;
    private const int MaximumPieces = 4 * 1024 * 1024;

    internal static ProcessFacts Read(MappedFile file, List<string> warnings)
    {
        var directory = new MinidumpDirectory(file, warnings);
        MinidumpSystem system = MinidumpSystem.Read(directory, SystemInfoStream);
        if (system.Architecture == Architecture.Unknown)
        {
            warnings.Add("The minidump does not name a processor that is known here: registers are not read.");
        }

        List<ProcessModule> modules = MinidumpModules.Read(directory, warnings);
        ProcessException? exception = ReadException(directory, system, warnings, out ReadOnlyMemory<byte> context);
        List<ProcessThread> threads = ReadThreads(directory, system.Architecture, exception?.ThreadId, context, warnings, out List<MemoryPiece> pieces);
        AddMemory(directory, pieces, warnings);
        if (modules.Count == 0 && threads.Count == 0 && exception is null)
        {
            throw new DumpFormatException(file.Path, 0, "expected a minidump with threads, modules or an exception, found none that can be read.");
        }

        if (exception is null)
        {
            warnings.Add("The minidump records no exception: it was taken from a running or hanging process, or the stream is damaged.");
        }
        else if ((exception.Address is null || exception.Address == default(VirtualAddress)) && context.Length > 0)
        {
            // Elsewhere than on Windows the record has no instruction, and software exceptions may leave it 0.
            exception = exception with { Address = ContextRecord.Parse(system.Architecture, context.Span)?.InstructionPointer };
        }

        (ulong? id, DateTime? created) = ReadMiscInfo(directory);
        return new ProcessFacts
        {
            Architecture = system.Architecture,
            Platform = system.Platform,
            OperatingSystem = system.Name,
            BuildNumber = system.Platform == ProcessPlatform.Windows ? system.BuildNumber : null,
            ProcessorCount = system.ProcessorCount,
            ProductType = system.Platform == ProcessPlatform.Windows ? system.ProductType : null,
            ProcessId = id,
            ProcessName = modules.Count == 0 ? null : modules[0].Name,
            CrashTime = directory.Time,
            UptimeSeconds = directory.Time is DateTime end && created is DateTime start && end >= start ? (long)(end - start).TotalSeconds : null,
            Comment = ReadComment(directory),
            Exception = exception,
            Modules = modules,
            UnloadedModules = MinidumpModules.ReadUnloaded(directory, warnings),
            Threads = threads,
            Memory = new ProcessMemory(file, pieces),
            Protections = ReadProtections(directory),
        };
    }

    private static ProcessException? ReadException(
        MinidumpDirectory directory, MinidumpSystem system, List<string> warnings, out ReadOnlyMemory<byte> context)
    {
        const int Record = 8;
        const int ThreadContext = Record + ExceptionRecord.Size64;
        context = default;
        if (!directory.TryStream(ExceptionStream, out ReadOnlySpan<byte> bytes, out _))
        {
            return null;
        }

        if (bytes.Length < ThreadContext)
        {
            warnings.Add("The minidump's exception is cut short.");
            return null;
        }

        bool signal = system.Platform is ProcessPlatform.Linux or ProcessPlatform.Android;
        bool mach = system.Platform == ProcessPlatform.MacOS;
        uint code = UInt32(bytes, Record);

        // Breakpad writes 0 or -1 for a dump that was asked for.
        if (code == 0 || (code == uint.MaxValue && system.Platform != ProcessPlatform.Windows))
        {
            return null;
        }

        if (bytes.Length >= ThreadContext + 8)
        {
            context = CopyContext(directory.File, bytes.Slice(ThreadContext), system.Architecture);
        }

        ulong mask = system.Architecture is Architecture.X86 or Architecture.Arm ? uint.MaxValue : ulong.MaxValue;
        WindowsExceptionRecord? record = ExceptionRecord.Parse(is64Bit: true, bytes.Slice(Record));
        if (record is null)
        {
            warnings.Add("The exception's parameters are damaged.");
        }

        var address = new VirtualAddress(UInt64(bytes, Record + 16) & mask);
        return new ProcessException
        {
            IsSignal = signal,
            Code = code,
            Flags = UInt32(bytes, Record + 4),
            ThreadId = UInt32(bytes, 0),

            // On Windows the instruction; elsewhere the address that faulted.
            Address = signal || mach ? null : address,
            SignalAddress = signal || (mach && code == MachBadAccess) ? address : null,
            Parameters = signal || record is null ? [] : [.. record.Parameters.Select((value, i) => i == 0 ? value : value & mask)],
        };
    }

    private static byte[] CopyContext(MappedFile file, ReadOnlySpan<byte> location, Architecture architecture)
    {
        int size = ContextRecord.SizeOf(architecture);
        return UInt32(location, 0) >= size && file.TrySlice(UInt32(location, 4), size, out ReadOnlySpan<byte> bytes) ? bytes.ToArray() : [];
    }

    private static List<ProcessThread> ReadThreads(
        MinidumpDirectory directory,
        Architecture architecture,
        uint? faulting,
        ReadOnlyMemory<byte> faultContext,
        List<string> warnings,
        out List<MemoryPiece> pieces)
    {
        pieces = [];
        int count = directory.List(ThreadListStream, ThreadSize, MaximumThreads, "threads", warnings, out ReadOnlySpan<byte> entries);
        Dictionary<uint, string> names = ReadThreadNames(directory, warnings);
        var threads = new List<ProcessThread>(count);
        MappedFile file = directory.File;
        int size = ContextRecord.SizeOf(architecture);
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> entry = entries.Slice(i * ThreadSize, ThreadSize);
            uint id = UInt32(entry, 0);
            ulong stack = UInt64(entry, 24);
            uint stackSize = UInt32(entry, 32);
            uint stackOffset = UInt32(entry, 36);
            uint contextSize = UInt32(entry, 40);
            uint contextOffset = UInt32(entry, 44);
            if (stackSize > 0 && stackOffset > 0)
            {
                pieces.Add(new MemoryPiece(stack, stackSize, stackOffset));
            }

            // The list has what the thread did while the dump was written; the exception has what it did when it crashed.
            bool atFault = id == faulting && faultContext.Length > 0;
            threads.Add(new ProcessThread(
                id,
                names.TryGetValue(id, out string? name) ? name : null,
                stackSize == 0 ? null : new VirtualAddress(stack),
                stackSize,
                () => atFault ? ContextRecord.Parse(architecture, faultContext.Span)
                    : contextSize >= size && file.TrySlice(contextOffset, size, out ReadOnlySpan<byte> context)
                        ? ContextRecord.Parse(architecture, context)
                        : null));
        }

        if (faulting is uint missing && threads.All(thread => thread.Id != missing) && faultContext.Length > 0)
        {
            warnings.Add($"The thread {missing} that the exception names is not in the list of threads: only its registers are known.");
            threads.Add(new ProcessThread(missing, null, null, 0, () => ContextRecord.Parse(architecture, faultContext.Span)));
        }

        return threads;
    }

    private static Dictionary<uint, string> ReadThreadNames(MinidumpDirectory directory, List<string> warnings)
    {
        const int EntrySize = 12;
        int count = directory.List(ThreadNamesStream, EntrySize, MaximumThreads, "thread names", warnings, out ReadOnlySpan<byte> entries);
        var names = new Dictionary<uint, string>();
        for (int i = 0; i < count; i++)
        {
            ulong offset = UInt64(entries, (i * EntrySize) + 4);
            if (offset <= long.MaxValue && directory.Text((long)offset) is { Length: > 0 } name)
            {
                names[UInt32(entries, i * EntrySize)] = name;
            }
        }

        return names;
    }

    private static void AddMemory(MinidumpDirectory directory, List<MemoryPiece> pieces, List<string> warnings)
    {
        const int EntrySize = 16;
        int count = directory.List(MemoryListStream, EntrySize, MaximumPieces, "pieces of memory", warnings, out ReadOnlySpan<byte> entries);
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> entry = entries.Slice(i * EntrySize, EntrySize);
            pieces.Add(new MemoryPiece(UInt64(entry, 0), UInt32(entry, 8), UInt32(entry, 12)));
        }

        // A full dump: one list of sizes, the contents behind each other from BaseRva on.
        if (!directory.TryStream(Memory64ListStream, out ReadOnlySpan<byte> full, out _) || full.Length < 16)
        {
            return;
        }

        ulong claimed = UInt64(full, 0);
        ulong offset = UInt64(full, 8);
        int present = (int)Math.Min(Math.Min(claimed, (ulong)((full.Length - 16) / EntrySize)), MaximumPieces);
        bool cut = (ulong)present < claimed;
        for (int i = 0; i < present && !cut; i++)
        {
            ulong size = UInt64(full, 16 + (i * EntrySize) + 8);
            cut = offset > long.MaxValue || size > long.MaxValue - offset || offset + size > (ulong)directory.File.Length;
            if (offset <= long.MaxValue)
            {
                pieces.Add(new MemoryPiece(UInt64(full, 16 + (i * EntrySize)), size, (long)offset));
            }

            offset = unchecked(offset + size);
        }

        if (cut)
        {
            warnings.Add("The memory that the minidump lists does not all lie in the file: it is cut short.");
        }
    }

    private static (ulong? Id, DateTime? Created) ReadMiscInfo(MinidumpDirectory directory)
    {
        const uint HasProcessId = 1;
        const uint HasProcessTimes = 2;
        if (!directory.TryStream(MiscInfoStream, out ReadOnlySpan<byte> bytes, out _) || bytes.Length < 16)
        {
            return (null, null);
        }

        uint flags = UInt32(bytes, 4);
        uint created = UInt32(bytes, 12);
        return (
            (flags & HasProcessId) != 0 ? UInt32(bytes, 8) : null,
            (flags & HasProcessTimes) != 0 && created != 0 ? new DateTime(1970, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddSeconds(created) : null);
    }

    private static string? ReadComment(MinidumpDirectory directory)
    {
        string? text = directory.TryStream(CommentStreamW, out ReadOnlySpan<byte> wide, out _)
            ? Utf16(wide.Slice(0, Math.Min(wide.Length, PrintableText.MaximumLength * 2)))
            : directory.TryStream(CommentStreamA, out ReadOnlySpan<byte> narrow, out _)
                ? Ascii(narrow.Slice(0, Math.Min(narrow.Length, PrintableText.MaximumLength)))
                : null;
        return string.IsNullOrWhiteSpace(text) ? null : PrintableText.Clean(text!.Trim());
    }

    private static List<MemoryProtection> ReadProtections(MinidumpDirectory directory)
    {
        const uint Committed = 0x1000;
        const uint Guard = 0x100;
        const uint NoAccess = 0x01;
        const uint Writable = 0x04 | 0x08 | 0x40 | 0x80;
        const uint Executable = 0x10 | 0x20 | 0x40 | 0x80;
        const int KnownSize = 48;
        var result = new List<MemoryProtection>();
        if (!directory.TryStream(MemoryInfoListStream, out ReadOnlySpan<byte> bytes, out _) || bytes.Length < 16)
        {
            return result;
        }

        uint header = UInt32(bytes, 0);
        uint size = UInt32(bytes, 4);
        if (header < 16 || header > bytes.Length || size < KnownSize || size > 4096)
        {
            return result;
        }

        ulong count = Math.Min(Math.Min(UInt64(bytes, 8), (ulong)((bytes.Length - header) / size)), MaximumPieces);
        for (ulong i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> entry = bytes.Slice((int)(header + (i * size)), KnownSize);
            uint protect = UInt32(entry, 36);
            bool mapped = UInt32(entry, 32) == Committed;
            result.Add(new MemoryProtection(
                UInt64(entry, 0),
                UInt64(entry, 24),
                mapped,
                mapped && (protect & NoAccess) == 0 && protect != 0,
                mapped && (protect & Writable) != 0,
                mapped && (protect & Executable) != 0,
                (protect & Guard) != 0));
        }

        result.Sort(static (a, b) => a.Start.CompareTo(b.Start));
        return result;
    }
}
