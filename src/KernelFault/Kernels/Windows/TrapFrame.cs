using KernelFault.Dumps;
using KernelFault.Memory;
using static KernelFault.Dumps.Windows.LittleEndian;

namespace KernelFault.Kernels.Windows;

// KTRAP_FRAME: what the kernel saves when the processor takes an exception, an interrupt or a system call. Layouts from
// public structure listings: x64 0x190 bytes, the same from Windows Vista to 11; x86 0x8C bytes, of which the segment
// registers, edx, ecx and eax lie four bytes lower since Windows 8.1; ARM64 0x150 bytes.
// ExceptionActive says which it was: 0 interrupt, 1 exception, 2 system service. x64 saves the volatile registers and rbp
// for the first two, and rbx, rdi, rsi instead for a system service; the other non-volatile registers are never in it.
// The Logging byte and fills after SegCs are left over from the stack and mean nothing.

/// <summary>Reads <c>KTRAP_FRAME</c>s of one architecture and build.</summary>
internal sealed class TrapFrame
{
    /// <summary>The longest of all.</summary>
    internal const int MaximumSize = 0x190;

    private const int SizeX86 = 0x8C;
    private const int SizeX64 = 0x190;
    private const int SizeArm64 = 0x150;
    private const byte ServiceFrame = 2;
    private const uint Windows81 = 9600;

    private readonly Architecture _architecture;

    // What x86 frames of Windows 8.1 and later have less before eax.
    private readonly int _shift;

    internal TrapFrame(Architecture architecture, uint build)
    {
        _architecture = architecture;
        _shift = build >= Windows81 ? 4 : 0;
    }

    /// <summary>Bytes of a frame; 0 for an architecture without a known layout.</summary>
    internal int Size => _architecture switch
    {
        Architecture.X86 => SizeX86,
        Architecture.X64 => SizeX64,
        Architecture.Arm64 => SizeArm64,
        _ => 0,
    };

    /// <summary>True if the bytes have the shape of a frame that a kernel-mode exception or interrupt left.</summary>
    internal bool HasKernelShape(ReadOnlySpan<byte> f) => _architecture switch
    {
        Architecture.X64 => f[0x170] == 0x10 && f[0x171] == 0
            && UInt16(f, 0x188) is 0 or 0x18
            && f[0x2B] <= 1
            && IsFlags(UInt32(f, 0x178))
            && UInt32(f, 0x2C) is var mxcsr && (mxcsr & 0xFFFF_0000) == 0 && (mxcsr & 0x1F80) == 0x1F80
            && IsKernel64(UInt64(f, 0x168))
            && IsKernel64(UInt64(f, 0x180)) && (UInt64(f, 0x180) & 7) == 0,
        Architecture.X86 => UInt32(f, 0x6C) is 0x08 && UInt32(f, 0x50) is 0x30
            && IsFlags(UInt32(f, 0x70)) && UInt32(f, 0x68) >= 0x8000_0000
            && (UInt32(f, 0x38 - _shift) & 0xFFFF) is 0x23 or 0x10 or 0,
        Architecture.Arm64 => f[0] <= 1 && f[1] <= 1 && f[2] <= 1
            && (UInt32(f, 0x90) & 0x0000_001F) is 0x04 or 0x05
            && IsKernel64(UInt64(f, 0x148)) && (UInt64(f, 0x148) & 3) == 0
            && IsKernel64(UInt64(f, 0x98)) && (UInt64(f, 0x98) & 15) == 0,
        _ => false,
    };

    /// <summary>True if the bytes have the shape of a frame made on entry from user mode.</summary>
    internal bool HasUserShape(ReadOnlySpan<byte> f) => _architecture switch
    {
        Architecture.X64 => UInt16(f, 0x170) is 0x33 or 0x23 && UInt16(f, 0x188) == 0x2B
            && f[0x2B] <= 2 && IsFlags(UInt32(f, 0x178)) && UInt64(f, 0x168) >> 47 == 0 && UInt64(f, 0x180) >> 47 == 0,
        Architecture.X86 => UInt32(f, 0x6C) is 0x1B && IsFlags(UInt32(f, 0x70)) && (UInt32(f, 0x78) & 0xFFFF) is 0x23,
        Architecture.Arm64 => f[0] <= 2 && (UInt32(f, 0x90) & 0x0F) == 0 && UInt64(f, 0x148) >> 48 == 0 && UInt64(f, 0x98) >> 48 == 0,
        _ => false,
    };

    /// <summary>The interrupted instruction.</summary>
    internal ulong InstructionPointer(ReadOnlySpan<byte> f) => _architecture switch
    {
        Architecture.X64 => UInt64(f, 0x168),
        Architecture.X86 => UInt32(f, 0x68),
        _ => UInt64(f, 0x148),
    };

    /// <summary>The address a page fault was about; null when the frame holds none.</summary>
    internal ulong? FaultAddress(ReadOnlySpan<byte> f) => _architecture switch
    {
        Architecture.X64 when f[0x2B] == 1 => UInt64(f, 0xD0),
        Architecture.Arm64 when f[0] == 1 => UInt64(f, 0x08),
        _ => null,
    };

    /// <summary>The registers that the frame really holds.</summary>
    /// <param name="address">Where the frame was: 32-bit kernel frames have the stack behind them instead of a stack pointer in them.</param>
    /// <param name="f">The frame, long enough.</param>
    internal RegisterSet Read(VirtualAddress address, ReadOnlySpan<byte> f)
    {
        var values = new List<RegisterValue>(24);
        switch (_architecture)
        {
            case Architecture.X64:
                ReadX64(values, f);
                break;
            case Architecture.X86:
                ReadX86(values, address, f);
                break;
            default:
                ReadArm64(values, f);
                break;
        }

        return new RegisterSet(_architecture, values);
    }

    private static void ReadX64(List<RegisterValue> values, ReadOnlySpan<byte> f)
    {
        bool service = f[0x2B] == ServiceFrame;
        if (service)
        {
            Add(values, "rbx", UInt64(f, 0x140));
            Add(values, "rsi", UInt64(f, 0x150));
            Add(values, "rdi", UInt64(f, 0x148));
        }
        else
        {
            Add(values, "rax", UInt64(f, 0x30));
            Add(values, "rcx", UInt64(f, 0x38));
            Add(values, "rdx", UInt64(f, 0x40));
        }

        Add(values, "rip", UInt64(f, 0x168));
        Add(values, "rsp", UInt64(f, 0x180));
        Add(values, "rbp", UInt64(f, 0x158));
        if (!service)
        {
            Add(values, "r8", UInt64(f, 0x48));
            Add(values, "r9", UInt64(f, 0x50));
            Add(values, "r10", UInt64(f, 0x58));
            Add(values, "r11", UInt64(f, 0x60));
        }

        Add(values, "cs", UInt16(f, 0x170));
        Add(values, "ss", UInt16(f, 0x188));
        Add(values, "eflags", UInt32(f, 0x178));
    }

    private void ReadX86(List<RegisterValue> values, VirtualAddress address, ReadOnlySpan<byte> f)
    {
        uint flags = UInt32(f, 0x70);
        bool fromUser = (UInt32(f, 0x6C) & 3) != 0 || (flags & 0x2_0000) != 0;
        Add(values, "eax", UInt32(f, 0x44 - _shift));
        Add(values, "ebx", UInt32(f, 0x5C));
        Add(values, "ecx", UInt32(f, 0x40 - _shift));
        Add(values, "edx", UInt32(f, 0x3C - _shift));
        Add(values, "esi", UInt32(f, 0x58));
        Add(values, "edi", UInt32(f, 0x54));
        Add(values, "eip", UInt32(f, 0x68));
        Add(values, "esp", fromUser ? UInt32(f, 0x74) : (uint)(address.ToUInt64() + 0x74));
        Add(values, "ebp", UInt32(f, 0x60));
        Add(values, "cs", UInt32(f, 0x6C) & 0xFFFF);
        Add(values, "ss", fromUser ? UInt32(f, 0x78) & 0xFFFF : 0x10);
        Add(values, "ds", UInt32(f, 0x38 - _shift) & 0xFFFF);
        Add(values, "es", UInt32(f, 0x34 - _shift) & 0xFFFF);
        Add(values, "fs", UInt32(f, 0x50) & 0xFFFF);
        Add(values, "efl", flags);
    }

    private static void ReadArm64(List<RegisterValue> values, ReadOnlySpan<byte> f)
    {
        for (int i = 0; i <= 18; i++)
        {
            Add(values, "x" + i.ToString(System.Globalization.CultureInfo.InvariantCulture), UInt64(f, 0xA0 + (i * 8)));
        }

        Add(values, "fp", UInt64(f, 0x140));
        Add(values, "lr", UInt64(f, 0x138));
        Add(values, "sp", UInt64(f, 0x98));
        Add(values, "pc", UInt64(f, 0x148));
        Add(values, "cpsr", UInt32(f, 0x90));
        Add(values, "esr", UInt32(f, 0x94));
    }

    // Bit 1 is always set; bits 3, 5, 15 and above 21 never are.
    private static bool IsFlags(uint flags) => (flags & 2) != 0 && (flags & 0xFFC0_8028) == 0;

    private static bool IsKernel64(ulong value) => value >> 47 == 0x1FFFF;

    private static void Add(List<RegisterValue> values, string name, ulong value) =>
        values.Add(new RegisterValue(name, value));
}
