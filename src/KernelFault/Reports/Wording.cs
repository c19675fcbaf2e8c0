using System.Globalization;
using System.Text;
using KernelFault.Analysis;
using KernelFault.Dumps;
using KernelFault.Knowledge;
using KernelFault.Unwinding;

namespace KernelFault.Reports;

/// <summary>The engine's numbers and names as a person says them.</summary>
internal static class Wording
{
    /// <summary>A confidence in words and as its number.</summary>
    internal static string Of(double confidence)
    {
        string words = confidence switch
        {
            >= 0.95 => "practically certain",
            >= 0.8 => "very likely",
            >= 0.6 => "likely",
            >= 0.35 => "possible",
            _ => "little more than a guess",
        };
        return string.Format(CultureInfo.InvariantCulture, "{0} ({1:0.00})", words, confidence);
    }

    /// <summary>What kind of thing is blamed.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="linux">True for a Linux kernel, whose drivers are modules.</param>
    internal static string Of(CulpritKind kind, bool linux) => kind switch
    {
        CulpritKind.ThirdPartyDriver when linux => "module, not part of the kernel",
        CulpritKind.SystemDriver when linux => "module of the kernel",
        CulpritKind.ThirdPartyDriver => "driver, not part of the operating system",
        CulpritKind.SystemDriver => "driver of the operating system",
        CulpritKind.Kernel => "the kernel itself, for want of anything better",
        CulpritKind.UnloadedDriver => "driver that was unloaded",
        CulpritKind.Hardware => "hardware, no driver",
        CulpritKind.Process => "program",
        _ => Words(kind.ToString()),
    };

    internal static string Of(FaultClass value) => KnowledgeBase.Default.FaultClass(value.ToString())?.Phrase ?? Words(value.ToString());

    internal static string Of(AddressRegion region, bool linux) => region switch
    {
        AddressRegion.Module when linux => "the kernel or a module",
        AddressRegion.NonCanonical => "non-canonical",
        AddressRegion.SystemPtes => "system PTEs",
        AddressRegion.NonPagedPool => "nonpaged pool",
        AddressRegion.Hal => "HAL",
        AddressRegion.Module => "a loaded driver",
        AddressRegion.UnloadedModule => "an unloaded driver",
        _ => Words(region.ToString()),
    };

    internal static string Of(SummaryPattern pattern) => pattern switch
    {
        SummaryPattern.SingleCrash => "One crash only: there is nothing to compare it with.",
        SummaryPattern.SameCrash => "The same crash again and again.",
        SummaryPattern.SameDriver => "One driver again and again.",
        SummaryPattern.UnstableHardware => "Unrelated crashes, as bad memory, overheating or undervolting cause them.",
        SummaryPattern.ReportedHardware => "The machine itself reported hardware errors.",
        _ => "Nothing that stands out.",
    };

    internal static string Of(DumpKind kind) => kind switch
    {
        DumpKind.WindowsTriage => "Windows small memory dump",
        DumpKind.WindowsFull => "Windows complete memory dump",
        DumpKind.WindowsKernel => "Windows kernel memory dump",
        DumpKind.WindowsHeader => "Windows header-only dump",
        DumpKind.WindowsBitmapFull => "Windows complete memory dump with page bitmap",
        DumpKind.WindowsBitmapKernel => "Windows kernel memory dump with page bitmap",
        DumpKind.WindowsAutomatic => "Windows automatic memory dump",
        DumpKind.ProcessMinidump => "process minidump",
        DumpKind.ProcessElfCore => "process core file",
        DumpKind.KernelLog => "kernel log",
        DumpKind.LinuxVmcore => "memory of a Linux kernel",
        _ => "crash file of an unknown kind",
    };

    /// <summary>One character that says how sure a frame is.</summary>
    internal static char Mark(FrameTrust trust) => trust switch
    {
        FrameTrust.Context => '*',
        FrameTrust.UnwindInfo or FrameTrust.Orc => '=',
        FrameTrust.FramePointer => '~',
        _ => '?',
    };

    internal static string Of(FrameTrust trust) => trust switch
    {
        FrameTrust.Context => "the processor's registers",
        FrameTrust.UnwindInfo => "by unwind codes",
        FrameTrust.Orc => "by ORC tables",
        FrameTrust.FramePointer => "by frame pointer",
        _ => "found by scanning, may be stale",
    };

    /// <summary>A length of time, to two units.</summary>
    internal static string Duration(long seconds)
    {
        long minutes = seconds / 60;
        long hours = minutes / 60;
        long days = hours / 24;
        FormattableString text = (days, hours, minutes) switch
        {
            ( > 0, _, _) => $"{days} d {hours % 24} h",
            (_, > 0, _) => $"{hours} h {minutes % 60} min",
            (_, _, > 0) => $"{minutes} min {seconds % 60} s",
            _ => $"{seconds} s",
        };
        return FormattableString.Invariant(text);
    }

    /// <summary>A time in UTC.</summary>
    internal static string Of(DateTime time) => time.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>An identifier in words: <c>PoolCorruption</c> is <c>pool corruption</c>.</summary>
    internal static string Words(string identifier)
    {
        var words = new StringBuilder(identifier.Length + 8);
        foreach (char c in identifier)
        {
            if (char.IsUpper(c) && words.Length > 0)
            {
                words.Append(' ');
            }

            words.Append(char.ToLowerInvariant(c));
        }

        return words.ToString();
    }
}
