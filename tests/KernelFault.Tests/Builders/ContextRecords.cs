using System.Buffers.Binary;
using System.Globalization;

namespace KernelFault.Tests.Builders;

/// <summary>Writes <c>CONTEXT</c> and <c>KTRAP_FRAME</c> records from registers by name, as <c>winnt.h</c> and the kernels' public types lay them out.</summary>
internal static class ContextRecords
{
    private static readonly Dictionary<string, int> X64Registers = new()
    {
        ["dr0"] = 0x48, ["dr1"] = 0x50, ["dr2"] = 0x58, ["dr3"] = 0x60, ["dr6"] = 0x68, ["dr7"] = 0x70,
        ["rax"] = 0x78, ["rcx"] = 0x80, ["rdx"] = 0x88, ["rbx"] = 0x90, ["rsp"] = 0x98, ["rbp"] = 0xA0, ["rsi"] = 0xA8, ["rdi"] = 0xB0,
        ["r8"] = 0xB8, ["r9"] = 0xC0, ["r10"] = 0xC8, ["r11"] = 0xD0, ["r12"] = 0xD8, ["r13"] = 0xE0, ["r14"] = 0xE8, ["r15"] = 0xF0, ["rip"] = 0xF8,
    };

    private static readonly Dictionary<string, int> X86Registers = new()
    {
        ["edi"] = 0x9C, ["esi"] = 0xA0, ["ebx"] = 0xA4, ["edx"] = 0xA8, ["ecx"] = 0xAC, ["eax"] = 0xB0, ["ebp"] = 0xB4, ["eip"] = 0xB8, ["esp"] = 0xC4,
    };

    // KTRAP_FRAME of x64: the same since Windows 7 in what is used here.
    private static readonly Dictionary<string, int> X64TrapRegisters = new()
    {
        ["rax"] = 0x30, ["rcx"] = 0x38, ["rdx"] = 0x40, ["r8"] = 0x48, ["r9"] = 0x50, ["r10"] = 0x58, ["r11"] = 0x60,
        ["rbx"] = 0x140, ["rdi"] = 0x148, ["rsi"] = 0x150, ["rbp"] = 0x158, ["rip"] = 0x168, ["rsp"] = 0x180,
    };

    // KTRAP_FRAME of x86: the volatile registers as of Windows 8.1, one word higher before.
    private static readonly Dictionary<string, int> X86TrapRegisters = new()
    {
        ["edx"] = 0x38, ["ecx"] = 0x3C, ["eax"] = 0x40, ["edi"] = 0x54, ["esi"] = 0x58, ["ebx"] = 0x5C, ["ebp"] = 0x60, ["eip"] = 0x68,
    };

    public const int X64TrapFrameSize = 0x190;
    public const int X86TrapFrameSize = 0x8C;
    public const int Arm64TrapFrameSize = 0x150;

    public static byte[] X64(IReadOnlyDictionary<string, ulong> registers, uint eflags = 0x50246)
    {
        var record = new byte[0x4D0];
        Write32(record, 0x30, registers.ContainsKey("dr0") ? 0x0010001Fu : 0x0010000F);
        Write32(record, 0x34, 0x1F80);
        (string Name, ushort Value)[] segments = [("cs", 0x10), ("ds", 0x2B), ("es", 0x2B), ("fs", 0x53), ("gs", 0x2B), ("ss", 0x18)];
        for (int i = 0; i < segments.Length; i++)
        {
            Write16(record, 0x38 + (2 * i), (ushort)registers.GetValueOrDefault(segments[i].Name, segments[i].Value));
        }

        Write32(record, 0x44, eflags);
        Put64(record, registers, X64Registers);
        Write16(record, 0x100, 0x27F);
        Write32(record, 0x118, 0x1F80);
        return record;
    }

    public static byte[] Arm64(IReadOnlyDictionary<string, ulong> registers, uint cpsr = 0x60000044)
    {
        var record = new byte[0x390];
        Write32(record, 0, 0x00400007);
        Write32(record, 4, cpsr);
        foreach ((string name, ulong value) in registers)
        {
            int at = name switch
            {
                "fp" => 0xF0,
                "lr" => 0xF8,
                "sp" => 0x100,
                "pc" => 0x108,
                _ when name[0] == 'x' => 8 + (8 * int.Parse(name[1..], CultureInfo.InvariantCulture)),
                _ => throw new ArgumentOutOfRangeException(nameof(registers), name),
            };
            BinaryPrimitives.WriteUInt64LittleEndian(record.AsSpan(at), value);
        }

        return record;
    }

    public static byte[] X86(IReadOnlyDictionary<string, ulong> registers, uint eflags = 0x10246)
    {
        var record = new byte[0x2CC];
        Write32(record, 0, 0x0001000F);
        Write16(record, 0x1C, 0x27F);
        (int Offset, uint Value)[] segments = [(0x8C, 0), (0x90, 0x30), (0x94, 0x23), (0x98, 0x23), (0xBC, 8), (0xC8, 0x10)];
        foreach ((int offset, uint value) in segments)
        {
            Write32(record, offset, value);
        }

        Write32(record, 0xC0, eflags);
        foreach ((string name, ulong value) in registers)
        {
            Write32(record, X86Registers[name], (uint)value);
        }

        return record;
    }

    /// <summary>A trap frame of a kernel-mode fault.</summary>
    public static byte[] X64TrapFrame(IReadOnlyDictionary<string, ulong> registers, ulong faultAddress, byte previousIrql, uint errorCode, uint eflags = 0x10246)
    {
        var frame = new byte[X64TrapFrameSize];
        frame[0x29] = previousIrql;
        frame[0x2B] = 1;
        Write32(frame, 0x2C, 0x1F80);
        Put64(frame, registers, X64TrapRegisters);
        BinaryPrimitives.WriteUInt64LittleEndian(frame.AsSpan(0xD0), faultAddress);
        Write32(frame, 0x160, errorCode);
        Write16(frame, 0x170, 0x10);
        Write32(frame, 0x178, eflags);
        Write16(frame, 0x188, 0x18);
        return frame;
    }

    /// <summary>A trap frame of a kernel-mode fault: the stack goes on right behind <c>EFlags</c>.</summary>
    public static byte[] X86TrapFrame(IReadOnlyDictionary<string, ulong> registers, uint errorCode, uint build, uint eflags = 0x10246)
    {
        int shift = build < 9600 ? 4 : 0;
        var frame = new byte[X86TrapFrameSize];
        Write32(frame, 0x00, (uint)registers["ebp"]);
        Write32(frame, 0x04, (uint)registers["eip"]);
        Write32(frame, 0x08, 0xBADB0D00);
        (int Offset, uint Value)[] segments = [(0x30 + shift, 0x23), (0x34 + shift, 0x23), (0x4C, 0xFFFFFFFF), (0x50, 0x30), (0x6C, 8)];
        foreach ((int offset, uint value) in segments)
        {
            Write32(frame, offset, value);
        }

        foreach ((string name, int at) in X86TrapRegisters)
        {
            Write32(frame, at < 0x44 ? at + shift : at, (uint)registers.GetValueOrDefault(name));
        }

        Write32(frame, 0x64, errorCode);
        Write32(frame, 0x70, eflags);
        return frame;
    }

    /// <summary>A trap frame of a kernel-mode fault; the stack goes on right behind it.</summary>
    /// <remarks>Its last two words, the frame pointer and the instruction, are a frame record: the chain of frame pointers leads through them.</remarks>
    public static byte[] Arm64TrapFrame(IReadOnlyDictionary<string, ulong> registers, ulong faultAddress, uint spsr = 0x60000044)
    {
        var frame = new byte[Arm64TrapFrameSize];
        frame[0] = 1;
        BinaryPrimitives.WriteUInt64LittleEndian(frame.AsSpan(8), faultAddress);
        Write32(frame, 0x90, spsr);
        foreach ((string name, ulong value) in registers)
        {
            int at = name switch
            {
                "sp" => 0x98,
                "lr" => 0x138,
                "fp" => 0x140,
                "pc" => 0x148,
                _ => 0xA0 + (8 * int.Parse(name[1..], CultureInfo.InvariantCulture)),
            };
            BinaryPrimitives.WriteUInt64LittleEndian(frame.AsSpan(at), value);
        }

        return frame;
    }

    private static void Put64(byte[] record, IReadOnlyDictionary<string, ulong> registers, Dictionary<string, int> offsets)
    {
        foreach ((string name, ulong value) in registers)
        {
            if (offsets.TryGetValue(name, out int at))
            {
                BinaryPrimitives.WriteUInt64LittleEndian(record.AsSpan(at), value);
            }
        }
    }

    private static void Write16(byte[] record, int at, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(record.AsSpan(at), value);

    private static void Write32(byte[] record, int at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(at), value);
}
