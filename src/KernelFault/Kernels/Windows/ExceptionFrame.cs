using System.Buffers.Binary;
using KernelFault.Dumps;
using KernelFault.Memory;

namespace KernelFault.Kernels.Windows;

// KEXCEPTION_FRAME (x64, 0x140 bytes, the same from Windows Vista to 11): Rbx 0x100 Rdi 0x108 Rsi 0x110 R12 0x118 R13 0x120 R14 0x128
// R15 0x130 Return 0x138. KiBugCheckDispatch, which trap handlers call for 0xA, 0xD1, 0x7F and others, makes one right below the trap
// frame and calls KeBugCheckEx from it, whose context the dump header holds. So the header's rsp (the return address into
// KiBugCheckDispatch) is 0x148 below the trap frame, and the saved registers are those of the header still.

/// <summary>The non-volatile registers of the fault, which a trap frame does not hold.</summary>
internal static class ExceptionFrame
{
    private const int Size = 0x140;
    private const int FirstRegister = 0x100;

    private static readonly string[] s_registers = ["rbx", "rdi", "rsi", "r12", "r13", "r14", "r15"];

    /// <summary>Adds the registers that the exception frame below a trap frame saved.</summary>
    /// <param name="memory">Memory of the crashed machine.</param>
    /// <param name="bugCheck">The registers of the dump header.</param>
    /// <param name="trapFrame">Where the trap frame is.</param>
    /// <param name="registers">What the trap frame holds.</param>
    /// <returns>Both; <paramref name="registers"/> unchanged where nothing proves that there is such a frame.</returns>
    internal static RegisterSet Complete(IMemoryReader memory, RegisterSet? bugCheck, VirtualAddress trapFrame, RegisterSet registers)
    {
        if (bugCheck is null
            || registers.Architecture != Architecture.X64
            || registers["rbx"] is not null
            || bugCheck.StackPointer.ToUInt64() != unchecked(trapFrame.ToUInt64() - Size - 8))
        {
            return registers;
        }

        Span<byte> saved = stackalloc byte[s_registers.Length * 8];
        if (!memory.TryRead(new VirtualAddress(trapFrame.ToUInt64() - Size + FirstRegister), saved))
        {
            return registers;
        }

        var values = new List<RegisterValue>(registers.Values);
        for (int i = 0; i < s_registers.Length; i++)
        {
            ulong value = BinaryPrimitives.ReadUInt64LittleEndian(saved.Slice(i * 8));
            if (bugCheck[s_registers[i]] != value)
            {
                return registers;
            }

            values.Add(new RegisterValue(s_registers[i], value));
        }

        return new RegisterSet(Architecture.X64, values);
    }
}
