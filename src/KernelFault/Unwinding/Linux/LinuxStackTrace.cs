using KernelFault.Dumps;

namespace KernelFault.Unwinding.Linux;

/// <summary>A walked kernel stack.</summary>
internal sealed record LinuxStackTrace
{
    /// <summary>Its frames, the innermost first.</summary>
    internal required IReadOnlyList<StackFrame> Frames { get; init; }

    /// <summary>For each frame the registers it was interrupted with; null for the first frame and for every caller.</summary>
    internal required IReadOnlyList<LinuxRegisterFrame?> Interrupted { get; init; }

    /// <summary>For each frame the stack it lies on; empty when nobody asked.</summary>
    internal IReadOnlyList<LinuxStackKind> Kinds { get; init; } = [];

    /// <summary>The registers of the program that entered the kernel; null for a kernel thread, or when the walk did not get there.</summary>
    internal RegisterSet? UserRegisters { get; init; }

    /// <summary>True if the outermost frame was reached.</summary>
    internal required bool IsComplete { get; init; }

    /// <summary>The same from one of its frames on.</summary>
    /// <param name="frame">Index of the frame that is then the first.</param>
    internal LinuxStackTrace From(int frame)
    {
        var frames = new StackFrame[Math.Max(Frames.Count - frame, 0)];
        var interrupted = new LinuxRegisterFrame?[frames.Length];
        for (int i = 0; i < frames.Length; i++)
        {
            frames[i] = Frames[frame + i] with { Index = i };
            interrupted[i] = Interrupted[frame + i];
        }

        return this with { Frames = frames, Interrupted = interrupted, Kinds = Kinds.Skip(frame).ToArray() };
    }
}
