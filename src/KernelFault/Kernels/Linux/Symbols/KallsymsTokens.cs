using System.Buffers.Binary;
using KernelFault.Formats;
using KernelFault.Memory;

namespace KernelFault.Kernels.Linux.Symbols;

/// <summary>The 256 pieces of text that names are made of.</summary>
internal sealed class KallsymsTokens
{
    internal const int Count = 256;
    internal const int IndexBytes = Count * 2;

    /// <summary>No name is longer in any kernel (<c>KSYM_NAME_LEN</c> is 128, and 512 from 6.1 on), the type letter included.</summary>
    internal const int LongestName = 513;

    private readonly byte[] _text;
    private readonly ushort[] _starts;
    private readonly byte[] _lengths;

    private KallsymsTokens(byte[] text, ushort[] starts, byte[] lengths)
    {
        _text = text;
        _starts = starts;
        _lengths = lengths;
    }

    /// <summary>Reads the pieces.</summary>
    /// <param name="memory">The kernel's memory.</param>
    /// <param name="layout">Where the tables are.</param>
    /// <param name="path">The file, for messages.</param>
    /// <exception cref="DumpFormatException">They are not there, or not what they should be.</exception>
    internal static KallsymsTokens Read(IMemoryReader memory, KallsymsLayout layout, string path)
    {
        byte[] index = new byte[IndexBytes];
        if (!memory.TryRead(layout.TokenIndex, index))
        {
            throw new DumpFormatException(path, 0, "kallsyms_token_index at " + layout.TokenIndex.Hex + " is not in the dump");
        }

        var starts = new ushort[Count];
        int longest = 0;
        for (int i = 0; i < Count; i++)
        {
            starts[i] = BinaryPrimitives.ReadUInt16LittleEndian(index.AsSpan(i * 2));
            longest = Math.Max(longest, starts[i]);
        }

        // The last piece ends within a name's length; what follows it is read as far as it goes.
        byte[] text = new byte[longest + LongestName];
        int read = memory.Read(layout.TokenTable, text);
        return TryParse(text.AsSpan(0, read), starts, out KallsymsTokens? tokens)
            ? tokens!
            : throw new DumpFormatException(path, 0, "kallsyms_token_table at " + layout.TokenTable.Hex + " expected to hold 256 strings");
    }

    /// <summary>Checks that the pieces lie one behind the other, each ended by a zero byte.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> table, ushort[] starts, out KallsymsTokens? tokens)
    {
        tokens = null;
        byte[] lengths = new byte[Count];
        int expected = 0;
        for (int i = 0; i < Count; i++)
        {
            if (starts[i] != expected || expected >= table.Length)
            {
                return false;
            }

            int length = table.Slice(expected).IndexOf((byte)0);
            if (length is < 0 or > byte.MaxValue)
            {
                return false;
            }

            lengths[i] = (byte)length;
            expected += length + 1;
        }

        tokens = new KallsymsTokens(table.Slice(0, expected).ToArray(), starts, lengths);
        return true;
    }

    /// <summary>Puts a name together.</summary>
    /// <param name="packed">The numbers of its pieces.</param>
    /// <param name="destination">Where it goes, its type letter first; at least <see cref="LongestName"/> bytes.</param>
    /// <returns>Its length; what does not fit is cut off.</returns>
    internal int Expand(ReadOnlySpan<byte> packed, Span<byte> destination)
    {
        int length = 0;
        byte[] text = _text;
        for (int i = 0; i < packed.Length; i++)
        {
            int piece = packed[i];
            int start = _starts[piece];
            int count = Math.Min(_lengths[piece], destination.Length - length);
            for (int j = 0; j < count; j++)
            {
                destination[length + j] = text[start + j];
            }

            length += count;
        }

        return length;
    }
}
