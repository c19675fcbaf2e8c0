// What SLUB prints of an object that its checks find wrong (mm/slub.c, print_trailer):
//
//   BUG kmalloc-64 (Tainted: G    B  ): Right Redzone overwritten
//   0xffff888003a2b040-0xffff888003a2b047 @offset=64. First byte 0x41 instead of 0xcc        ("INFO: " before 5.11)
//   Allocated in foo+0x10/0x20 age=12 cpu=1 pid=77
//   Freed in bar+0x10/0x20 age=14 cpu=1 pid=76
//   Object 0xffff888003a2b000 @offset=0 fp=0xffff888003a2b100
//   Redzone  ffff888003a2afc0: cc cc ...                      before the object, since 4.8
//   Object   ffff888003a2b000: 6b 6b ... 6b a5                at most a page
//   Redzone  ffff888003a2b040: cc cc ...                      behind it
//   Padding  ffff888003a2b084: 5a 5a ...
//
// Addresses at the lines are hashed between 4.15 and 5.13, each line on its own, so places are counted, not read.
// The bytes are those of include/linux/poison.h.
using System.Globalization;
using System.Text;
using KernelFault.Formats;
using KernelFault.Memory;

namespace KernelFault.Analysis.Linux;

/// <summary>Reads the dump of a heap object, and finds where it is broken.</summary>
internal sealed class SlabReader
{
    private const byte RedInactive = 0xBB;
    private const byte RedActive = 0xCC;
    private const byte PoisonFree = 0x6B;
    private const byte PoisonEnd = 0xA5;
    private const byte PoisonInUse = 0x5A;

    // An object is dumped up to a page; red zones and padding are smaller.
    private const int MaximumArea = 8192;
    private const int FoundShown = 16;

    private readonly List<byte> _before = [];
    private readonly List<byte> _object = [];
    private readonly List<byte> _after = [];
    private readonly List<byte> _padding = [];

    private SlabReader()
    {
    }

    /// <summary>Reads a report.</summary>
    /// <returns>The object; null when the report is not about one.</returns>
    internal static LinuxSlabObject? Read(IReadOnlyList<string> lines)
    {
        var reader = new SlabReader();
        string? cache = null;
        string problem = string.Empty;
        string? allocated = null;
        string? freed = null;
        VirtualAddress? address = null;
        foreach (string line in lines)
        {
            string text = line.Trim(' ');
            if (cache is null)
            {
                (cache, problem) = Headline(text);
                continue;
            }

            if (text.StartsWith("BUG ", StringComparison.Ordinal))
            {
                break;
            }

            allocated ??= After(text, "Allocated in ");
            freed ??= After(text, "Freed in ");
            address ??= ObjectAddress(text);
            reader.TakeDump(text);
        }

        return cache is null ? null : new LinuxSlabObject
        {
            Cache = PrintableText.Clean(cache, 64),
            Problem = PrintableText.Clean(problem, 120),
            Address = address,
            PrintedSize = reader._object.Count,
            Allocated = allocated,
            Freed = freed,
            Damage = reader.FindDamage(),
        };
    }

    /// <summary><c>BUG kmalloc-64 (Not tainted): Poison overwritten</c>.</summary>
    private static (string? Cache, string Problem) Headline(string text)
    {
        const string Mark = "BUG ";
        int taint = text.IndexOf("ainted", StringComparison.Ordinal);
        int colon = taint < 0 ? -1 : text.IndexOf("): ", taint, StringComparison.Ordinal);
        int open = taint < 0 ? -1 : text.LastIndexOf(" (", taint, StringComparison.Ordinal);
        return text.StartsWith(Mark, StringComparison.Ordinal) && open > Mark.Length && colon > 0
            ? (text.Substring(Mark.Length, open - Mark.Length), text.Substring(colon + 3))
            : (null, string.Empty);
    }

    private static string? After(string text, string phrase)
    {
        int at = text.IndexOf(phrase, StringComparison.Ordinal);
        return at is 0 or 6 && (at == 0 || text.StartsWith("INFO: ", StringComparison.Ordinal)) ? PrintableText.Clean(text.Substring(at + phrase.Length), 160) : null;
    }

    private static VirtualAddress? ObjectAddress(string text)
    {
        const string Phrase = "Object 0x";
        int at = text.IndexOf(Phrase, StringComparison.Ordinal);

        // A hashed pointer has its upper half zero.
        return at >= 0 && text.Contains(" @offset=") && LogNumber.TryHex(text, at + Phrase.Length, out ulong value, out int end)
            && (end - at - Phrase.Length <= 8 || value > uint.MaxValue)
            ? new VirtualAddress(value)
            : null;
    }

    private void TakeDump(string text)
    {
        List<byte>? area = text.StartsWith("Object ", StringComparison.Ordinal) ? _object
            : text.StartsWith("Padding ", StringComparison.Ordinal) ? _padding
            : !text.StartsWith("Redzone ", StringComparison.Ordinal) ? null
            : _object.Count == 0 ? _before : _after;
        int colon = area is null ? -1 : text.IndexOf(": ", StringComparison.Ordinal);
        for (int at = colon + 2; colon > 0 && area!.Count < MaximumArea && at + 1 < text.Length; at += 3)
        {
            // Two blanks stand before the same bytes as text.
            if (!LogNumber.TryHex(text, at, out ulong value, out int end) || end != at + 2)
            {
                break;
            }

            area.Add((byte)value);
        }
    }

    private List<LinuxSlabDamage> FindDamage()
    {
        var damage = new List<LinuxSlabDamage>();
        byte red = Count(_before, RedActive) + Count(_after, RedActive) >= Count(_before, RedInactive) + Count(_after, RedInactive) ? RedActive : RedInactive;
        Compare(damage, "red zone before", _before, -_before.Count, red);

        // An object in use holds what its owner wrote; a freed one is poison from end to end.
        if (2 * Count(_object, PoisonFree) > _object.Count)
        {
            Compare(damage, "object", _object, 0, PoisonFree);
        }

        Compare(damage, "red zone after", _after, _object.Count, red);

        // Between the red zone and the padding stand records of unknown length, so padding is counted from itself.
        Compare(damage, "padding", _padding, _object.Count + _after.Count, PoisonInUse);
        return damage;
    }

    private static void Compare(List<LinuxSlabDamage> damage, string area, List<byte> bytes, int offset, byte expected)
    {
        bool isObject = area == "object";
        bool IsRight(int i) => bytes[i] == expected || (isObject && i == bytes.Count - 1 && bytes[i] == PoisonEnd);
        int first = 0;
        while (first < bytes.Count && IsRight(first))
        {
            first++;
        }

        int last = bytes.Count - 1;
        while (last > first && IsRight(last))
        {
            last--;
        }

        if (first >= bytes.Count)
        {
            return;
        }

        var found = new StringBuilder();
        for (int i = first; i <= last && i - first < FoundShown; i++)
        {
            found.Append(i > first ? " " : string.Empty).Append(bytes[i].ToString("x2", CultureInfo.InvariantCulture));
        }

        int length = last - first + 1;
        damage.Add(new LinuxSlabDamage(
            area,
            offset + first,
            length,
            expected.ToString("x2", CultureInfo.InvariantCulture),
            found.ToString(),
            Meaning(area, length == 1 ? bytes[first] ^ expected : 0, length)));
    }

    private static string Meaning(string area, int difference, int length)
    {
        string bytes = length == 1 ? "1 byte" : length.ToString(CultureInfo.InvariantCulture) + " bytes";
        string what = area switch
        {
            "red zone before" => $"{bytes} before the object overwritten: something wrote below its start, or past the end of the object before it.",
            "object" => $"{bytes} written after the object was freed.",
            "red zone after" => $"{bytes} behind the object overwritten: something wrote past its end.",
            _ => $"{bytes} of padding overwritten: something wrote far past the object's end.",
        };

        // A single wrong bit is as likely a failing memory module.
        return difference != 0 && (difference & (difference - 1)) == 0 ? what + " Only one bit differs, as failing memory does it." : what;
    }

    private static int Count(List<byte> bytes, byte value)
    {
        int count = 0;
        foreach (byte b in bytes)
        {
            count += b == value ? 1 : 0;
        }

        return count;
    }
}
