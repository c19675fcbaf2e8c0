using KernelFault.Memory;

namespace KernelFault.Kernels.Linux.Tables;

/// <summary>The exception and bug tables of a kernel and its modules, found when they are first asked for.</summary>
internal sealed class KernelTables
{
    private readonly LinuxKernel _kernel;
    private readonly Lazy<ExceptionTable> _exceptions;
    private readonly Lazy<BugTable> _bugs;

    internal KernelTables(LinuxKernel kernel)
    {
        _kernel = kernel;
        _exceptions = new Lazy<ExceptionTable>(OpenExceptions);
        _bugs = new Lazy<BugTable>(OpenBugs);
    }

    /// <summary>The exception tables.</summary>
    internal ExceptionTable Exceptions => _exceptions.Value;

    /// <summary>The bug tables.</summary>
    internal BugTable Bugs => _bugs.Value;

    private ExceptionTable OpenExceptions()
    {
        int? size = (int?)_kernel.Types?.SizeOf("exception_table_entry");
        return new ExceptionTable(_kernel.Memory, _kernel.Architecture, Find("__start___ex_table", "__stop___ex_table", "extable", "num_exentries", size ?? 0), size);
    }

    private BugTable OpenBugs()
    {
        uint size = _kernel.Types?.SizeOf("bug_entry") ?? 0;
        return new BugTable(_kernel.Memory, Find("__start___bug_table", "__stop___bug_table", "bug_table", "num_bugs", (int)Math.Min(size, 4096)), _kernel.Types);
    }

    private List<KernelTable> Find(string start, string stop, string moduleTable, string moduleCount, int entrySize)
    {
        var tables = new List<KernelTable>();
        if (_kernel.Symbols.ImageAddressOf(start) is { } first && _kernel.Symbols.ImageAddressOf(stop) is { } end && end > first)
        {
            tables.Add(new KernelTable(first, end - first, null));
        }

        if (_kernel.Types?.OffsetOf("module", moduleTable) is { } table && _kernel.Types.OffsetOf("module", moduleCount) is { } count)
        {
            foreach (LinuxKernelModule module in _kernel.Modules)
            {
                if (_kernel.Memory.TryReadUInt64(module.Address + table, out ulong address) && address != 0
                    && _kernel.Memory.TryReadUInt32(module.Address + count, out uint entries) && entries != 0)
                {
                    tables.Add(new KernelTable(new VirtualAddress(address), (ulong)entries * (uint)entrySize, module));
                }
            }
        }

        return tables;
    }
}
