namespace KernelFault.Kernels.Linux.Log;

/// <summary>One record of the kernel's own log (<c>struct printk_info</c> since 5.10, <c>struct printk_log</c> before).</summary>
public sealed record KernelMessage
{
    /// <summary>Its number since boot. One that was overwritten leaves a gap.</summary>
    public ulong Sequence { get; init; }

    /// <summary>When it was written: nanoseconds of the processor's local clock, which stands at 0 until the clock is set up.</summary>
    public ulong Nanoseconds { get; init; }

    /// <summary>When it was written, in seconds; as <c>dmesg</c> shows it, with microseconds.</summary>
    public double Seconds => Nanoseconds / 1000 / 1e6;

    /// <summary>How grave it was held to be.</summary>
    public KernelMessageLevel Level { get; init; }

    /// <summary>Who logged it: 0 is the kernel; others were written through <c>/dev/kmsg</c>, with the numbers of <c>syslog(3)</c>.</summary>
    public int Facility { get; init; }

    /// <summary>The thread that logged it; null in interrupt context and where the kernel did not note it (before 5.10, mostly).</summary>
    public int? CallerThreadId { get; init; }

    /// <summary>The processor that logged it in interrupt context; null otherwise.</summary>
    public int? CallerProcessor { get; init; }

    /// <summary>The subsystem of the device it is about, such as <c>pci</c>; null when it is about none.</summary>
    public string? Subsystem { get; init; }

    /// <summary>The device it is about, as the kernel writes it (<c>+pci:0000:00:1f.2</c>); null when it is about none.</summary>
    public string? Device { get; init; }

    /// <summary>What was logged: one line, or several parted by line feeds. Control characters other than tabs are escaped.</summary>
    public string Text { get; init; } = string.Empty;

    /// <summary>Whether it goes on from the message before it (<c>KERN_CONT</c>).</summary>
    public bool IsContinuation { get; init; }

    /// <summary>The lines as <c>dmesg</c> and the console print them.</summary>
    /// <returns>Each line of the text behind its time; parted by line feeds, without one at the end.</returns>
    public override string ToString() => KernelMessageFormat.Format(this);
}
