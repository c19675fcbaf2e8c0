using KernelFault.Formats;
using KernelFault.Formats.Elf;
using KernelFault.Memory;
using static KernelFault.Dumps.Windows.LittleEndian;

namespace KernelFault.Dumps.Process;

// Who writes ELF cores of processes: the Linux kernel (core(5)), gdb's gcore, and .NET's createdump. All have NT_PRSTATUS for each
// thread; the kernel and createdump put the thread that crashed first or give it a signal, and describe that in NT_SIGINFO.
// Memory of a crashed Linux kernel comes as ELF too: Linux.ElfVmcore tells it apart.

/// <summary>Reads an ELF core file of a process.</summary>
internal static class ElfCoreReader
{
    private const uint PrStatus = 1;
    private const uint PrPsInfo = 3;
    private const uint SigInfo = 0x53494749;
    private const uint MappedFiles = 0x46494C45;
    private const int MaximumThreads = 16 * 1024;

    internal static ProcessFacts Read(MappedFile file, List<string> warnings)
    {
        var core = new ElfCoreFile(file, warnings);
        Architecture architecture = ElfMachine.ToArchitecture(core.Machine);
        if (architecture == Architecture.Unknown)
        {
            warnings.Add("The core file is of a processor that is not known here: registers are not read.");
        }

        ProcessException? exception = ReadThreads(core, architecture, out List<ProcessThread> threads);
        if (threads.Count == 0)
        {
            throw new DumpFormatException(file.Path, 0, "expected a core file with threads (NT_PRSTATUS), found none.");
        }

        if (exception is null)
        {
            warnings.Add("The core file records no signal: it was taken from a running process.");
        }

        List<ElfSegment> loads = [.. core.Loads];
        if (loads.Any(load => load.FileSize > 0 && (load.Offset > (ulong)file.Length || load.FileSize > (ulong)file.Length - load.Offset)))
        {
            warnings.Add("The memory that the core file lists does not all lie in the file: it is cut short.");
        }

        var memory = new ProcessMemory(file, loads
            .Where(load => load.Offset <= long.MaxValue)
            .Select(load => new MemoryPiece(load.Address, load.FileSize, (long)load.Offset)));
        ElfNote? mapped = Find(core, "CORE", MappedFiles);
        List<ProcessModule> modules = mapped is ElfNote list ? ElfModules.Read(core, list, memory, loads, warnings) : [];
        if (mapped is null)
        {
            warnings.Add("The core file has no list of mapped files (NT_FILE): its modules are not known.");
        }

        ReadProcess(core, out ulong? id, out string? name);
        return new ProcessFacts
        {
            Architecture = architecture,
            Platform = ProcessPlatform.Linux,
            OperatingSystem = "Linux",
            ProcessId = id ?? threads[0].Id,
            ProcessName = name ?? (modules.Count == 0 ? null : modules[0].Name),
            Exception = exception,
            Modules = modules,
            Threads = threads,
            Memory = memory,
            Protections =
            [
                .. loads.OrderBy(load => load.Address).Select(load => new MemoryProtection(
                    load.Address, load.MemorySize, true, (load.Flags & 4) != 0, (load.Flags & 2) != 0, (load.Flags & 1) != 0, false)),
            ],
            ExecutableRanges = [.. loads.Where(load => (load.Flags & 1) != 0).OrderBy(load => load.Address).Select(load => (load.Address, load.MemorySize))],
        };
    }

    private static ElfNote? Find(ElfCoreFile core, string name, uint type)
    {
        foreach (ElfNote note in core.Notes)
        {
            if (note.Type == type && note.Name == name)
            {
                return note;
            }
        }

        return null;
    }

    private static ProcessException? ReadThreads(ElfCoreFile core, Architecture architecture, out List<ProcessThread> threads)
    {
        threads = [];
        ProcessException? exception = null;
        bool described = false;
        uint signal = 0;
        foreach (ElfNote note in core.Notes.Where(note => note.Name == "CORE"))
        {
            if (note.Type == PrStatus && threads.Count < MaximumThreads)
            {
                ReadOnlySpan<byte> status = core.Contents(note);
                var thread = new ProcessThread(
                    ElfThreadState.ThreadId(architecture, status), null, null, 0, () => ElfThreadState.Registers(architecture, core.Contents(note)));
                threads.Add(thread);
                signal = ElfThreadState.Signal(status);
                if (exception is null && signal != 0)
                {
                    exception = Describe(thread, signal, []);
                }
            }
            else if (note.Type == SigInfo && threads.Count > 0 && !described)
            {
                // Notes of a thread follow its NT_PRSTATUS.
                ReadOnlySpan<byte> info = core.Contents(note);
                if (info.Length >= 12 && UInt32(info, 0) is > 0 and <= 64 and uint number)
                {
                    described = true;
                    exception = Describe(threads[threads.Count - 1], number, info);
                }
            }
        }

        return exception;

        ProcessException Describe(ProcessThread thread, uint number, ReadOnlySpan<byte> info)
        {
            // siginfo_t: si_signo, si_errno, si_code, then for SIGILL, SIGFPE, SIGSEGV, SIGBUS and SIGTRAP the address. A code of 0
            // or below says that a program sent the signal: then sender's id and user stand there.
            int code = info.Length >= 12 ? unchecked((int)UInt32(info, 8)) : 0;
            ulong address = 0;
            bool known = number is 4 or 5 or 7 or 8 or 11 && code > 0 && (core.Is64Bit
                ? TryUInt64(info, 16, out address)
                : TryAddress32(info, out address));

            // SI_KERNEL: a general-protection fault, for which the processor gives no address.
            bool general = code == 0x80;
            return new ProcessException
            {
                IsSignal = true,
                Code = number,
                Flags = unchecked((uint)code),
                ThreadId = thread.Id,
                Address = thread.Registers?.InstructionPointer,
                SignalAddress = known && !general ? new VirtualAddress(address) : null,
                Parameters = [],
            };
        }

        static bool TryAddress32(ReadOnlySpan<byte> info, out ulong address)
        {
            bool known = TryUInt32(info, 12, out uint word);
            address = word;
            return known;
        }
    }

    private static void ReadProcess(ElfCoreFile core, out ulong? id, out string? name)
    {
        id = null;
        name = null;
        if (Find(core, "CORE", PrPsInfo) is not ElfNote note)
        {
            return;
        }

        // elf_prpsinfo: the process id and the first 15 characters of the program's name. The command line that follows is left
        // alone: it may hold secrets.
        ReadOnlySpan<byte> info = core.Contents(note);
        (uint idAt, int nameAt) = core.Is64Bit ? (24u, 40) : (12u, 28);
        if (TryUInt32(info, idAt, out uint value) && info.Length >= nameAt + 16)
        {
            id = value;
            string text = PrintableText.Clean(Ascii(info.Slice(nameAt, 16)));
            name = text.Length == 0 ? null : text;
        }
    }
}
