using System.Text;
using KernelFault.Formats;
using KernelFault.Memory;

namespace KernelFault.Kernels.Linux.Symbols;

// kallsyms (scripts/kallsyms.c, kernel/kallsyms.c) is the kernel's own symbol table: names packed with 256 pieces of text, addresses in
// ascending order. What changed since 4.19:
//   4.20  markers are 4 bytes, before 8
//   6.0   VMCOREINFO names the tables; before they have to be found by what they look like
//   6.1   names of 128 pieces and more: their length takes two bytes
//   6.2   kallsyms_seqs_of_names, between markers and token table
//   6.4   addresses, base and seqs_of_names moved behind the token index
//   6.15  x86: per-CPU symbols are real addresses, and so no address is absolute any more
//   7.x   addresses are relative to their own place; there is no base; tables begin at multiples of 4, before of 8

/// <summary>The kernel image's symbols, each decoded when asked for.</summary>
internal sealed class Kallsyms
{
    private readonly IMemoryReader _memory;
    private readonly KallsymsLayout _layout;
    private readonly KallsymsNames _names;
    private readonly KallsymsAddresses _addresses;
    private readonly Lazy<KallsymsNameOrder?> _order;
    private readonly Lazy<KallsymsNameIndex> _index;

    /// <summary>Reads the pieces of text.</summary>
    /// <param name="memory">The kernel's memory.</param>
    /// <param name="layout">Where the tables are.</param>
    /// <param name="path">The file, for messages.</param>
    /// <exception cref="DumpFormatException">The tables are not what they should be.</exception>
    internal Kallsyms(IMemoryReader memory, KallsymsLayout layout, string path)
    {
        _memory = memory;
        _layout = layout;
        _names = new KallsymsNames(memory, layout, KallsymsTokens.Read(memory, layout, path));
        _addresses = new KallsymsAddresses(memory, layout);
        _order = new Lazy<KallsymsNameOrder?>(FindOrder);
        _index = new Lazy<KallsymsNameIndex>(() => new KallsymsNameIndex(_names));
    }

    /// <summary>How many symbols there are.</summary>
    internal int Count => _layout.Count;

    /// <summary>Where the tables are.</summary>
    internal KallsymsLayout Layout => _layout;

    /// <summary>Whether names are found by the kernel's own order; else by one pass over all.</summary>
    internal bool HasNameOrder => _order.Value is not null;

    /// <summary>The number of the first symbol of a name; -1 when there is none.</summary>
    internal int IndexOf(string name)
    {
        if (name.Length is 0 or >= KallsymsTokens.LongestName)
        {
            return -1;
        }

        byte[] bytes = Encoding.UTF8.GetBytes(name);
        return _order.Value is { } order ? order.Find(bytes) : _index.Value.Find(bytes);
    }

    /// <summary>The number of the symbol at or before an address; see <see cref="KallsymsAddresses.Find"/>.</summary>
    internal int Find(ulong address, out ulong start, out ulong next) => _addresses.Find(address, out start, out next);

    /// <summary>A symbol's address.</summary>
    internal bool TryAddress(int index, out ulong address) => _addresses.TryRead(index, out address);

    /// <summary>A run of addresses; see <see cref="KallsymsAddresses.Read(int, Span{ulong})"/>.</summary>
    internal int ReadAddresses(int first, Span<ulong> destination) => _addresses.Read(first, destination);

    /// <summary>A symbol's name in its bytes, its type letter first.</summary>
    /// <returns>Its length; 0 when the dump does not hold it.</returns>
    internal int ReadName(int index, Span<byte> name) => _names.Read(index, name);

    /// <summary>A symbol's name and type letter.</summary>
    internal bool TryName(int index, out string name, out char type)
    {
        Span<byte> bytes = stackalloc byte[KallsymsTokens.LongestName];
        int length = _names.Read(index, bytes);
        type = length > 0 ? (char)bytes[0] : '?';
        name = length > 1 ? Text(bytes.Slice(1, length - 1)) : string.Empty;
        return length > 1;
    }

    /// <summary>Bytes of a name as text that is safe to show.</summary>
    internal static string Text(ReadOnlySpan<byte> bytes)
    {
#if NET
        return PrintableText.Clean(Encoding.UTF8.GetString(bytes));
#else
        return PrintableText.Clean(Encoding.UTF8.GetString(bytes.ToArray()));
#endif
    }

    private KallsymsNameOrder? FindOrder()
    {
        if (_layout.NameOrder is not { } table)
        {
            return null;
        }

        // Up to 6.x tables begin at multiples of 8, in 7.x of 4.
        foreach (VirtualAddress tried in (ReadOnlySpan<VirtualAddress>)[new(KallsymsLocator.Align(table.ToUInt64())), table])
        {
            var order = new KallsymsNameOrder(_memory, tried, _names);
            if (order.LooksRight())
            {
                return order;
            }
        }

        return null;
    }
}
