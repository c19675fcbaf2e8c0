using System.Buffers.Binary;
using KernelFault.Dumps;
using KernelFault.Memory;

namespace KernelFault.Unwinding.Linux;

// struct pt_regs of x86-64 (arch/x86/include/asm/ptrace.h): 21 words, the same since 2.6. The processor pushes the last five. With
// FRED (6.9) the words of cs and ss carry more above their low 16 bits.

/// <summary>Reads <c>struct pt_regs</c> of x86-64 from a stack.</summary>
internal static class X64RegisterFrame
{
    /// <summary>Bytes of the whole structure.</summary>
    internal const int Size = 168;

    /// <summary>Where in it the words start that the processor itself pushes (<c>IRET_FRAME_OFFSET</c>).</summary>
    internal const int InterruptFrameOffset = 128;

    /// <summary>Where in it the interrupted instruction's address lies.</summary>
    internal const int InstructionPointerOffset = InterruptFrameOffset;

    private const int InterruptFrameSize = Size - InterruptFrameOffset;

    // In the structure's own order.
    private static readonly string[] Names =
    [
        "r15", "r14", "r13", "r12", "rbp", "rbx", "r11", "r10", "r9", "r8", "rax", "rcx", "rdx", "rsi", "rdi",
        "orig_rax", "rip", "cs", "eflags", "rsp", "ss",
    ];

    // As the kernel prints them.
    private static readonly int[] Order = [16, 17, 19, 20, 18, 10, 5, 11, 12, 13, 14, 4, 9, 8, 7, 6, 3, 2, 1, 0, 15];

    /// <summary>Reads all of it.</summary>
    /// <param name="memory">The crashed machine's memory.</param>
    /// <param name="address">Of the structure.</param>
    /// <returns>The frame; null when it is not in the dump.</returns>
    internal static LinuxRegisterFrame? Read(IMemoryReader memory, ulong address)
    {
        Span<byte> bytes = stackalloc byte[Size];
        return memory.TryRead(new VirtualAddress(address), bytes) ? Make(address, bytes, isComplete: true) : null;
    }

    /// <summary>Reads the five words a processor pushes.</summary>
    /// <param name="memory">The crashed machine's memory.</param>
    /// <param name="address">Of the first of the five.</param>
    /// <returns>The frame; null when it is not in the dump.</returns>
    internal static LinuxRegisterFrame? ReadInterruptFrame(IMemoryReader memory, ulong address)
    {
        Span<byte> bytes = stackalloc byte[Size];
        bytes.Clear();
        return memory.TryRead(new VirtualAddress(address), bytes.Slice(InterruptFrameOffset, InterruptFrameSize))
            ? Make(unchecked(address - InterruptFrameOffset), bytes, isComplete: false)
            : null;
    }

    private static LinuxRegisterFrame Make(ulong address, ReadOnlySpan<byte> bytes, bool isComplete)
    {
        var values = new List<RegisterValue>(Names.Length);
        ulong codeSegment = 0;
        foreach (int index in Order)
        {
            if (!isComplete && index * 8 < InterruptFrameOffset)
            {
                continue;
            }

            ulong value = BinaryPrimitives.ReadUInt64LittleEndian(bytes.Slice(index * 8));
            switch (Names[index])
            {
                case "cs":
                    value &= 0xFFFF;
                    codeSegment = value;
                    break;
                case "ss":
                    value &= 0xFFFF;
                    break;
            }

            values.Add(new RegisterValue(Names[index], value));
        }

        return new LinuxRegisterFrame(
            new VirtualAddress(address), new RegisterSet(Architecture.X64, values), isComplete, IsUser: (codeSegment & 3) == 3);
    }
}
