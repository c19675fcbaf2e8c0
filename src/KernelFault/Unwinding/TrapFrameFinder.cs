using System.Buffers.Binary;
using System.Runtime.InteropServices;
using KernelFault.Dumps;
using KernelFault.Memory;
using Architecture = KernelFault.Dumps.Architecture;

namespace KernelFault.Unwinding;

// KTRAP_FRAME, from the public kernel symbols of Windows; the parts used here have not moved between Windows 7 and 11.
//   x64 (0x190 bytes): Rax 0x30 Rcx 0x38 Rdx 0x40 R8 0x48 R9 0x50 R10 0x58 R11 0x60 · Rbp 0x158 ErrorCode 0x160 · Rip 0x168
//     SegCs 0x170 EFlags 0x178 Rsp 0x180 SegSs 0x188. In 64-bit mode the processor aligns the stack to 16 before it pushes the last
//     five, so that the saved Rsp of an exception in kernel code, rounded down, is the very end of the frame. A call cannot leave
//     such a pattern by chance.
//   x64 KEXCEPTION_FRAME (0x140 bytes, right below the trap frame in KiBugCheckDispatch and KiExceptionDispatch): Rbp 0xF8
//     Rbx 0x100 Rdi 0x108 Rsi 0x110 R12 0x118 R13 0x120 R14 0x128 R15 0x130 Return 0x138.
//   x86 (0x8C bytes): DbgArgMark 0x8 (always 0xBADB0D00) Edx 0x3C Ecx 0x40 Eax 0x44 Edi 0x54 Esi 0x58 Ebx 0x5C Ebp 0x60 Eip 0x68
//     SegCs 0x6C EFlags 0x70; the interrupted stack continues at 0x74 when kernel code was interrupted.
//   ARM64 (0x150 bytes): Spsr 0x90 Sp 0x98 X0 to X18 0xA0 Lr 0x138 Fp 0x140 Pc 0x148; the interrupted stack continues behind it.

/// <summary>Recognises trap frames of interrupted kernel code in the bytes of a stack.</summary>
internal static class TrapFrameFinder
{
    private const int MaximumFrames = 32;

    internal static IReadOnlyList<TrapFrame> Find(Architecture architecture, StackMemory stack, ModuleMap modules) => architecture switch
    {
        Architecture.X64 => FindX64(stack, modules),
        Architecture.X86 => FindX86(stack, modules),
        Architecture.Arm64 => FindArm64(stack, modules),
        _ => [],
    };

    private static List<TrapFrame> FindX64(StackMemory stack, ModuleMap modules)
    {
        const ulong KGDT64_R0_CODE = 0x10;
        const ulong KGDT64_R0_DATA = 0x18;
        const int RipOffset = 0x168;
        var frames = new List<TrapFrame>();
        ReadOnlySpan<byte> bytes = stack.Bytes;
        int first = (int)(unchecked(0 - stack.Start) & 7);
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(bytes.Slice(Math.Min(first, bytes.Length)));
        for (int i = 1; i + 3 < words.Length && frames.Count < MaximumFrames; i++)
        {
            if (words[i] != KGDT64_R0_CODE || modules.IndexOf(words[i - 1]) < 0)
            {
                continue;
            }

            ulong slot = stack.Start + (ulong)(first + ((i - 1) * 8));
            ulong rsp = words[i + 2];
            if (!IsFlags(words[i + 1]) || (rsp & ~15UL) != slot + 0x28 || words[i + 3] is not (0 or KGDT64_R0_DATA))
            {
                continue;
            }

            frames.Add(X64Frame(bytes, (int)(slot - stack.Start) - RipOffset, slot, words.Slice(i - 1, 5)));
        }

        return frames;
    }

    private static TrapFrame X64Frame(ReadOnlySpan<byte> bytes, int start, ulong slot, ReadOnlySpan<ulong> machineFrame)
    {
        var values = new List<KeyValuePair<string, ulong>>();
        if (start >= 0)
        {
            ReadOnlySpan<byte> frame = bytes.Slice(start);
            Add(values, "rax", frame, 0x30);
            Add(values, "rcx", frame, 0x38);
            Add(values, "rdx", frame, 0x40);
            Add(values, "r8", frame, 0x48);
            Add(values, "r9", frame, 0x50);
            Add(values, "r10", frame, 0x58);
            Add(values, "r11", frame, 0x60);
            Add(values, "rbp", frame, 0x158);
        }

        values.Add(new("rsp", machineFrame[3]));
        values.Add(new("rip", machineFrame[0]));
        values.Add(new("efl", machineFrame[2]));
        values.Add(new("cs", machineFrame[1]));
        values.Add(new("ss", machineFrame[4]));
        return new TrapFrame(new VirtualAddress(slot - 0x168), new VirtualAddress(slot), new RegisterSet(Architecture.X64, values));
    }

    private static List<TrapFrame> FindX86(StackMemory stack, ModuleMap modules)
    {
        const uint DbgArgMark = 0xBADB0D00;
        const uint KGDT_R0_CODE = 8;
        var frames = new List<TrapFrame>();
        ReadOnlySpan<byte> bytes = stack.Bytes;
        for (int i = 0; i + 0x78 <= bytes.Length && frames.Count < MaximumFrames; i += 4)
        {
            ReadOnlySpan<byte> frame = bytes.Slice(i);
            if (U32(frame, 8) != DbgArgMark || (U32(frame, 0x6C) & 0xFFFF) != KGDT_R0_CODE || !IsFlags(U32(frame, 0x70)) || modules.IndexOf(U32(frame, 0x68)) < 0)
            {
                continue;
            }

            ulong address = stack.Start + (ulong)i;
            frames.Add(new TrapFrame(new VirtualAddress(address), new VirtualAddress(address + 0x68), new RegisterSet(
                Architecture.X86,
                [
                    new("eax", U32(frame, 0x44)),
                    new("ebx", U32(frame, 0x5C)),
                    new("ecx", U32(frame, 0x40)),
                    new("edx", U32(frame, 0x3C)),
                    new("esi", U32(frame, 0x58)),
                    new("edi", U32(frame, 0x54)),
                    new("ebp", U32(frame, 0x60)),
                    new("esp", address + 0x74),
                    new("eip", U32(frame, 0x68)),
                    new("efl", U32(frame, 0x70)),
                ])));
        }

        return frames;
    }

    private static List<TrapFrame> FindArm64(StackMemory stack, ModuleMap modules)
    {
        const int Size = 0x150;
        var frames = new List<TrapFrame>();
        ReadOnlySpan<byte> bytes = stack.Bytes;
        int first = (int)(unchecked(0 - stack.Start) & 15);
        for (int i = first; i + Size <= bytes.Length && frames.Count < MaximumFrames; i += 16)
        {
            ReadOnlySpan<byte> frame = bytes.Slice(i, Size);
            ulong address = stack.Start + (ulong)i;

            // Spsr: mode EL1 (4 or 5), AArch64; the saved stack pointer is where the frame ends, give or take its alignment.
            ulong sp = U64(frame, 0x98);
            if ((U32(frame, 0x90) & 0x1E) != 4 || unchecked(sp - (address + Size)) > 0x40 || (sp & 15) != 0 || modules.IndexOf(U64(frame, 0x148)) < 0)
            {
                continue;
            }

            var values = new List<KeyValuePair<string, ulong>>();
            for (int x = 0; x < 19; x++)
            {
                Add(values, FormattableString.Invariant($"x{x}"), frame, 0xA0 + (x * 8));
            }

            Add(values, "fp", frame, 0x140);
            Add(values, "lr", frame, 0x138);
            values.Add(new("sp", sp));
            Add(values, "pc", frame, 0x148);
            frames.Add(new TrapFrame(new VirtualAddress(address), new VirtualAddress(address + 0x148), new RegisterSet(Architecture.Arm64, values)));
        }

        return frames;
    }

    // Bit 1 is always set; bits 3, 5, 15 and everything from 22 up are always clear.
    private static bool IsFlags(ulong flags) => (flags & 0xFFFFFFFFFFC0802A) == 2;

    private static void Add(List<KeyValuePair<string, ulong>> values, string name, ReadOnlySpan<byte> frame, int offset) =>
        values.Add(new(name, U64(frame, offset)));

    private static uint U32(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.Slice(offset));

    private static ulong U64(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt64LittleEndian(bytes.Slice(offset));
}
