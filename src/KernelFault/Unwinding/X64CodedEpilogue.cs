using KernelFault.Formats.Pe;

namespace KernelFault.Unwinding;

// Version 2 of the unwind information says where epilogues are (see X64UnwindInfo) but not what is in them: they are the pushes of the
// prologue, popped in reverse. An epilogue so coded starts at its first pop; what releases locals before it counts as body.

/// <summary>Recognises a coded epilogue of version 2, and runs the rest of it.</summary>
internal static class X64CodedEpilogue
{
    private const int ChainLimit = 32;

    /// <summary>True if an instruction lies in an epilogue.</summary>
    /// <param name="function">The function's entry.</param>
    /// <param name="info">Its unwind information.</param>
    /// <param name="rva">The instruction.</param>
    /// <param name="done">Bytes of the epilogue before it.</param>
    internal static bool IsIn(RuntimeFunction function, X64UnwindInfo info, uint rva, out uint done)
    {
        done = 0;
        int slot = 0;
        if (!info.TryReadCode(ref slot, out X64UnwindCode first) || first.Operation != X64UnwindOperation.UWOP_EPILOG)
        {
            return false;
        }

        uint size = first.CodeOffset;
        if ((first.Info & 1) != 0)
        {
            done = unchecked(rva - (function.EndAddress - size));
            if (done < size)
            {
                return true;
            }
        }

        while (info.TryReadCode(ref slot, out X64UnwindCode code) && code.Operation == X64UnwindOperation.UWOP_EPILOG)
        {
            uint distance = code.CodeOffset + ((uint)code.Info << 8);
            if (distance == 0)
            {
                break;
            }

            done = unchecked(rva - (function.EndAddress - distance));
            if (done < size)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Pops what the epilogue has still to pop.</summary>
    /// <param name="image">The image.</param>
    /// <param name="function">The function's entry.</param>
    /// <param name="done">Bytes of the epilogue that have run.</param>
    /// <param name="registers">Changed to those at the return.</param>
    /// <param name="stack">The stack.</param>
    /// <param name="machineFrame">True if the function ends by returning from an interrupt.</param>
    /// <returns>False if memory is missing or the codes are not those of an epilogue.</returns>
    internal static bool TryRun(PeImage image, RuntimeFunction function, uint done, X64Registers registers, StackMemory stack, out bool machineFrame)
    {
        machineFrame = false;
        if (!TryFindPushes(image, function, out X64UnwindInfo info, out int slot))
        {
            return false;
        }

        uint position = 0;
        while (info.TryReadCode(ref slot, out X64UnwindCode code))
        {
            bool popped = position < done;
            switch (code.Operation)
            {
                case X64UnwindOperation.UWOP_PUSH_NONVOL:
                    if (!popped)
                    {
                        if (!stack.TryReadUInt64(registers.StackPointer, out ulong value))
                        {
                            return false;
                        }

                        registers.StackPointer = unchecked(registers.StackPointer + 8);
                        registers.Set(code.Info, value);
                    }

                    // "pop r8" to "pop r15" have a prefix.
                    position += code.Info >= 8 ? 2u : 1u;
                    break;

                // Flags that were pushed, popped into a volatile register.
                case X64UnwindOperation.UWOP_ALLOC_SMALL when code.Info == 0:
                    registers.StackPointer = unchecked(registers.StackPointer + (popped ? 0u : 8u));
                    position++;
                    break;

                case X64UnwindOperation.UWOP_PUSH_MACHFRAME:
                    machineFrame = true;
                    return true;

                default:
                    return false;
            }
        }

        return true;
    }

    // All pushes stand together, in this entry or in one that it is chained to.
    private static bool TryFindPushes(PeImage image, RuntimeFunction function, out X64UnwindInfo info, out int slot)
    {
        slot = 0;
        info = default;
        for (int chain = 0; chain <= ChainLimit; chain++)
        {
            if (!X64UnwindInfo.TryRead(image, function.UnwindData, out info))
            {
                return false;
            }

            int next = 0;
            slot = 0;
            while (info.TryReadCode(ref next, out X64UnwindCode code))
            {
                if (code.Operation is X64UnwindOperation.UWOP_PUSH_NONVOL or X64UnwindOperation.UWOP_PUSH_MACHFRAME)
                {
                    return true;
                }

                slot = next;
            }

            if (info.Chained is not { } parent)
            {
                return true;
            }

            function = parent;
        }

        return false;
    }
}
