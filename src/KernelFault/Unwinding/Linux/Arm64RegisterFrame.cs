using System.Buffers.Binary;
using System.Globalization;
using KernelFault.Dumps;
using KernelFault.Memory;

namespace KernelFault.Unwinding.Linux;

/// <summary>Reads <c>struct pt_regs</c> of arm64 from a stack.</summary>
internal static class Arm64RegisterFrame
{
    private const ulong ModeMask = 0xF;
    private static readonly string[] Names = MakeNames();

    /// <summary>Where in it the interrupted instruction's address lies.</summary>
    internal const int InstructionPointerOffset = 32 * 8;

    /// <summary>Reads it.</summary>
    /// <param name="memory">The crashed machine's memory.</param>
    /// <param name="address">Of the structure.</param>
    /// <returns>The frame; null when it is not in the dump.</returns>
    internal static LinuxRegisterFrame? Read(IMemoryReader memory, ulong address)
    {
        Span<byte> bytes = stackalloc byte[Arm64RegisterLayout.RegistersSize];
        if (!memory.TryRead(new VirtualAddress(address), bytes))
        {
            return null;
        }

        var values = new RegisterValue[Names.Length];
        for (int i = 0; i < Names.Length; i++)
        {
            values[i] = new RegisterValue(Names[i], BinaryPrimitives.ReadUInt64LittleEndian(bytes.Slice(i * 8)));
        }

        // EL0t is the one mode of a 64-bit program; bit 4 is a 32-bit one.
        ulong state = values[Names.Length - 1].Value;
        bool user = (state & ModeMask) == 0;
        return new LinuxRegisterFrame(new VirtualAddress(address), new RegisterSet(Architecture.Arm64, values), IsComplete: true, user);
    }

    private static string[] MakeNames()
    {
        var names = new string[34];
        for (int i = 0; i < 29; i++)
        {
            names[i] = "x" + i.ToString(CultureInfo.InvariantCulture);
        }

        names[29] = "fp";
        names[30] = "lr";
        names[31] = "sp";
        names[32] = "pc";
        names[33] = "pstate";
        return names;
    }
}
