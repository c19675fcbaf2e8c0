namespace KernelFault.Unwinding.Linux;

/// <summary>How one frame of a Linux stack led to the next.</summary>
/// <param name="Outcome">Whether there is a next one.</param>
/// <param name="Trust">How it was found.</param>
/// <param name="Slot">Where on the stack its instruction pointer lay.</param>
/// <param name="Registers">The registers it was interrupted with; null when it made a call.</param>
/// <param name="Note">What is special; null when nothing.</param>
internal readonly record struct LinuxStep(
    LinuxStepOutcome Outcome, FrameTrust Trust, ulong Slot, LinuxRegisterFrame? Registers = null, string? Note = null)
{
    /// <summary>The outermost frame was reached.</summary>
    internal static LinuxStep End { get; } = new(LinuxStepOutcome.End, FrameTrust.Context, 0);

    /// <summary>No way is known from here.</summary>
    internal static LinuxStep Lost { get; } = new(LinuxStepOutcome.Lost, FrameTrust.Context, 0);
}
