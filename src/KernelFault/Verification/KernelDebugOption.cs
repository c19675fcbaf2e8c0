namespace KernelFault.Verification;

/// <summary>An option by which the Linux kernel of a machine watches itself: how it is, and how it will be. Texts of the machine are cleaned of control characters.</summary>
public sealed record KernelDebugOption
{
    /// <summary>The machine as its user named it.</summary>
    public required string ComputerName { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// The value now. Of an argument of the kernel, what it was started with: empty for one without a value. Null when it is not set
    /// or this kernel has no such option, see <see cref="IsAvailable"/>.
    /// </summary>
    public required string? Value { get; init; }

    /// <summary>The value after the next start, as far as files say; null when nothing sets it, which leaves the kernel's default.</summary>
    public required string? NextBootValue { get; init; }

    /// <summary>The file that sets the next value; null when nothing does, and for arguments that come from elsewhere in the boot loader's configuration.</summary>
    public required string? NextBootSource { get; init; }

    /// <summary>The value before it was first changed by this library, to which a restoring goes back; null when it was not changed while the kernel ran.</summary>
    public required string? PreviousValue { get; init; }

    /// <summary>Whether the running kernel has it; null for an argument, of which only a start tells.</summary>
    public required bool? IsAvailable { get; init; }

    /// <summary>Whether it can be changed while the kernel runs.</summary>
    public required bool CanChangeNow { get; init; }

    /// <summary>What it can be set to.</summary>
    public required string Values { get; init; }

    /// <summary>The first release of the kernel that has it.</summary>
    public required string Since { get; init; }

    /// <summary>What it catches.</summary>
    public required string Catches { get; init; }

    /// <summary>What it costs.</summary>
    public required string Cost { get; init; }
}
