using System.Buffers.Binary;
using System.Text;

namespace KernelFault.Tests.Builders;

/// <summary>
/// A kernel image with nothing but kallsyms in it, laid out as kernels of some versions do. Synthetic: written after the kernel's
/// scripts/kallsyms.c for versions whose dumps are not at hand.
/// </summary>
internal sealed class KallsymsBuilder
{
    internal const ulong Image = 0xFFFF_FFFF_8100_0000;
    internal const ulong End = Image + 0x10_0000;

    private const int Tables = 0x4_0000;
    private const int FirstToken = 0x80;
    private static readonly string[] s_pieces = ["kernel_", "lock", "_init", "sys_", "tT"];

    private readonly byte[] _image = new byte[End - Image];
    private readonly ulong _start;
    private readonly List<(ulong Address, char Type, string Name)> _symbols;
    private readonly Dictionary<string, ulong> _places = [];
    private int _at;
    private int _alignment;

    internal KallsymsBuilder(List<(ulong Address, char Type, string Name)> symbols, ulong start = Image)
    {
        _start = start;
        _symbols = [.. symbols.OrderBy(symbol => symbol.Address)];
    }

    /// <summary>The symbols in the order of addresses.</summary>
    internal IReadOnlyList<(ulong Address, char Type, string Name)> Symbols => _symbols;

    /// <summary>Where each table was put, by the kernel's name for it.</summary>
    internal IReadOnlyDictionary<string, ulong> Places => _places;

    /// <summary>1,000 functions of 64 bytes, two of them with two names, and one whose name takes more than 127 pieces.</summary>
    internal static List<(ulong Address, char Type, string Name)> Functions(bool longName = false)
    {
        List<(ulong, char, string)> symbols = [(Image, 'T', "_text"), (Image, 'T', "_stext")];
        for (int i = 1; i < 1000; i++)
        {
            symbols.Add((Image + ((ulong)i * 64), i % 3 == 0 ? 't' : 'T', (i % 5 == 0 ? "kernel_" : "do_") + "work_" + (i * 7919 % 1000) + (i % 11 == 0 ? "_init" : ".constprop.0")));
        }

        symbols.Add((Image + 0x640, 'T', "an_alias"));
        if (longName)
        {
            symbols.Add((Image + 0x1_0000, 't', "_RNv" + new string('x', 300)));
        }

        symbols.Add((Image + 0x1_8000, 'B', "_end"));
        return symbols;
    }

    /// <summary>Lays the tables out.</summary>
    /// <param name="layout">The first version that does it so, or <c>absolute</c> for 64-bit addresses.</param>
    /// <param name="zeroBased">With <c>CONFIG_KALLSYMS_ABSOLUTE_PERCPU</c>.</param>
    internal byte[] Build(string layout, bool zeroBased = false)
    {
        bool old = layout == "4.19";
        bool late = layout is "6.4" or "7.2";
        _alignment = layout == "7.2" ? 4 : 8;
        _at = Tables;
        if (!late)
        {
            WriteAddresses(layout, zeroBased);
        }

        Place("kallsyms_num_syms");
        Write((uint)_symbols.Count, old ? 8 : 4);
        Align();
        Place("kallsyms_names");
        int names = _at;
        List<int> markers = [];
        for (int i = 0; i < _symbols.Count; i++)
        {
            if (i % 256 == 0)
            {
                markers.Add(_at - names);
            }

            byte[] packed = Pack(_symbols[i].Type + _symbols[i].Name);
            if (packed.Length > 127)
            {
                Write((uint)(packed.Length & 0x7F) | 0x80, 1);
                Write((uint)(packed.Length >> 7), 1);
            }
            else
            {
                Write((uint)packed.Length, 1);
            }

            packed.CopyTo(_image, _at);
            _at += packed.Length;
        }

        Align();
        Place("kallsyms_markers");
        foreach (int marker in markers)
        {
            Write((ulong)marker, old ? 8 : 4);
        }

        Align();
        if (layout == "6.2")
        {
            WriteOrder();
        }

        WriteTokens();
        if (late)
        {
            WriteAddresses(layout, zeroBased);
            WriteOrder();
        }

        return _image;
    }

    private static byte[] Pack(string name)
    {
        for (int i = 0; i < s_pieces.Length; i++)
        {
            name = name.Replace(s_pieces[i], ((char)(FirstToken + i)).ToString(), StringComparison.Ordinal);
        }

        return Encoding.Latin1.GetBytes(name);
    }

    private void WriteTokens()
    {
        Place("kallsyms_token_table");
        List<int> starts = [];
        int start = _at;
        for (int i = 0; i < 256; i++)
        {
            starts.Add(_at - start);
            string text = i is > ' ' and < 127 ? ((char)i).ToString() : i >= FirstToken && i < FirstToken + s_pieces.Length ? s_pieces[i - FirstToken] : "x" + i;
            Encoding.ASCII.GetBytes(text).CopyTo(_image, _at);
            _at += text.Length + 1;
        }

        Align();
        Place("kallsyms_token_index");
        foreach (int offset in starts)
        {
            Write((uint)offset, 2);
        }

        Align();
    }

    private void WriteAddresses(string layout, bool zeroBased)
    {
        Place(layout == "absolute" ? "kallsyms_addresses" : "kallsyms_offsets");
        foreach ((ulong address, _, _) in _symbols)
        {
            switch (layout)
            {
                case "absolute":
                    Write(address, 8);
                    break;
                case "7.2":
                    Write(unchecked((uint)(address - (_start + (ulong)_at))), 4);
                    break;
                default:
                    Write(!zeroBased ? (uint)(address - _start) : address < _start ? (uint)address : unchecked((uint)(-1 - (long)(address - _start))), 4);
                    break;
            }
        }

        Align();
        if (layout is not ("absolute" or "7.2"))
        {
            Place("kallsyms_relative_base");
            Write(_start, 8);
        }
    }

    private void WriteOrder()
    {
        Place("kallsyms_seqs_of_names");
        foreach (int index in Enumerable.Range(0, _symbols.Count).OrderBy(i => _symbols[i].Name, StringComparer.Ordinal).ThenBy(i => i))
        {
            Write((uint)(index >> 16), 1);
            Write((uint)(index >> 8) & 0xFF, 1);
            Write((uint)index & 0xFF, 1);
        }

        Align();
    }

    private void Place(string name) => _places[name] = _start + (ulong)_at;

    private void Align() => _at = (_at + _alignment - 1) & -_alignment;

    private void Write(ulong value, int bytes)
    {
        Span<byte> whole = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(whole, value);
        whole.Slice(0, bytes).CopyTo(_image.AsSpan(_at));
        _at += bytes;
    }
}
