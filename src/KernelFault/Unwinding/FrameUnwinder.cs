using KernelFault.Dumps;
using KernelFault.Formats.Pe;

namespace KernelFault.Unwinding;

/// <summary>The registers of the frame a walk stands at, and how to get to its caller. One per walk.</summary>
internal abstract class FrameUnwinder
{
    /// <summary>Where this frame's code is.</summary>
    internal abstract ulong InstructionPointer { get; }

    /// <summary>Its stack pointer.</summary>
    internal abstract ulong StackPointer { get; }

    /// <summary>Moves to the caller.</summary>
    /// <param name="image">The image of the module this frame's code is in; null when it is not at hand.</param>
    /// <param name="imageBase">Where that module was loaded.</param>
    /// <param name="afterCall">True if the instruction pointer is a return address, false if the frame was interrupted.</param>
    /// <param name="step">How the caller was found.</param>
    /// <returns>False if no way is known from here; the registers are unchanged then.</returns>
    internal abstract bool TryStep(PeImage? image, ulong imageBase, bool afterCall, out UnwindStep step);

    /// <summary>Goes on from an address found otherwise: every other register is unknown from here.</summary>
    /// <param name="instructionPointer">The return address.</param>
    /// <param name="stackPointer">The stack pointer after the return.</param>
    internal abstract void Resume(ulong instructionPointer, ulong stackPointer);

    /// <summary>Goes on from registers found otherwise.</summary>
    /// <param name="registers">The registers of the next frame, as far as known.</param>
    internal abstract void Resume(RegisterSet registers);

    /// <summary>Goes back to the frame before the last <see cref="TryStep"/>.</summary>
    internal abstract void Undo();
}
