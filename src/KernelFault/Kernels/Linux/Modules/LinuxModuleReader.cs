using System.Text;
using KernelFault.Formats;
using KernelFault.Kernels.Linux.Types;
using KernelFault.Memory;

namespace KernelFault.Kernels.Linux.Modules;

// struct module (include/linux/module.h), in the list `modules`. Its memory: core_layout and init_layout up to 6.3, each a block with
// code, read-only data, read-only-after-init data and data in that order; since 6.4 mem[], one piece for each kind.

/// <summary>Reads the kernel's list of modules.</summary>
internal sealed class LinuxModuleReader
{
    // More than any machine loads; a list that does not end here is damaged.
    private const int MaximumModules = 4096;
    private const int LongestText = 1024;
    private const int LongestBuildId = 20;
    private const ulong LargestModule = 1UL << 30;

    private readonly IMemoryReader _memory;
    private readonly KernelTypes _types;
    private readonly Action<string> _warn;

    internal LinuxModuleReader(IMemoryReader memory, KernelTypes types, Action<string> warn)
    {
        _memory = memory;
        _types = types;
        _warn = warn;
    }

    /// <summary>Reads the list; what is damaged is a warning, and what was read before it is kept.</summary>
    /// <param name="head">The symbol <c>modules</c>.</param>
    internal List<LinuxKernelModule> Read(VirtualAddress head)
    {
        var modules = new List<LinuxKernelModule>();
        if (Offset("list") is not { } list || Offset("name") is not { } name)
        {
            _warn("The kernel's types do not describe its modules.");
            return modules;
        }

        var seen = new HashSet<ulong>();
        VirtualAddress node = head;
        while (true)
        {
            if (!_memory.TryReadUInt64(node, out ulong next))
            {
                _warn("The list of modules leads to " + node.Hex + ", which is not in the dump: modules are missing.");
                break;
            }

            if (next == head.ToUInt64())
            {
                break;
            }

            if (!seen.Add(next) || modules.Count == MaximumModules)
            {
                _warn("The list of modules is damaged: it does not come back to its head.");
                break;
            }

            node = new VirtualAddress(next);
            VirtualAddress module = new(unchecked(next - list));
            if (ReadOne(module, name) is { } read)
            {
                modules.Add(read);
            }
            else
            {
                _warn("The module at " + module.Hex + " is not in the dump: modules are missing.");
                break;
            }
        }

        return modules;
    }

    private LinuxKernelModule? ReadOne(VirtualAddress module, uint nameOffset)
    {
        int nameLength = (int)Math.Min(_types.LengthOf("module", "name") ?? 56, 256);
        if (Text(module + nameOffset, nameLength) is not { } name)
        {
            return null;
        }

        List<LinuxModuleMemory> ranges = Ranges(module, name);
        ulong size = 0;
        VirtualAddress? start = null;
        foreach (LinuxModuleMemory range in ranges)
        {
            size += range.Kind < LinuxModuleMemoryKind.InitText ? range.Size : 0;
            start ??= range.Kind == LinuxModuleMemoryKind.Text ? range.Start : null;
        }

        uint state = UInt32(module, "state") ?? uint.MaxValue;
        return new LinuxKernelModule
        {
            Name = name,
            Address = module,
            BaseAddress = start,
            Size = size,
            State = state < (uint)LinuxModuleState.Invalid ? (LinuxModuleState)state : LinuxModuleState.Invalid,
            MemoryRanges = ranges,
            Version = TextAt(module, "version"),
            SourceVersion = TextAt(module, "srcversion"),
            Taint = KernelTaint.Letters(UInt64(module, "taints") ?? 0),
            BuildId = BuildId(module),
            ParameterCount = UInt32(module, "num_kp"),
            Arguments = TextAt(module, "args"),
        };
    }

    private List<LinuxModuleMemory> Ranges(VirtualAddress module, string name)
    {
        var ranges = new List<LinuxModuleMemory>();
        if (_types.LengthOf("module", "mem") is { } kinds)
        {
            uint stride = _types.SizeOf("module_memory") ?? 0;
            for (uint i = 0; stride > 0 && i < kinds && i <= (uint)LinuxModuleMemoryKind.InitReadOnlyData; i++)
            {
                VirtualAddress at = module + ((ulong)i * stride);
                Add(ranges, name, (LinuxModuleMemoryKind)i, UInt64(at, "mem[0].base") ?? 0, UInt32(at, "mem[0].size") ?? 0);
            }
        }
        else
        {
            AddLayout(ranges, module, name, "core_layout", LinuxModuleMemoryKind.Text, LinuxModuleMemoryKind.ReadOnlyData, LinuxModuleMemoryKind.Data);
            AddLayout(ranges, module, name, "init_layout", LinuxModuleMemoryKind.InitText, LinuxModuleMemoryKind.InitReadOnlyData, LinuxModuleMemoryKind.InitData);
        }

        return ranges;
    }

    private void AddLayout(List<LinuxModuleMemory> ranges, VirtualAddress module, string name, string layout, LinuxModuleMemoryKind text, LinuxModuleMemoryKind readOnly, LinuxModuleMemoryKind data)
    {
        ulong start = UInt64(module, layout + ".base") ?? 0;
        ulong end = UInt32(module, layout + ".size") ?? 0;
        ulong textEnd = Math.Min(UInt32(module, layout + ".text_size") ?? 0, end);
        ulong readOnlyEnd = Math.Min(Math.Max(UInt32(module, layout + ".ro_size") ?? 0, textEnd), end);
        ulong afterInitEnd = Math.Min(Math.Max(UInt32(module, layout + ".ro_after_init_size") ?? 0, readOnlyEnd), end);
        Add(ranges, name, text, start, textEnd);
        Add(ranges, name, readOnly, start + textEnd, readOnlyEnd - textEnd);
        Add(ranges, name, LinuxModuleMemoryKind.ReadOnlyAfterInit, start + readOnlyEnd, afterInitEnd - readOnlyEnd);
        Add(ranges, name, data, start + afterInitEnd, end - afterInitEnd);
    }

    private void Add(List<LinuxModuleMemory> ranges, string name, LinuxModuleMemoryKind kind, ulong start, ulong size)
    {
        if (size == 0 || start == 0)
        {
            return;
        }

        if (size > LargestModule || start + size < start || start >> 63 == 0)
        {
            _warn("The memory of the module " + name + " is damaged in its structure.");
            return;
        }

        ranges.Add(new LinuxModuleMemory(kind, new VirtualAddress(start), size));
    }

    private string? BuildId(VirtualAddress module)
    {
        byte[] id = new byte[LongestBuildId];
        if (Offset("build_id") is not { } offset || !_memory.TryRead(module + offset, id) || Array.TrueForAll(id, static value => value == 0))
        {
            return null;
        }

        var text = new StringBuilder(id.Length * 2);
        foreach (byte value in id)
        {
            text.Append(value.ToString("x2", System.Globalization.CultureInfo.InvariantCulture));
        }

        return text.ToString();
    }

    private string? TextAt(VirtualAddress module, string pointer) =>
        UInt64(module, pointer) is { } address and not 0 && Text(new VirtualAddress(address), LongestText) is { Length: > 0 } text ? text : null;

    // Up to the zero byte; null when its first byte is not in the dump.
    private string? Text(VirtualAddress address, int longest)
    {
        byte[] bytes = new byte[longest];
        int read = _memory.Read(address, bytes);
        int end = Array.IndexOf(bytes, (byte)0, 0, read);
        return read == 0 ? null : PrintableText.Clean(Encoding.UTF8.GetString(bytes, 0, end < 0 ? read : end));
    }

    private uint? Offset(string path) => _types.OffsetOf("module", path);

    private uint? UInt32(VirtualAddress module, string path) =>
        Offset(path) is { } offset && _memory.TryReadUInt32(module + offset, out uint value) ? value : null;

    private ulong? UInt64(VirtualAddress module, string path) =>
        Offset(path) is { } offset && _memory.TryReadUInt64(module + offset, out ulong value) ? value : null;
}
