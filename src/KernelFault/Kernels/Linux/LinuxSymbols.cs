using KernelFault.Kernels.Linux.Modules;
using KernelFault.Kernels.Linux.Symbols;
using KernelFault.Memory;

namespace KernelFault.Kernels.Linux;

/// <summary>The symbols of a crashed kernel and of its modules, from the tables in its own memory; each decoded when asked for.</summary>
public sealed class LinuxSymbols
{
    private readonly Kallsyms? _kallsyms;
    private readonly Func<string, ulong?> _named;
    private readonly Lazy<LinuxModuleSymbols> _modules;
    private readonly Lazy<(ulong Start, ulong End)> _image;

    /// <summary>Takes where symbols come from.</summary>
    /// <param name="kallsyms">The image's; null when the dump has none.</param>
    /// <param name="named">Addresses that VMCOREINFO has.</param>
    /// <param name="modules">The modules'.</param>
    internal LinuxSymbols(Kallsyms? kallsyms, Func<string, ulong?> named, Func<LinuxModuleSymbols> modules)
    {
        _kallsyms = kallsyms;
        _named = named;
        _modules = new Lazy<LinuxModuleSymbols>(modules);
        _image = new Lazy<(ulong Start, ulong End)>(FindImage);
    }

    /// <summary>How many symbols the kernel image has; 0 when its table is not in the dump.</summary>
    public int Count => _kallsyms?.Count ?? 0;

    /// <summary>The first address of the kernel image (<c>_text</c>); null when not known.</summary>
    public VirtualAddress? ImageStart => _image.Value.End == 0 ? null : new VirtualAddress(_image.Value.Start);

    /// <summary>The address behind the kernel image (<c>_end</c>); null when not known.</summary>
    public VirtualAddress? ImageEnd => _image.Value.End == 0 ? null : new VirtualAddress(_image.Value.End);

    internal Kallsyms? Kallsyms => _kallsyms;

    /// <summary>The address of a symbol: the kernel image's first, then the modules' in the order of their list.</summary>
    /// <param name="name">The name, case-sensitive; <c>module:name</c> for one module's.</param>
    /// <returns>Its address, KASLR included; null when there is no such symbol. The first in memory of several with one name.</returns>
    public VirtualAddress? AddressOf(string name)
    {
        if (ImageAddressOf(name) is { } address)
        {
            return address;
        }

        return _modules.Value.Named(name)?.Address;
    }

    /// <summary>A symbol by its name.</summary>
    /// <param name="name">As for <see cref="AddressOf"/>.</param>
    /// <returns>The symbol; null when there is none.</returns>
    public LinuxSymbol? Named(string name)
    {
        int index = _kallsyms?.IndexOf(name) ?? -1;
        return index >= 0 ? At(index) : _modules.Value.Named(name);
    }

    /// <summary>The symbol that an address lies in.</summary>
    /// <param name="address">Any address.</param>
    /// <returns>
    /// The symbol at or before it in the kernel image, or in the module it lies in; of several that begin there, the one that the
    /// kernel itself would print. Null when it lies in neither.
    /// </returns>
    public LinuxSymbol? Find(VirtualAddress address)
    {
        ulong value = address.ToUInt64();
        if (value < _image.Value.Start || value >= _image.Value.End)
        {
            return _modules.Value.Find(address);
        }

        if (_kallsyms is null)
        {
            return null;
        }

        int index = _kallsyms.Find(value, out ulong start, out ulong next);
        return index < 0 || start < _image.Value.Start ? null : Make(index, start, next);
    }

    /// <summary>Every symbol whose name is as a pattern says: the kernel image's in the order of addresses, then the modules'.</summary>
    /// <param name="pattern">A name; <c>*</c> stands for any run of characters, <c>?</c> for one.</param>
    /// <returns>The symbols, found as they are asked for.</returns>
    public IEnumerable<LinuxSymbol> Match(string pattern)
    {
        var wanted = new NamePattern(pattern);
        for (int block = 0; block * KallsymsNames.BlockSize < Count; block++)
        {
            foreach (LinuxSymbol symbol in Match(wanted, block))
            {
                yield return symbol;
            }
        }

        foreach (LinuxSymbol symbol in _modules.Value.Match(wanted))
        {
            yield return symbol;
        }
    }

    /// <summary>The address of a symbol of the image, without a look at the modules.</summary>
    internal VirtualAddress? ImageAddressOf(string name)
    {
        int index = _kallsyms?.IndexOf(name) ?? -1;
        if (index >= 0 && _kallsyms!.TryAddress(index, out ulong address))
        {
            return new VirtualAddress(address);
        }

        return _named(name) is { } value ? new VirtualAddress(value) : null;
    }

    private List<LinuxSymbol> Match(NamePattern wanted, int block)
    {
        var found = new List<LinuxSymbol>();
        int last = Math.Min((block + 1) * KallsymsNames.BlockSize, Count);
        Span<byte> name = stackalloc byte[KallsymsTokens.LongestName];
        for (int i = block * KallsymsNames.BlockSize; i < last; i++)
        {
            int length = _kallsyms!.ReadName(i, name);
            if (length > 1 && wanted.Matches(name.Slice(1, length - 1)) && At(i) is { } symbol)
            {
                found.Add(symbol);
            }
        }

        return found;
    }

    private LinuxSymbol? At(int index)
    {
        if (!_kallsyms!.TryAddress(index, out ulong start))
        {
            return null;
        }

        _kallsyms.Find(start, out _, out ulong next);
        return Make(index, start, next);
    }

    private LinuxSymbol? Make(int index, ulong start, ulong next) => _kallsyms!.TryName(index, out string name, out char type)
        ? new LinuxSymbol { Name = name, Address = new VirtualAddress(start), Size = next > start ? next - start : null, Type = type }
        : null;

    private (ulong Start, ulong End) FindImage()
    {
        ulong? start = (ImageAddressOf("_text") ?? ImageAddressOf("_stext"))?.ToUInt64();
        if (start is not { } first)
        {
            return default;
        }

        // Without CONFIG_KALLSYMS_ALL only code has symbols, and the last one ends the table.
        if (ImageAddressOf("_end") is { } end && end.ToUInt64() > first)
        {
            return (first, end.ToUInt64());
        }

        return _kallsyms is not null && _kallsyms.TryAddress(_kallsyms.Count - 1, out ulong last) && last > first ? (first, last + 1) : default;
    }
}
