// Ordinary lines are all but a few of a log, so they must cost next to nothing: no line is cut out, decoded or copied before
// a part of one of the headline phrases has been seen. Every phrase is represented by four of its bytes, chosen where they are
// rare in ordinary text; a table tells for the hash of any four bytes whether they may be such. One load, one multiplication
// and one look-up a byte is faster here than the platform's vectorised search for as many phrases, which wants UTF-16 besides.
namespace KernelFault.Dumps.Logs;

/// <summary>Finds, in raw bytes, the places where a line may be of interest. Allocates nothing.</summary>
internal static unsafe class HeadlineFinder
{
    private const int Window = 4;
    private const int TableBits = 14;
    private const uint Multiplier = 0x9E3779B1;

    private static readonly byte[] Table = BuildTable();
    private static readonly byte[][] Needles = Phrases().Select(System.Text.Encoding.ASCII.GetBytes).ToArray();

    /// <summary>The next place of interest.</summary>
    /// <param name="block">The bytes.</param>
    /// <param name="from">Where to begin.</param>
    /// <returns>Its position; -1 when there is none.</returns>
    internal static int Next(ReadOnlySpan<byte> block, int from)
    {
        fixed (byte* start = block)
        fixed (byte* table = Table)
        {
            int last = block.Length - Window;
            int i = from;
            while (i <= last)
            {
                // Four windows at a time: their look-ups do not wait for each other.
                while (i <= last - 3 && (table[Hash(start + i)] | table[Hash(start + i + 1)] | table[Hash(start + i + 2)] | table[Hash(start + i + 3)]) == 0)
                {
                    i += 4;
                }

                int end = Math.Min(i + 3, last);
                for (; i <= end; i++)
                {
                    if (table[Hash(start + i)] != 0 && IsNeedle(block.Slice(i)))
                    {
                        return i;
                    }
                }
            }
        }

        return -1;
    }

    private static uint Hash(byte* window) => unchecked(*(uint*)window * Multiplier) >> (32 - TableBits);

    private static IEnumerable<string> Phrases() => CrashHeadline.All.Select(h => h.Mark).Concat(LogFacts.Anchors).Distinct(StringComparer.Ordinal);

    private static byte[] BuildTable()
    {
        var table = new byte[1 << TableBits];
        foreach (string phrase in Phrases())
        {
            byte[] needle = System.Text.Encoding.ASCII.GetBytes(phrase);
            fixed (byte* window = needle)
            {
                table[Hash(window)] = 1;
            }
        }

        return table;
    }

    private static bool IsNeedle(ReadOnlySpan<byte> rest)
    {
        foreach (byte[] needle in Needles)
        {
            if (rest.StartsWith(needle))
            {
                return true;
            }
        }

        return false;
    }
}
