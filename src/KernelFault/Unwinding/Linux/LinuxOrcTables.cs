using System.Globalization;
using KernelFault.Formats.Orc;
using KernelFault.Kernels.Linux.Types;

namespace KernelFault.Unwinding.Linux;

// The kernel's table: __start_orc_unwind_ip up to __stop_orc_unwind_ip and __start_orc_unwind, with the index orc_lookup up to
// orc_lookup_end over _stext up to _etext. A module's: struct module.arch (num_orcs, orc_unwind_ip, orc_unwind).

/// <summary>The ORC tables of a kernel and its modules, each opened when code of it is first unwound.</summary>
internal sealed class LinuxOrcTables
{
    /// <summary>Modules are at most some tens of megabytes; a count beyond that is not one.</summary>
    private const uint MaximumModuleEntries = 1 << 22;

    // Functions every kernel has: whose entry is of an ordinary function's first instruction.
    private static readonly string[] Probes = ["panic", "do_exit", "schedule"];

    private readonly KernelData _data;
    private readonly OrcLayout _layout;
    private readonly OrcTable? _kernel;
    private readonly Dictionary<ulong, OrcTable?> _modules = [];

    /// <summary>Finds the kernel's table.</summary>
    /// <param name="data">The kernel.</param>
    /// <param name="release">Such as <c>6.1.0-56-amd64</c>; null when not known.</param>
    internal LinuxOrcTables(KernelData data, string? release)
    {
        _data = data;
        _layout = Layout(data.Types, release);
        ulong start = data.Symbol("__start_orc_unwind_ip");
        ulong stop = data.Symbol("__stop_orc_unwind_ip");
        ulong entries = data.Symbol("__start_orc_unwind");
        if (start == 0 || entries == 0 || stop <= start || (stop - start) / 4 > int.MaxValue)
        {
            return;
        }

        ulong index = data.Symbol("orc_lookup");
        ulong indexEnd = data.Symbol("orc_lookup_end");
        ulong text = data.Symbol("_stext");
        OrcLookup? lookup = index != 0 && indexEnd > index && indexEnd - index < int.MaxValue && text != 0
            ? new OrcLookup(index, (uint)((indexEnd - index) / 4), text)
            : null;
        var count = (uint)((stop - start) / 4);
        _kernel = new OrcTable(data.Memory, start, entries, count, _layout, lookup);
        Span<byte> first = stackalloc byte[OrcLayout.EntrySize];
        foreach (string function in Probes)
        {
            if (data.Symbol(function) is not 0 and ulong address && _kernel.TryRead(address, first) && _layout.TryAdjust(first, out _layout))
            {
                _kernel = new OrcTable(data.Memory, start, entries, count, _layout, lookup);
                break;
            }
        }
    }

    /// <summary>True if the kernel was built with ORC tables.</summary>
    internal bool Exist => _kernel is not null;

    /// <summary>Finds how to unwind from an instruction.</summary>
    /// <param name="address">Of the instruction.</param>
    /// <param name="module">Address of the <c>struct module</c> it belongs to; null for the kernel's own image.</param>
    /// <param name="entry">The entry.</param>
    internal bool TryFind(ulong address, ulong? module, out OrcEntry entry)
    {
        OrcTable? table = _kernel;
        if (module is { } owner && !_modules.TryGetValue(owner, out table))
        {
            table = OfModule(owner);
            _modules.Add(owner, table);
        }

        entry = default;
        return table is not null && table.TryFind(address, out entry);
    }

    private OrcTable? OfModule(ulong module)
    {
        uint? count = Member(module, "arch.num_orcs") is { } at ? _data.HalfWord(at) : null;
        ulong? addresses = Member(module, "arch.orc_unwind_ip") is { } ips ? _data.Word(ips) : null;
        ulong? entries = Member(module, "arch.orc_unwind") is { } orcs ? _data.Word(orcs) : null;
        return count is > 0 and <= MaximumModuleEntries && addresses is > 0 && entries is > 0
            ? new OrcTable(_data.Memory, addresses.Value, entries.Value, count.Value, _layout)
            : null;
    }

    private ulong? Member(ulong module, string path) =>
        _data.OffsetOf("module", path) is { } offset ? unchecked(module + offset) : null;

    /// <summary>The layout as the dump's types describe it, else that of the release.</summary>
    private static OrcLayout Layout(KernelTypes? types, string? release)
    {
        (int major, int minor) = Version(release);
        OrcLayout layout = OrcLayout.ForRelease(major, minor);
        if (types?.Find("orc_entry", "type") is { BitOffset: OrcLayout.TypeBit, BitSize: 2 or 3 } type)
        {
            return layout.WithFields(
                (int)type.BitSize,
                (int?)types.Find("orc_entry", "signal")?.BitOffset,
                (int?)types.Find("orc_entry", "end")?.BitOffset);
        }

        return layout;
    }

    private static (int Major, int Minor) Version(string? release)
    {
        string[] parts = (release ?? string.Empty).Split('.', '-');
        return parts.Length > 1
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int major)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int minor)
            ? (major, minor)
            : (int.MaxValue, 0);
    }
}
