// Ordinary lines are all but a few of a log, so they must cost next to nothing: no line is cut out, decoded or copied before
// one of the headline phrases has been seen in it. Where the platform has it, the search is its vectorised multi-string
// search (which works on UTF-16, so bytes are widened first, also vectorised); elsewhere a table over four-byte windows.
#if NET
using System.Buffers;
using System.Text;
#endif

namespace KernelFault.Dumps.Logs;

/// <summary>Finds, in raw bytes, the places where a line may be of interest. Allocates nothing for a line that is not.</summary>
internal sealed class HeadlineFinder
{
    private static readonly string[] Phrases = CrashHeadline.All.Select(h => h.Anchor).Concat(LogFacts.Anchors).Distinct().ToArray();

#if NET
    private static readonly SearchValues<string> Search = SearchValues.Create(Phrases, StringComparison.Ordinal);
    private char[] _text = [];
    private int _length;

    /// <summary>Takes the bytes to search.</summary>
    /// <param name="block">Any bytes.</param>
    internal void Load(ReadOnlySpan<byte> block)
    {
        if (_text.Length < block.Length)
        {
            _text = new char[block.Length];
        }

        _length = Encoding.Latin1.GetChars(block, _text);
    }

    /// <summary>The next place of interest.</summary>
    /// <param name="from">Where to begin.</param>
    /// <returns>Its position; -1 when there is none.</returns>
    internal int Next(int from)
    {
        int found = from >= _length ? -1 : _text.AsSpan(from, _length - from).IndexOfAny(Search);
        return found < 0 ? -1 : from + found;
    }
#else
    private const int TableBits = 14;
    private static readonly byte[][] Needles = Phrases.Select(System.Text.Encoding.ASCII.GetBytes).ToArray();
    private static readonly bool[] Table = BuildTable();
    private byte[] _bytes = [];
    private int _length;

    /// <summary>Takes the bytes to search.</summary>
    /// <param name="block">Any bytes.</param>
    internal void Load(ReadOnlySpan<byte> block)
    {
        if (_bytes.Length < block.Length)
        {
            _bytes = new byte[block.Length];
        }

        block.CopyTo(_bytes);
        _length = block.Length;
    }

    /// <summary>The next place of interest.</summary>
    /// <param name="from">Where to begin.</param>
    /// <returns>Its position; -1 when there is none.</returns>
    internal unsafe int Next(int from)
    {
        fixed (byte* start = _bytes)
        {
            for (int i = from; i + 4 <= _length; i++)
            {
                if (Table[Hash(*(uint*)(start + i))] && IsPhrase(i))
                {
                    return i;
                }
            }
        }

        return -1;
    }

    private static uint Hash(uint window) => unchecked(window * 0x9E3779B1u) >> (32 - TableBits);

    private static bool[] BuildTable()
    {
        var table = new bool[1 << TableBits];
        foreach (byte[] needle in Needles)
        {
            // Every phrase has at least four bytes.
            table[Hash(BitConverter.ToUInt32(needle, 0))] = true;
        }

        return table;
    }

    private bool IsPhrase(int at)
    {
        ReadOnlySpan<byte> rest = _bytes.AsSpan(at, _length - at);
        foreach (byte[] needle in Needles)
        {
            if (rest.StartsWith(needle))
            {
                return true;
            }
        }

        return false;
    }
#endif
}
