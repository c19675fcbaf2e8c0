using System.Globalization;
using System.Text;
using KernelFault.Formats;

namespace KernelFault.Dumps.Linux;

// VMCOREINFO (Documentation/admin-guide/kdump/vmcoreinfo.rst): lines KEY=value that the kernel keeps in one page for tools that read
// its memory. SYMBOL(x) is an address in hexadecimal without 0x, NUMBER(x) a number of any base, the rest decimal except
// KERNELOFFSET. What is there differs by version and architecture: a key that is absent says nothing.

/// <summary>What the crashed kernel tells about itself in its VMCOREINFO note.</summary>
public sealed class VmcoreInfo
{
    /// <summary>More than any kernel's: it has one page, of 64 KB at most.</summary>
    internal const int MaximumSize = 256 * 1024;

    private const int MaximumKeys = 4096;

    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    /// <summary>Reads the lines of a note's contents.</summary>
    internal VmcoreInfo(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOf((byte)0);
        ReadOnlySpan<byte> rest = end < 0 ? bytes : bytes.Slice(0, end);
        rest = rest.Slice(0, Math.Min(rest.Length, MaximumSize));
        while (!rest.IsEmpty && _values.Count < MaximumKeys)
        {
            int newLine = rest.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = newLine < 0 ? rest : rest.Slice(0, newLine);
            rest = newLine < 0 ? default : rest.Slice(newLine + 1);
            int equals = line.IndexOf((byte)'=');
            if (equals > 0)
            {
                // The kernel appends: what comes last is the newest.
                _values[Decode(line.Slice(0, equals))] = Decode(line.Slice(equals + 1));
            }
        }
    }

    /// <summary>Every key, in no order that means anything.</summary>
    public IReadOnlyCollection<string> Keys => _values.Keys;

    /// <summary><c>OSRELEASE</c>: as <c>uname -r</c>; null when absent.</summary>
    public string? Release => Text("OSRELEASE");

    /// <summary><c>BUILD-ID</c>: the kernel image's build id in lower-case hexadecimal (5.9 and later); null when absent.</summary>
    public string? BuildId => Text("BUILD-ID");

    /// <summary><c>CRASHTIME</c>: when it crashed, UTC; null when the kernel did not get that far, as in a dump of a running one.</summary>
    public DateTime? CrashTime
    {
        get
        {
            // 2200-01-01: no clock of a crashed machine is right beyond.
            const long Latest = 7_258_118_400;
            return long.TryParse(Text("CRASHTIME"), NumberStyles.None, CultureInfo.InvariantCulture, out long seconds) && seconds is > 0 and < Latest
                ? new DateTime(1970, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddSeconds(seconds)
                : null;
        }
    }

    /// <summary><c>KERNELOFFSET</c>: how far KASLR moved the kernel image, in bytes; null when absent.</summary>
    public ulong? KernelOffset => Hexadecimal(Text("KERNELOFFSET"));

    /// <summary><c>PAGESIZE</c>: bytes of a page; 4096 when absent or no page size.</summary>
    public int PageSize =>
        int.TryParse(Text("PAGESIZE"), NumberStyles.None, CultureInfo.InvariantCulture, out int size) && size is 4096 or 16384 or 65536
            ? size
            : 4096;

    /// <summary>The value of a key as it stands, made printable.</summary>
    /// <param name="key">The whole key, such as <c>OSRELEASE</c> or <c>SYMBOL(init_uts_ns)</c>.</param>
    /// <returns>The value; null when the key is absent.</returns>
    public string? Text(string key) => _values.TryGetValue(key, out string? value) ? value : null;

    /// <summary>The address of a symbol, KASLR included.</summary>
    /// <param name="name">The name in <c>SYMBOL(…)</c>.</param>
    /// <returns>The virtual address; null when absent.</returns>
    public ulong? Symbol(string name) => Hexadecimal(Text("SYMBOL(" + name + ")"));

    /// <summary>A number, such as <c>phys_base</c>, which may be negative.</summary>
    /// <param name="name">The name in <c>NUMBER(…)</c>.</param>
    /// <returns>The number, 64 bits; null when absent.</returns>
    public long? Number(string name)
    {
        string? text = Text("NUMBER(" + name + ")");
        if (text is null)
        {
            return null;
        }

        if (text.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            return unchecked((long?)Hexadecimal(text));
        }

        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number))
        {
            return number;
        }

        return ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong unsigned) ? unchecked((long)unsigned) : null;
    }

    /// <summary>The size of a structure.</summary>
    /// <param name="name">The name in <c>SIZE(…)</c>.</param>
    /// <returns>Bytes; null when absent.</returns>
    public ulong? Size(string name) => Decimal("SIZE(", name);

    /// <summary>Where a member lies in its structure.</summary>
    /// <param name="name">The name in <c>OFFSET(…)</c>: <c>list_head.next</c>.</param>
    /// <returns>Bytes; null when absent.</returns>
    public ulong? Offset(string name) => Decimal("OFFSET(", name);

    /// <summary>How many elements an array has.</summary>
    /// <param name="name">The name in <c>LENGTH(…)</c>.</param>
    /// <returns>Elements; null when absent.</returns>
    public ulong? Length(string name) => Decimal("LENGTH(", name);

    private static ulong? Hexadecimal(string? text)
    {
        if (text is not null && text.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            text = text.Substring(2);
        }

        return ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong value) ? value : null;
    }

    private static string Decode(ReadOnlySpan<byte> bytes) => PrintableText.Clean(Encoding.UTF8.GetString(bytes.ToArray()));

    private ulong? Decimal(string kind, string name) =>
        ulong.TryParse(Text(kind + name + ")"), NumberStyles.None, CultureInfo.InvariantCulture, out ulong value) ? value : null;
}
