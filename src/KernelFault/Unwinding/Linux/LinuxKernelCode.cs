using KernelFault.Formats.Orc;
using KernelFault.Kernels.Linux;
using KernelFault.Kernels.Linux.Types;
using KernelFault.Memory;

namespace KernelFault.Unwinding.Linux;

/// <summary>The code of a crashed kernel and of its modules.</summary>
internal sealed class LinuxKernelCode : ILinuxCode
{
    private readonly LinuxKernel _kernel;
    private readonly LinuxOrcTables _orc;
    private readonly (ulong Start, ulong End) _text;
    private readonly (ulong Start, ulong End) _initText;
    private (ulong Start, ulong End, LinuxKernelModule Module)[]? _moduleTexts;

    /// <summary>Finds it.</summary>
    /// <param name="kernel">The kernel.</param>
    internal LinuxKernelCode(LinuxKernel kernel)
    {
        KernelData data = kernel.Data;
        _kernel = kernel;
        _orc = new LinuxOrcTables(data, kernel.Release);
        _text = (data.Symbol("_stext"), data.Symbol("_etext"));
        _initText = (data.Symbol("_sinittext"), data.Symbol("_einittext"));
    }

    /// <inheritdoc/>
    public bool HasOrc => _orc.Exist;

    private (ulong Start, ulong End, LinuxKernelModule Module)[] ModuleTexts => _moduleTexts ??= ReadModuleTexts();

    /// <inheritdoc/>
    public bool IsText(ulong address) => IsImageText(address) || ModuleAt(address) is not null;

    /// <inheritdoc/>
    public bool TryFindOrc(ulong address, out OrcEntry entry)
    {
        if (IsImageText(address))
        {
            return _orc.TryFind(address, null, out entry);
        }

        entry = default;
        return ModuleAt(address) is { } module && _orc.TryFind(address, module.Address.ToUInt64(), out entry);
    }

    /// <inheritdoc/>
    public bool TryName(ulong address, out LinuxCodeName name)
    {
        if (_kernel.Symbols.Find(new VirtualAddress(address)) is not { } symbol)
        {
            name = default;
            return false;
        }

        VirtualAddress? start = symbol.Module is null ? _kernel.Symbols.ImageStart : ModuleAt(address)?.BaseAddress;
        name = new LinuxCodeName(symbol.Name, symbol.Address.ToUInt64(), symbol.Module, (start ?? symbol.Address).ToUInt64());
        return true;
    }

    private bool IsImageText(ulong address) =>
        (address >= _text.Start && address < _text.End) || (address >= _initText.Start && address < _initText.End);

    private LinuxKernelModule? ModuleAt(ulong address)
    {
        // A program's addresses are none of a module's, and need no look at the list.
        if ((long)address >= 0)
        {
            return null;
        }

        foreach ((ulong start, ulong end, LinuxKernelModule module) in ModuleTexts)
        {
            if (address >= start && address < end)
            {
                return module;
            }
        }

        return null;
    }

    private (ulong Start, ulong End, LinuxKernelModule Module)[] ReadModuleTexts()
    {
        var texts = new List<(ulong Start, ulong End, LinuxKernelModule Module)>();
        foreach (LinuxKernelModule module in _kernel.Modules)
        {
            foreach (LinuxModuleMemory memory in module.MemoryRanges)
            {
                ulong start = memory.Start.ToUInt64();
                if (memory.Kind is LinuxModuleMemoryKind.Text or LinuxModuleMemoryKind.InitText && start + memory.Size > start)
                {
                    texts.Add((start, start + memory.Size, module));
                }
            }
        }

        return texts.ToArray();
    }
}
