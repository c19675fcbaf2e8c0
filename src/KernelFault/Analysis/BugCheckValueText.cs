using System.Globalization;
using KernelFault.Dumps;
using KernelFault.Knowledge;

namespace KernelFault.Analysis;

/// <summary>Puts a parameter's value into words by its kind.</summary>
internal static class BugCheckValueText
{
    // A 64-bit processor translates 48 bits of address, with 5-level paging 57; in between, every address is a sign-extended one.
    private const int FourLevelAddressBits = 48;
    private const int FiveLevelAddressBits = 57;
    private const ulong NullPageSize = 0x10000; // Windows never maps the first 64 KiB

    // DISPATCH_LEVEL and its neighbours are the same everywhere; device levels and above differ (wdm.h).
    private const ulong PassiveLevel = 0;
    private const ulong ApcLevel = 1;
    private const ulong DispatchLevel = 2;
    private const ulong InterruptsDisabled = 0xFF;

    /// <summary>The value in words.</summary>
    /// <returns>The words; null when the bare number says as much.</returns>
    internal static string? Describe(BugCheckParameterKind kind, ulong value, Architecture architecture, KnowledgeBase knowledge) => kind switch
    {
        BugCheckParameterKind.Status or BugCheckParameterKind.ExceptionCode =>
            BugCheckDecoder.TryNarrowStatus(value, out uint status) ? knowledge.FindStatus(status)?.Name : null,
        BugCheckParameterKind.HResult =>
            BugCheckDecoder.TryNarrowStatus(value, out uint hresult) ? knowledge.FindHResult(hresult)?.Name : null,
        BugCheckParameterKind.Irql => Irql(value, architecture),
        BugCheckParameterKind.FaultAddress => Region(value, architecture),
        BugCheckParameterKind.PoolTag or BugCheckParameterKind.PackedText => Packed(value),
        BugCheckParameterKind.PoolType => Pool(value),
        BugCheckParameterKind.SourceLine =>
            string.Format(CultureInfo.InvariantCulture, "source file {0}, line {1}", (value >> 16) & 0xFFFF, value & 0xFFFF),
        BugCheckParameterKind.ProcessId or BugCheckParameterKind.ThreadId or BugCheckParameterKind.Count or BugCheckParameterKind.ProcessorNumber =>
            value.ToString(CultureInfo.InvariantCulture),
        BugCheckParameterKind.Bytes => Unit(value, "byte"),
        BugCheckParameterKind.Milliseconds => Unit(value, "millisecond"),
        BugCheckParameterKind.Seconds => Unit(value, "second"),
        BugCheckParameterKind.Ticks => Unit(value, "clock tick"),
        _ => null,
    };

    /// <summary>The names of the bits that are set.</summary>
    /// <returns>The names; null when no named bit is set.</returns>
    internal static string? Bits(IReadOnlyList<BugCheckValue> bits, ulong value)
    {
        string text = string.Join(", ", bits.Where(bit => (value & bit.From) != 0).Select(bit => bit.Text));
        return text.Length == 0 ? null : text;
    }

    private static string Unit(ulong value, string unit) =>
        value.ToString(CultureInfo.InvariantCulture) + " " + unit + (value == 1 ? string.Empty : "s");

    private static string? Irql(ulong value, Architecture architecture)
    {
        (ulong clock, ulong ipi, ulong high) = architecture == Architecture.X86 ? (28UL, 29UL, 31UL) : (13UL, 14UL, 15UL);
        return value switch
        {
            PassiveLevel => "PASSIVE_LEVEL",
            ApcLevel => "APC_LEVEL",
            DispatchLevel => "DISPATCH_LEVEL",
            InterruptsDisabled => "interrupts were disabled",
            _ when value < clock => "device interrupt level",
            _ when value == clock => "CLOCK_LEVEL",
            _ when value == ipi => "IPI_LEVEL",
            _ when value <= high => "HIGH_LEVEL",
            _ => null,
        };
    }

    private static string? Region(ulong value, Architecture architecture)
    {
        if (value < NullPageSize)
        {
            return "in the first 64 KiB: a NULL pointer or a field of one";
        }

        if (architecture is Architecture.X86 or Architecture.Arm)
        {
            return unchecked((uint)value) < 0x80000000 ? "user space" : null;
        }

        ulong topBits = unchecked((ulong)((long)value >> (FiveLevelAddressBits - 1)));
        if (topBits is not (0 or ulong.MaxValue))
        {
            return "no address a processor can translate";
        }

        return (value >> (FourLevelAddressBits - 1)) == 0 ? "user space" : null;
    }

    private static string? Packed(ulong value)
    {
        Span<char> characters = stackalloc char[sizeof(ulong)];
        int count = 0;
        for (ulong rest = value; rest != 0; rest >>= 8)
        {
            char character = (char)(rest & 0xFF);
            if (character is < ' ' or > '~')
            {
                return null;
            }

            characters[count++] = character;
        }

        return count == 0 ? null : "'" + characters.Slice(0, count).ToString() + "'";
    }

    private static string? Pool(ulong value)
    {
        // POOL_TYPE of wdm.h: bit 0 paged; bits above choose cache alignment, session pool and no-execute.
        const ulong NoExecute = 0x200;
        return value > 0x3FF ? null : (value & 1) != 0 ? "paged pool" : (value & NoExecute) != 0 ? "nonpaged pool, no execution" : "nonpaged pool";
    }
}
