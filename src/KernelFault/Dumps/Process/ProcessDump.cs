using KernelFault.Formats;
using KernelFault.Memory;

namespace KernelFault.Dumps.Process;

/// <summary>A dump of a user-mode process: a Windows minidump (<c>MDMP</c>) or an ELF core file.</summary>
/// <remarks>
/// Both formats are read here without help, so that a dump of any program on any machine opens at once. Only the stack and
/// exception of .NET code need ClrMD: see <see cref="ReadManagedCrash"/>.
/// </remarks>
public sealed class ProcessDump : CrashDump
{
    private readonly MappedFile _file;
    private readonly ProcessFacts _facts;

    private ProcessDump(MappedFile file, DumpKind kind, ProcessFacts facts, IReadOnlyList<string> warnings)
        : base(file.Path, kind, file.Length)
    {
        _file = file;
        _facts = facts;
        Warnings = warnings;
        FaultingThread = Exception?.ThreadId is uint id ? Threads.FirstOrDefault(thread => thread.Id == id) : null;
    }

    /// <inheritdoc/>
    public override Architecture Architecture => _facts.Architecture;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Warnings { get; }

    /// <summary>The operating system it ran on.</summary>
    public ProcessPlatform Platform => _facts.Platform;

    /// <summary>That system's version as text, such as <c>Windows 10.0 build 19045</c>; null when not recorded.</summary>
    public string? OperatingSystem => _facts.OperatingSystem;

    /// <summary>Windows build number; null when not recorded or not Windows.</summary>
    public uint? BuildNumber => _facts.BuildNumber;

    /// <summary>How many processors the machine had; null when not recorded.</summary>
    public uint? ProcessorCount => _facts.ProcessorCount;

    /// <summary>1 workstation, 2 domain controller, 3 server; null when not recorded or not Windows.</summary>
    public uint? ProductType => _facts.ProductType;

    /// <summary>The process's id; null when not recorded.</summary>
    public ulong? ProcessId => _facts.ProcessId;

    /// <summary>File name of its program; null when not recorded.</summary>
    public string? ProcessName => _facts.ProcessName;

    /// <summary>When the dump was written, UTC; null when not recorded.</summary>
    public DateTime? CrashTime => _facts.CrashTime;

    /// <summary>Seconds the process had run; null when not recorded.</summary>
    public long? UptimeSeconds => _facts.UptimeSeconds;

    /// <summary>Text of who made the dump; null when none.</summary>
    public string? Comment => _facts.Comment;

    /// <summary>What ended the process; null for a snapshot of a running one.</summary>
    public ProcessException? Exception => _facts.Exception;

    /// <summary>Loaded modules, the program first where the format says so.</summary>
    public IReadOnlyList<ProcessModule> Modules => _facts.Modules;

    /// <summary>Modules unloaded before the crash.</summary>
    public IReadOnlyList<ProcessUnloadedModule> UnloadedModules => _facts.UnloadedModules;

    /// <summary>Its threads in the order of the file.</summary>
    public IReadOnlyList<ProcessThread> Threads => _facts.Threads;

    /// <summary>The thread the exception happened on; null when there is none.</summary>
    public ProcessThread? FaultingThread { get; }

    /// <summary>Virtual memory of the process, as far as this file holds it.</summary>
    public IMemoryReader Memory => _facts.Memory;

    internal ProcessFacts Facts => _facts;

    internal MappedFile File => _file;

    /// <summary>The module an address lies in.</summary>
    /// <param name="address">Any address.</param>
    /// <returns>The module; null when it lies in none.</returns>
    public ProcessModule? ModuleAt(VirtualAddress address)
    {
        foreach (ProcessModule module in Modules)
        {
            if (module.Contains(address))
            {
                return module;
            }
        }

        return null;
    }

    /// <summary>
    /// Reads the .NET exception and stack of the faulting thread through ClrMD. Needs the debugging library (DAC) of exactly
    /// the .NET runtime that crashed: it is looked for in this machine's .NET installations and in
    /// <paramref name="runtimePath"/>, never where the dump says and never on a network.
    /// </summary>
    /// <param name="runtimePath">Folders to look for the debugging library in, too.</param>
    /// <param name="warnings">What stood in the way is added, one sentence each.</param>
    /// <returns>What .NET code did; null when none ran or it cannot be read.</returns>
    public ManagedCrash? ReadManagedCrash(IReadOnlyList<string> runtimePath, ICollection<string> warnings) =>
        ManagedCrashReader.Read(this, runtimePath, warnings);

    /// <summary>Opens an <c>MDMP</c> file; takes the file over also when it throws.</summary>
    /// <exception cref="DumpFormatException">The file is too damaged to say anything.</exception>
    internal static CrashDump OpenMinidump(MappedFile file) => Open(file, DumpKind.ProcessMinidump, MinidumpReader.Read);

    /// <summary>Opens an ELF core file; takes the file over also when it throws.</summary>
    /// <exception cref="DumpFormatException">The file is no core of a process, or too damaged to say anything.</exception>
    internal static CrashDump OpenElfCore(MappedFile file) => Open(file, DumpKind.ProcessElfCore, ElfCoreReader.Read);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _file.Dispose();
        }

        base.Dispose(disposing);
    }

    private static ProcessDump Open(MappedFile file, DumpKind kind, Func<MappedFile, List<string>, ProcessFacts> read)
    {
        try
        {
            var warnings = new List<string>();
            ProcessFacts facts = read(file, warnings);
            return new ProcessDump(file, kind, facts, warnings);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }
}
