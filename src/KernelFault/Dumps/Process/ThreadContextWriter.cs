using System.Buffers.Binary;

namespace KernelFault.Dumps.Process;

// .NET's debugging library asks for registers as the CONTEXT of winnt.h on every system. The offsets are those that
// Dumps/Windows/ContextRecord.cs reads.

/// <summary>Writes registers as a Windows <c>CONTEXT</c>.</summary>
internal static class ThreadContextWriter
{
    private const uint ControlIntegerSegments = 7;

    private static readonly (string Name, int Offset)[] X64 =
    [
        ("rax", 0x78), ("rcx", 0x80), ("rdx", 0x88), ("rbx", 0x90), ("rsp", 0x98), ("rbp", 0xA0), ("rsi", 0xA8), ("rdi", 0xB0),
        ("r8", 0xB8), ("r9", 0xC0), ("r10", 0xC8), ("r11", 0xD0), ("r12", 0xD8), ("r13", 0xE0), ("r14", 0xE8), ("r15", 0xF0), ("rip", 0xF8),
    ];

    private static readonly (string Name, int Offset)[] X86 =
    [
        ("edi", 0x9C), ("esi", 0xA0), ("ebx", 0xA4), ("edx", 0xA8), ("ecx", 0xAC), ("eax", 0xB0), ("ebp", 0xB4), ("eip", 0xB8), ("esp", 0xC4),
    ];

    private static readonly (string Name, int Offset)[] Arm64 =
        [.. Enumerable.Range(0, 29).Select(i => ("x" + i, 8 + (i * 8))), ("fp", 0xF0), ("lr", 0xF8), ("sp", 0x100), ("pc", 0x108)];

    internal static bool TryWrite(RegisterSet registers, Span<byte> context)
    {
        context.Clear();
        switch (registers.Architecture)
        {
            case Architecture.X64 when context.Length >= 0x100:
                BinaryPrimitives.WriteUInt32LittleEndian(context.Slice(0x30), 0x100000 | ControlIntegerSegments);
                WriteAll(X64, registers, context, wide: true);
                return true;
            case Architecture.Arm64 when context.Length >= 0x110:
                BinaryPrimitives.WriteUInt32LittleEndian(context, 0x400000 | ControlIntegerSegments);
                WriteAll(Arm64, registers, context, wide: true);
                return true;
            case Architecture.X86 when context.Length >= 0xCC:
                BinaryPrimitives.WriteUInt32LittleEndian(context, 0x10000 | ControlIntegerSegments);
                WriteAll(X86, registers, context, wide: false);
                return true;
            default:
                return false;
        }
    }

    private static void WriteAll((string Name, int Offset)[] fields, RegisterSet registers, Span<byte> context, bool wide)
    {
        foreach ((string name, int offset) in fields)
        {
            ulong value = registers[name] ?? 0;
            if (wide)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(context.Slice(offset), value);
            }
            else
            {
                BinaryPrimitives.WriteUInt32LittleEndian(context.Slice(offset), (uint)value);
            }
        }
    }
}
