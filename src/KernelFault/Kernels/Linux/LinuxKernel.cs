using KernelFault.Dumps;
using KernelFault.Dumps.Linux;
using KernelFault.Formats;
using KernelFault.Kernels.Linux.Disassembly;
using KernelFault.Kernels.Linux.Modules;
using KernelFault.Kernels.Linux.Symbols;
using KernelFault.Kernels.Linux.Tables;
using KernelFault.Kernels.Linux.Types;
using KernelFault.Memory;

namespace KernelFault.Kernels.Linux;

/// <summary>A crashed Linux kernel, read from its memory: names, types, modules. Nothing is decoded before it is asked for.</summary>
public sealed class LinuxKernel
{
    private const ulong LinkedTextX64 = 0xFFFF_FFFF_8100_0000;
    private const int LongestBanner = 512;

    // NR_CPUS of the largest builds.
    private const int MaximumProcessors = 8192;

    private readonly object _gate = new();
    private readonly List<string> _warnings;
    private readonly KernelMapping? _mapping;
    private readonly Lazy<KernelTypes?> _types;
    private readonly Lazy<IReadOnlyList<LinuxKernelModule>> _modules;
    private readonly Lazy<string?> _banner;
    private readonly Lazy<LinuxAddressSpace> _addressSpace;
    private readonly KernelTables _tables;

    private LinuxKernel(LinuxVmcore dump, KernelMapping? mapping, VmcoreInfo? info, List<string> warnings)
    {
        Dump = dump;
        Info = info;
        _mapping = mapping;
        _warnings = warnings;
        PageTable = mapping?.Table ?? new LinearMap(default, default, 0);
        Memory = new TranslatedMemory(dump.Memory, PageTable);
        Symbols = new LinuxSymbols(OpenKallsyms(), name => Info?.Symbol(name), () => new LinuxModuleSymbols(Modules, ReadModuleSymbols));
        _modules = new Lazy<IReadOnlyList<LinuxKernelModule>>(ReadModules);
        Info ??= ReadInfo();
        _types = new Lazy<KernelTypes?>(OpenTypes);
        Data = new KernelData(Memory, () => Types, Symbols.ImageAddressOf, Info);
        _banner = new Lazy<string?>(ReadBanner);
        _tables = new KernelTables(this);
        _addressSpace = new Lazy<LinuxAddressSpace>(() => LinuxAddressSpace.Read(this, _mapping?.VirtualBits ?? 48));
    }

    /// <summary>The file.</summary>
    public LinuxVmcore Dump { get; }

    /// <summary>What the kernel tells about itself: from the file's note, or from the kernel's memory; null when neither has it.</summary>
    public VmcoreInfo? Info { get; }

    /// <summary>The processor.</summary>
    public Architecture Architecture => Dump.Architecture;

    /// <summary>The kernel's virtual memory.</summary>
    public IMemoryReader Memory { get; }

    /// <summary>The kernel's page tables; arithmetic for the image alone when they cannot be used, which is a warning.</summary>
    public IPageTable PageTable { get; }

    /// <summary>The symbols of the kernel and its modules.</summary>
    public LinuxSymbols Symbols { get; }

    /// <summary>The kernel's types; null, and a warning, when it has no BTF or the dump does not hold it.</summary>
    public KernelTypes? Types => _types.Value;

    /// <summary>The modules in the order of the kernel's list, the newest first; empty, and a warning, when they cannot be read.</summary>
    public IReadOnlyList<LinuxKernelModule> Modules => _modules.Value;

    /// <summary>The parts of the address space.</summary>
    public LinuxAddressSpace AddressSpace => _addressSpace.Value;

    /// <summary>As <c>uname -r</c>; null when the dump does not tell.</summary>
    public string? Release => Info?.Release ?? BannerRelease();

    /// <summary>The line the kernel prints first, <c>Linux version …</c>; null when it is not in the dump.</summary>
    public string? Banner => _banner.Value;

    /// <summary>How far KASLR moved the image, in bytes; 0 without KASLR, null when the dump does not tell.</summary>
    public ulong? KernelOffset => Info?.KernelOffset
        ?? (Architecture == Architecture.X64 && Symbols.ImageAddressOf("_text") is { } text ? text.ToUInt64() - LinkedTextX64 : null);

    /// <summary>What was missing or does not fit together, one sentence each.</summary>
    public IReadOnlyList<string> Warnings
    {
        get
        {
            lock (_gate)
            {
                return _warnings.ToArray();
            }
        }
    }

    /// <summary>Finds the kernel in a dump.</summary>
    /// <param name="dump">The dump; it stays open as long as this is used.</param>
    /// <param name="cancellation">Ends a search through memory for what a missing note would have told.</param>
    /// <returns>What could be found; what could not is a warning.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static LinuxKernel Open(LinuxVmcore dump, CancellationToken cancellation = default)
    {
        var warnings = new List<string>();

        // Without a note, registers that point to the page tables lead to VMCOREINFO faster than a search through all memory does.
        VmcoreInfo? info = dump.NotedInfo;
        KernelMapping? mapping = FindMapping(dump, info, warnings);
        if (mapping is null && info is null)
        {
            info = dump.FindInfo(cancellation);
            mapping = FindMapping(dump, info, warnings);
        }

        if (mapping is null)
        {
            warnings.Add(dump.Architecture is Architecture.X64 or Architecture.Arm64
                ? "The kernel's page tables cannot be found: the dump has no VMCOREINFO, and no register that points to them. Nothing of the kernel can be read."
                : "Kernels of this processor are not read.");
        }

        var kernel = new LinuxKernel(dump, mapping, info, warnings);
        kernel.Check();
        return kernel;
    }

    /// <summary>Where a processor's per-CPU area lies: added to a per-CPU variable's address.</summary>
    /// <param name="cpu">The processor's number, from 0.</param>
    /// <returns>The distance, modulo 2^64; null when it is not in the dump or there is no such processor. 0 for a kernel without SMP.</returns>
    public ulong? PerCpuOffset(int cpu)
    {
        if (cpu is < 0 or >= MaximumProcessors)
        {
            return null;
        }

        if (Symbols.ImageAddressOf("__per_cpu_offset") is not { } table)
        {
            return cpu == 0 && Symbols.Count > 0 ? 0 : null;
        }

        // The table has a place for every processor the kernel was built for. One that cannot be keeps what it had at build time: 0,
        // or with zero-based per-CPU symbols the address of the area's template in the image.
        bool isThere = Memory.TryReadUInt64(table + ((ulong)cpu * 8), out ulong offset) && offset != 0
            && !(Symbols.ImageStart is { } start && Symbols.ImageEnd is { } end && offset - start.ToUInt64() < end - start);
        return isThere ? offset : null;
    }

    /// <summary>What the kernel does when an instruction of its own faults.</summary>
    /// <param name="instruction">The instruction's address.</param>
    /// <returns>The entry of the exception tables; null when the kernel does not expect a fault there.</returns>
    public ExceptionTableEntry? FindExceptionTableEntry(VirtualAddress instruction) => _tables.Exceptions.Find(instruction);

    /// <summary>The <c>BUG()</c> or <c>WARN()</c> that an instruction raises.</summary>
    /// <param name="address">
    /// The instruction's address; or the entry's, which x86 kernels from 6.19 on have in <c>rdi</c> when a warning with arguments is raised.
    /// </param>
    /// <returns>The entry of the bug tables; null when it raises none.</returns>
    public BugTableEntry? FindBugTableEntry(VirtualAddress address) => _tables.Bugs.Find(address);

    /// <summary>Decodes code in the kernel's memory.</summary>
    /// <param name="address">The first instruction.</param>
    /// <param name="count">How many instructions at most.</param>
    /// <param name="syntax">How x86 instructions are written. arm64's are listed by their words, not decoded.</param>
    /// <returns>As many as the dump holds.</returns>
    public IReadOnlyList<DisassembledInstruction> Disassemble(VirtualAddress address, int count, DisassemblySyntax syntax = DisassemblySyntax.Intel) => Architecture switch
    {
        Architecture.X64 => new X64Disassembler(Memory, Symbols, syntax).Disassemble(address, count),
        Architecture.Arm64 => Arm64Words.List(Memory, Symbols, address, count),
        _ => [],
    };

    /// <summary>What it takes to read the kernel's own data.</summary>
    /// <remarks>The kernel's variables are in its image: the symbols of modules, which take long to read, are not asked.</remarks>
    internal KernelData Data { get; }

    internal void Warn(string text)
    {
        lock (_gate)
        {
            _warnings.Add(text);
        }
    }

    private static KernelMapping? FindMapping(LinuxVmcore dump, VmcoreInfo? info, List<string> warnings) => dump.Architecture switch
    {
        Architecture.X64 => X64KernelMapping.Find(dump, info, warnings),
        Architecture.Arm64 => Arm64KernelMapping.Find(dump, info, warnings),
        _ => null,
    };

    // vmcoreinfo_data points to the text (kernel/vmcore_info.c); that it begins with OSRELEASE= proves what led there.
    private VmcoreInfo? ReadInfo()
    {
        if (Symbols.ImageAddressOf("vmcoreinfo_data") is not { } pointer || !Memory.TryReadUInt64(pointer, out ulong text))
        {
            return null;
        }

        byte[] bytes = new byte[VmcoreInfo.MaximumSize];
        ReadOnlySpan<byte> read = bytes.AsSpan(0, Memory.Read(new VirtualAddress(text), bytes));
        return read.StartsWith("OSRELEASE="u8) ? new VmcoreInfo(read) : null;
    }

    private Kallsyms? OpenKallsyms()
    {
        if (_mapping is null)
        {
            return null;
        }

        try
        {
            KallsymsLayout? layout = Info is { } info ? KallsymsLocator.Locate(Memory, info) : null;

            // Markers prove the number of symbols; without, addresses that ascend up to the last have to.
            if (layout is null
                || !KallsymsCheck.HasAll(Memory, layout, KnownSymbols())
                || (layout.Markers is null && !KallsymsCheck.IsAscending(Memory, layout)))
            {
                layout = new KallsymsFinder(Memory, _mapping.SearchStart, _mapping.SearchEnd, KnownSymbols()).Find();
            }

            if (layout is not null)
            {
                return new Kallsyms(Memory, layout, Dump.Path);
            }

            _warnings.Add("The kernel's symbol table (kallsyms) is not in the dump: only the symbols of VMCOREINFO have names.");
        }
        catch (DumpFormatException exception)
        {
            _warnings.Add("The kernel's symbol table (kallsyms) cannot be read: " + exception.Message);
        }

        return null;
    }

    // Of VMCOREINFO's symbols, those that every kernel's kallsyms has: code, and with CONFIG_KALLSYMS_ALL data.
    private ulong[] KnownSymbols() => Info?.Symbol("_stext") is { } text ? [text] : [];

    // The banner is at a symbol, and begins with words that are known: the one read proves addresses, names and translation at once.
    private void Check()
    {
        if (Symbols.Count > 0 && Symbols.ImageAddressOf("linux_banner") is not null && Banner is null)
        {
            Warn("The kernel's banner is not where its symbols say: symbols and memory may not belong together.");
        }
    }

    private string? ReadBanner()
    {
        if (Symbols.ImageAddressOf("linux_banner") is not { } address)
        {
            return null;
        }

        byte[] bytes = new byte[LongestBanner];
        int read = Memory.Read(address, bytes);
        ReadOnlySpan<byte> text = bytes.AsSpan(0, read);
        int end = text.IndexOfAny((byte)0, (byte)'\n');
        text = end < 0 ? text : text.Slice(0, end);
        return text.StartsWith("Linux version "u8) ? Kallsyms.Text(text) : null;
    }

    private string? BannerRelease()
    {
        if (Banner is not { } banner)
        {
            return Dump.Container.SystemName?.Release;
        }

        string rest = banner.Substring("Linux version ".Length);
        int space = rest.IndexOf(' ');
        return space < 0 ? rest : rest.Substring(0, space);
    }

    private List<LinuxKernelModule> ReadModules()
    {
        // A kernel without CONFIG_MODULES has no such list.
        if (Types is not { } types || Symbols.ImageAddressOf("modules") is not { } head)
        {
            return [];
        }

        return new LinuxModuleReader(Memory, types, Warn).Read(head);
    }

    private ModuleSymbolTable? ReadModuleSymbols(LinuxKernelModule module) =>
        Types is { } types ? ModuleSymbolTable.Read(Memory, types, module) : null;

    private KernelTypes? OpenTypes()
    {
        if (Symbols.ImageAddressOf("__start_BTF") is not { } start || Symbols.ImageAddressOf("__stop_BTF") is not { } stop || stop <= start)
        {
            Warn(Symbols.Kallsyms is null
                ? "Without its symbol table the kernel's types (BTF) cannot be found, so neither can its modules and tasks."
                : "The kernel was built without BTF (CONFIG_DEBUG_INFO_BTF): its types are not known, so neither are its modules and tasks.");
            return null;
        }

        try
        {
            return KernelTypesReader.Read(Memory, start, stop);
        }
        catch (DumpFormatException exception)
        {
            Warn("The kernel's types (BTF) cannot be read: " + exception.Message);
            return null;
        }
    }
}
