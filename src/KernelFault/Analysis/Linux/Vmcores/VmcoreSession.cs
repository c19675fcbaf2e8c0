using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using KernelFault.Dumps;
using KernelFault.Dumps.Linux;
using KernelFault.Formats;
using KernelFault.Kernels.Linux;
using KernelFault.Kernels.Linux.Log;
using KernelFault.Kernels.Linux.Slab;
using KernelFault.Kernels.Linux.Tasks;
using KernelFault.Kernels.Linux.Types;
using KernelFault.Kernels.Linux.Vmalloc;
using KernelFault.Memory;
using KernelFault.Unwinding;
using KernelFault.Unwinding.Linux;

namespace KernelFault.Analysis.Linux.Vmcores;

/// <summary>An open Linux vmcore and what people ask of one. What is not asked for is not read. One thread at a time.</summary>
public sealed class VmcoreSession : IDisposable
{
    private const int LineLength = 16;
    private const int InstructionsAtATime = 64;

    // Bytes; a kernel's longest are a tenth of it. A damaged symbol table makes any function end anywhere.
    private const ulong LongestFunction = 256 * 1024;

    private readonly List<string> _warnings = [];
    private readonly Lazy<PanicContext> _panic;
    private KernelObjects? _objects;

    private VmcoreSession(LinuxVmcore dump, CancellationToken cancellation)
    {
        Dump = dump;
        Kernel = LinuxKernel.Open(dump, cancellation);
        _panic = new Lazy<PanicContext>(() => PanicContext.Read(Kernel));
    }

    /// <summary>The file.</summary>
    public LinuxVmcore Dump { get; }

    /// <summary>The kernel in it.</summary>
    public LinuxKernel Kernel { get; }

    /// <summary>What was missing, damaged or not read so far, one sentence each.</summary>
    public IReadOnlyList<string> Warnings => [.. Dump.Warnings, .. Kernel.Warnings, .. _warnings, .. _objects?.Warnings ?? []];

    internal KernelData Data => Kernel.Data;

    private KernelObjects? Objects => _objects ??= Kernel.Types is { } types ? new KernelObjects(Kernel.Memory, types) : null;

    internal PanicContext Panic => _panic.Value;

    /// <summary>Opens a vmcore.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellation">Ends the work at once.</param>
    /// <returns>The session; dispose it.</returns>
    /// <exception cref="DumpFormatException">The file is no Linux vmcore, or too damaged to say anything.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static VmcoreSession Open(string path, CancellationToken cancellation = default)
    {
        CrashDump dump = CrashDump.Open(path, cancellation);
        if (dump is LinuxVmcore vmcore)
        {
            try
            {
                return new VmcoreSession(vmcore, cancellation);
            }
            catch
            {
                vmcore.Dispose();
                throw;
            }
        }

        dump.Dispose();
        throw new DumpFormatException(path, 0, $"expected the memory of a Linux kernel (a vmcore), found a file of kind {dump.Kind}.");
    }

    /// <summary>A session over a dump that stays its opener's.</summary>
    internal static VmcoreSession Of(LinuxVmcore dump, CancellationToken cancellation = default) => new(dump, cancellation);

    /// <inheritdoc/>
    public void Dispose() => Dump.Dispose();

    /// <summary>The kernel log, the oldest message first.</summary>
    /// <returns>The messages, read as they are asked for; empty, and a warning, when the dump does not hold the buffer.</returns>
    public IEnumerable<KernelMessage> ReadLog() => KernelMessageReader.Read(Data, _warnings);

    /// <summary>The tasks: idle tasks of the processors, then processes with their threads.</summary>
    /// <param name="wanted">Which; the stack of others is not walked.</param>
    /// <param name="includeStack">True to walk stacks.</param>
    /// <param name="cancellation">Ends the work at once.</param>
    /// <returns>The tasks, read as they are asked for; empty, and a warning, when the kernel has no BTF.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public IEnumerable<CrashDumpThread> ReadThreads(Predicate<LinuxTask> wanted, bool includeStack, CancellationToken cancellation = default)
    {
        if (wanted is null)
        {
            throw new ArgumentNullException(nameof(wanted));
        }

        return ReadThreadsLazily(wanted, includeStack, cancellation);
    }

    /// <summary>An address as a person writes it.</summary>
    /// <param name="text">A hexadecimal number with or without <c>0x</c> (16 digits without), or a symbol with or without <c>+0x1c</c>.</param>
    /// <returns>The address; null when it is neither.</returns>
    public VirtualAddress? Resolve(string text)
    {
        string wanted = (text ?? throw new ArgumentNullException(nameof(text))).Trim();
        if (wanted.StartsWith("0x", StringComparison.OrdinalIgnoreCase) || wanted.Length == 16)
        {
            string digits = wanted.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? wanted.Remove(0, 2) : wanted;
            if (ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong number))
            {
                return new VirtualAddress(number);
            }
        }

        int plus = wanted.LastIndexOf('+');
        if (plus > 0 && TryParseOffset(wanted.Substring(plus + 1), out ulong offset))
        {
            return Kernel.Symbols.AddressOf(wanted.Substring(0, plus).Trim()) is { } start ? start + offset : null;
        }

        return wanted.Length == 0 ? null : Kernel.Symbols.AddressOf(wanted);
    }

    /// <summary>Symbols by name, or the one around a place.</summary>
    /// <param name="text">A name, in which <c>*</c> and <c>?</c> match; or an address behind <c>0x</c>, or a symbol with an offset.</param>
    /// <returns>The symbols, found as they are asked for.</returns>
    public IEnumerable<LinuxSymbol> FindSymbols(string text)
    {
        string wanted = (text ?? throw new ArgumentNullException(nameof(text))).Trim();
        bool isPlace = wanted.StartsWith("0x", StringComparison.OrdinalIgnoreCase) || wanted.IndexOf('+') > 0;
        return !isPlace ? Kernel.Symbols.Match(wanted)
            : Resolve(wanted) is { } address && SymbolAt(address) is { } symbol ? [symbol]
            : [];
    }

    /// <summary>The symbol an address lies in.</summary>
    /// <param name="address">Any address.</param>
    /// <returns>The symbol; null when it lies in none.</returns>
    public LinuxSymbol? SymbolAt(VirtualAddress address) => Kernel.Symbols.Find(address);

    /// <summary>The slab object an address is in.</summary>
    /// <param name="address">Any address.</param>
    /// <returns>The object, free or in use; null when the address is in none, or the kernel has no BTF.</returns>
    public SlabObject? FindSlabObject(VirtualAddress address) => new Kernels.Linux.Slab.SlabReader(
        Data,
        new KernelPages(Data, at => Kernel.PageTable.TryTranslate(at, out PhysicalAddress physical, out _) ? physical : null, Dump.Container.PageSize)).Find(address);

    /// <summary>The stretch of vmalloc space an address is in.</summary>
    /// <param name="address">Any address.</param>
    /// <returns>The area and who asked for it; null when the address is in none, or the kernel has no BTF.</returns>
    public VmallocArea? FindVmallocArea(VirtualAddress address) => new VmallocReader(Data, Dump.Container.PageSize).Find(address);

    /// <summary>A structure at an address. Nothing is read yet.</summary>
    /// <param name="type">Its type by name, with or without the word <c>struct</c>.</param>
    /// <param name="address">Where it begins.</param>
    /// <returns>The structure; null when the kernel has no such type, or no BTF.</returns>
    public KernelObject? ObjectAt(string type, VirtualAddress address) => Objects?.At(PlainName(type), address);

    /// <summary>What is on a list of the kernel.</summary>
    /// <param name="type">The structures on it, by name.</param>
    /// <param name="member">The member of them that links to the next one.</param>
    /// <param name="head">The list's head.</param>
    /// <returns>The structures in order, found as they are asked for; empty when the kernel has no such type, or no BTF.</returns>
    public IEnumerable<KernelObject> ListAt(string type, string member, VirtualAddress head) => Objects?.List(PlainName(type), member, head) ?? [];

    /// <summary>One structure, or all on a list.</summary>
    /// <param name="type">The structures' type by name, with or without the word <c>struct</c>.</param>
    /// <param name="address">Where the structure begins, or the list's head.</param>
    /// <param name="list">The member that links to the next one; null for the one structure at the address.</param>
    /// <returns>The structures, found as they are asked for; empty when the kernel has no such type, or no BTF.</returns>
    public IEnumerable<KernelObject> ReadObjects(string type, VirtualAddress address, string? list) =>
        list is not null ? ListAt(type, list, address)
        : ObjectAt(type, address) is { } one ? [one]
        : [];

    /// <summary>Whether a structure has a member.</summary>
    /// <param name="type">Its type by name, with or without the word <c>struct</c>.</param>
    /// <param name="member">The member; dots lead into structures inside.</param>
    /// <returns>False also when the kernel has no such type, or no BTF.</returns>
    public bool HasMember(string type, string member) => Kernel.Types?.OffsetOf(PlainName(type), member) is not null;

    /// <summary>What a structure is made of.</summary>
    /// <param name="type">Its type by name, with or without the word <c>struct</c>.</param>
    /// <returns>Its members with their offsets; null when the kernel has no such type, or no BTF.</returns>
    public KernelTypeDescription? DescribeType(string type) =>
        Kernel.Types is { } types && types.FindType(PlainName(type)) is not 0 and uint id ? KernelTypeDescriber.Describe(types, id) : null;

    /// <summary>Memory, sixteen bytes at a time.</summary>
    /// <param name="address">Where to begin.</param>
    /// <param name="length">How many bytes.</param>
    /// <param name="isPhysical">True when the address is a physical one.</param>
    /// <returns>The lines, read as they are asked for.</returns>
    public IEnumerable<MemoryLine> ReadMemory(VirtualAddress address, int length, bool isPhysical)
    {
        byte[] buffer = new byte[LineLength];
        for (int done = 0; done < length; done += LineLength)
        {
            VirtualAddress at = address + (ulong)done;
            int wanted = Math.Min(LineLength, length - done);
            int read = isPhysical
                ? Dump.Memory.Read(new PhysicalAddress(at.ToUInt64()), buffer.AsSpan(0, wanted))
                : Kernel.Memory.Read(at, buffer.AsSpan(0, wanted));
            yield return Line(at, buffer.AsSpan(0, read).ToArray(), isPhysical);
        }
    }

    /// <summary>Decodes code.</summary>
    /// <param name="address">The first instruction.</param>
    /// <param name="count">How many instructions at most; null for all up to the end of the function.</param>
    /// <param name="syntax">How x86 instructions are written.</param>
    /// <returns>The instructions, decoded as they are asked for; fewer where the dump does not hold the code.</returns>
    public IEnumerable<DisassembledInstruction> Disassemble(VirtualAddress address, int? count, DisassemblySyntax syntax = DisassemblySyntax.Intel)
    {
        VirtualAddress? end = count is null && SymbolAt(address) is { Size: { } size } function ? function.Address + Math.Min(size, LongestFunction) : null;
        int left = count ?? (end is null ? 1 : int.MaxValue);
        VirtualAddress at = address;
        while (left > 0)
        {
            IReadOnlyList<DisassembledInstruction> some = Kernel.Disassemble(at, Math.Min(left, InstructionsAtATime), syntax);
            foreach (DisassembledInstruction instruction in some)
            {
                if (end is { } last && instruction.Address >= last)
                {
                    yield break;
                }

                yield return instruction;
                at = instruction.Address + (ulong)(instruction.Bytes.Length / 2);
            }

            left = some.Count == 0 ? 0 : left - some.Count;
        }
    }

    /// <summary>The page tables that a task's accesses went through: a program's own for its half of the address space.</summary>
    /// <param name="address">The address.</param>
    /// <param name="task">The task; null for the kernel's tables.</param>
    internal IPageTable PageTableOf(VirtualAddress address, LinuxTask? task)
    {
        bool isKernelHalf = (long)address.ToUInt64() < 0;
        return !isKernelHalf
            && Kernel.PageTable is X64PageTable table
            && task?.AddressSpace is { } space
            && Data.OffsetOf("mm_struct", "pgd") is { } offset
            && Data.Word(space.ToUInt64() + offset) is { } root
            && table.TryTranslate(new VirtualAddress(root), out PhysicalAddress physical, out _)
                ? table.WithRoot(physical)
                : Kernel.PageTable;
    }

    /// <summary>Names an address as kernels print it.</summary>
    /// <param name="address">Any address.</param>
    /// <returns><c>vfs_read+0x1c</c>, with the module in brackets; null when no symbol is near.</returns>
    internal string? Name(VirtualAddress address) => Kernel.Symbols.Find(address) is { } symbol
        ? FormattableString.Invariant($"{symbol.Name}+0x{address - symbol.Address:x}{(symbol.Module is null ? string.Empty : " [" + symbol.Module + "]")}")
        : null;

    internal void Warn(string text) => _warnings.Add(text);

    internal LinuxTaskReader Tasks() => new(Data, Dump.Container.PageSize, _warnings);

    private static string PlainName(string type)
    {
        string name = (type ?? throw new ArgumentNullException(nameof(type))).Trim();
        foreach (string word in (string[])["struct ", "union "])
        {
            name = name.StartsWith(word, StringComparison.Ordinal) ? name.Remove(0, word.Length).Trim() : name;
        }

        return name;
    }

    private static bool TryParseOffset(string text, out ulong offset)
    {
        bool hexadecimal = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        string digits = hexadecimal ? text.Remove(0, 2) : text;
        return ulong.TryParse(digits, hexadecimal ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture, out offset);
    }

    private IEnumerable<CrashDumpThread> ReadThreadsLazily(Predicate<LinuxTask> wanted, bool includeStack, CancellationToken cancellation)
    {
        foreach (LinuxTask task in Tasks().ReadAll())
        {
            cancellation.ThrowIfCancellationRequested();
            if (wanted(task))
            {
                IReadOnlyList<StackFrame>? stack = includeStack ? Panic.StackOf(task.Address)?.Frames : null;
                yield return CrashDumpThread.Of(task, stack, Dump.Path);
            }
        }
    }

    private MemoryLine Line(VirtualAddress address, byte[] bytes, bool isPhysical)
    {
        string[] words = new string[bytes.Length / 8];
        string?[] symbols = new string?[words.Length];
        for (int i = 0; i < words.Length; i++)
        {
            var word = new VirtualAddress(BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(i * 8)));
            words[i] = word.Hex;
            symbols[i] = Name(word);
        }

        var text = new StringBuilder(bytes.Length);
        foreach (byte b in bytes)
        {
            text.Append(b is >= 0x20 and < 0x7F ? (char)b : '.');
        }

        return new MemoryLine
        {
            Address = address.Hex,
            Bytes = bytes,
            Words = words,
            Symbols = symbols,
            Text = text.ToString(),
            Missing = bytes.Length > 0 ? null : Missing(address, isPhysical),
        };
    }

    private string Missing(VirtualAddress address, bool isPhysical)
    {
        PhysicalAddress physical = new(address.ToUInt64());
        if (!isPhysical && !Kernel.PageTable.TryTranslate(address, out physical, out _))
        {
            return "not mapped";
        }

        return Dump.Memory.Probe(physical) == PageAvailability.Excluded ? "left out of the dump" : "not in the dump";
    }
}
