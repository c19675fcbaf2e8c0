namespace KernelFault.Unwinding.Linux;

/// <summary>The registers of the frame a walk stands at, and how to get to its caller. One per walk.</summary>
internal abstract class LinuxUnwinder
{
    /// <summary>Where this frame's code is.</summary>
    internal ulong InstructionPointer { get; private protected set; }

    /// <summary>Its stack pointer.</summary>
    internal ulong StackPointer { get; private protected set; }

    /// <summary>True if the instruction pointer is of the next instruction, false if it is a return address.</summary>
    internal bool IsInterrupted { get; private protected set; }

    /// <summary>Moves to the caller; the registers are unchanged when there is none.</summary>
    internal abstract LinuxStep Step();

    /// <summary>Goes on from a return address found otherwise; every other register is unknown from here.</summary>
    /// <param name="instructionPointer">The return address.</param>
    /// <param name="stackPointer">The stack pointer after the return.</param>
    internal abstract void Resume(ulong instructionPointer, ulong stackPointer);
}
