using static KernelFault.Dumps.Windows.LittleEndian;

namespace KernelFault.Dumps.Windows;

// CONTEXT of winnt.h, one layout per architecture. ContextFlags names the architecture and which groups of registers are
// valid: 1 control, 2 integer, 4 segments, 16 debug. The high bits (exception or service active, unwound to call) are not
// about registers.

/// <summary>Reads <c>CONTEXT</c> records.</summary>
internal static class ContextRecord
{
    /// <summary>The longest one that is read: x64's.</summary>
    internal const int MaximumSize = 0x4D0;

    private const uint Control = 1;
    private const uint Integer = 2;
    private const uint Segments = 4;
    private const uint DebugRegisters = 16;

    private static readonly string[] Arm64Names = [.. Enumerable.Range(0, 29).Select(i => "x" + i)];
    private static readonly string[] ArmNames = [.. Enumerable.Range(0, 13).Select(i => "r" + i)];

    /// <summary>Bytes of a record, 0 for an architecture that is not known.</summary>
    internal static int SizeOf(Architecture architecture) => architecture switch
    {
        Architecture.X86 => 0x2CC,
        Architecture.X64 => 0x4D0,
        Architecture.Arm64 => 0x390,
        Architecture.Arm => 0x1A0,
        _ => 0,
    };

    /// <summary>The registers, or null when the bytes are no context record of that architecture or hold no instruction pointer.</summary>
    internal static RegisterSet? Parse(Architecture architecture, ReadOnlySpan<byte> record)
    {
        int size = SizeOf(architecture);
        if (size == 0 || record.Length < size)
        {
            return null;
        }

        uint flags = UInt32(record, architecture == Architecture.X64 ? 0x30 : 0);
        uint mark = architecture switch
        {
            Architecture.X86 => 0x0001_0000u,
            Architecture.X64 => 0x0010_0000u,
            Architecture.Arm64 => 0x0040_0000u,
            _ => 0x0020_0000u,
        };

        // Exactly one architecture, and at least the control registers.
        if ((flags & 0x00FF_0000) != mark || (flags & Control) == 0)
        {
            return null;
        }

        var values = new List<RegisterValue>(40);
        switch (architecture)
        {
            case Architecture.X64:
                AddX64(values, record, flags);
                break;
            case Architecture.X86:
                AddX86(values, record, flags);
                break;
            case Architecture.Arm64:
                AddArm64(values, record, flags);
                break;
            default:
                AddArm(values, record, flags);
                break;
        }

        return new RegisterSet(architecture, values);
    }

    private static void AddX64(List<RegisterValue> values, ReadOnlySpan<byte> record, uint flags)
    {
        if ((flags & Integer) != 0)
        {
            Add(values, "rax", UInt64(record, 0x78));
            Add(values, "rbx", UInt64(record, 0x90));
            Add(values, "rcx", UInt64(record, 0x80));
            Add(values, "rdx", UInt64(record, 0x88));
            Add(values, "rsi", UInt64(record, 0xA8));
            Add(values, "rdi", UInt64(record, 0xB0));
        }

        Add(values, "rip", UInt64(record, 0xF8));
        Add(values, "rsp", UInt64(record, 0x98));
        if ((flags & Integer) != 0)
        {
            Add(values, "rbp", UInt64(record, 0xA0));
            Add(values, "r8", UInt64(record, 0xB8));
            Add(values, "r9", UInt64(record, 0xC0));
            Add(values, "r10", UInt64(record, 0xC8));
            Add(values, "r11", UInt64(record, 0xD0));
            Add(values, "r12", UInt64(record, 0xD8));
            Add(values, "r13", UInt64(record, 0xE0));
            Add(values, "r14", UInt64(record, 0xE8));
            Add(values, "r15", UInt64(record, 0xF0));
        }

        Add(values, "cs", UInt16(record, 0x38));
        Add(values, "ss", UInt16(record, 0x42));
        if ((flags & Segments) != 0)
        {
            Add(values, "ds", UInt16(record, 0x3A));
            Add(values, "es", UInt16(record, 0x3C));
            Add(values, "fs", UInt16(record, 0x3E));
            Add(values, "gs", UInt16(record, 0x40));
        }

        Add(values, "eflags", UInt32(record, 0x44));
        if ((flags & DebugRegisters) != 0)
        {
            Add(values, "dr0", UInt64(record, 0x48));
            Add(values, "dr1", UInt64(record, 0x50));
            Add(values, "dr2", UInt64(record, 0x58));
            Add(values, "dr3", UInt64(record, 0x60));
            Add(values, "dr6", UInt64(record, 0x68));
            Add(values, "dr7", UInt64(record, 0x70));
        }
    }

    private static void AddX86(List<RegisterValue> values, ReadOnlySpan<byte> record, uint flags)
    {
        if ((flags & Integer) != 0)
        {
            Add(values, "eax", UInt32(record, 0xB0));
            Add(values, "ebx", UInt32(record, 0xA4));
            Add(values, "ecx", UInt32(record, 0xAC));
            Add(values, "edx", UInt32(record, 0xA8));
            Add(values, "esi", UInt32(record, 0xA0));
            Add(values, "edi", UInt32(record, 0x9C));
        }

        Add(values, "eip", UInt32(record, 0xB8));
        Add(values, "esp", UInt32(record, 0xC4));
        Add(values, "ebp", UInt32(record, 0xB4));
        Add(values, "cs", UInt32(record, 0xBC) & 0xFFFF);
        Add(values, "ss", UInt32(record, 0xC8) & 0xFFFF);
        if ((flags & Segments) != 0)
        {
            Add(values, "ds", UInt32(record, 0x98) & 0xFFFF);
            Add(values, "es", UInt32(record, 0x94) & 0xFFFF);
            Add(values, "fs", UInt32(record, 0x90) & 0xFFFF);
            Add(values, "gs", UInt32(record, 0x8C) & 0xFFFF);
        }

        Add(values, "efl", UInt32(record, 0xC0));
        if ((flags & DebugRegisters) != 0)
        {
            Add(values, "dr0", UInt32(record, 0x04));
            Add(values, "dr1", UInt32(record, 0x08));
            Add(values, "dr2", UInt32(record, 0x0C));
            Add(values, "dr3", UInt32(record, 0x10));
            Add(values, "dr6", UInt32(record, 0x14));
            Add(values, "dr7", UInt32(record, 0x18));
        }
    }

    private static void AddArm64(List<RegisterValue> values, ReadOnlySpan<byte> record, uint flags)
    {
        if ((flags & Integer) != 0)
        {
            for (int i = 0; i < Arm64Names.Length; i++)
            {
                Add(values, Arm64Names[i], UInt64(record, 0x08 + (i * 8)));
            }
        }

        Add(values, "fp", UInt64(record, 0xF0));
        Add(values, "lr", UInt64(record, 0xF8));
        Add(values, "sp", UInt64(record, 0x100));
        Add(values, "pc", UInt64(record, 0x108));
        Add(values, "cpsr", UInt32(record, 0x04));
    }

    private static void AddArm(List<RegisterValue> values, ReadOnlySpan<byte> record, uint flags)
    {
        if ((flags & Integer) != 0)
        {
            for (int i = 0; i < ArmNames.Length; i++)
            {
                Add(values, ArmNames[i], UInt32(record, 0x04 + (i * 4)));
            }
        }

        Add(values, "sp", UInt32(record, 0x38));
        Add(values, "lr", UInt32(record, 0x3C));
        Add(values, "pc", UInt32(record, 0x40));
        Add(values, "cpsr", UInt32(record, 0x44));
    }

    private static void Add(List<RegisterValue> values, string name, ulong value) =>
        values.Add(new RegisterValue(name, value));
}
