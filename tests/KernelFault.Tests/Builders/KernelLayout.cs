using System.Buffers.Binary;
using System.Text;

namespace KernelFault.Tests.Builders;

/// <summary>Where the fields of one kernel's structures lie, and its <c>KDDEBUGGER_DATA64</c> that tells so.</summary>
/// <remarks>
/// x64 numbers are those that the debugger data of real dumps of that build names; identifiers and names were found in the
/// slices of the same dumps. ARM64 and x86 follow public structure listings of 22000 and 7601.
/// </remarks>
internal sealed record KernelLayout
{
    public required bool Is64 { get; init; }
    public required int DebuggerDataSize { get; init; }
    public required ushort SizePrcb { get; init; }
    public required ushort SizeEProcess { get; init; }
    public required ushort SizeEThread { get; init; }
    public required ushort PrcbCurrentThread { get; init; }
    public required ushort PrcbNumber { get; init; }
    public required ushort PrcbMhz { get; init; }
    public required ushort PrcbCpuType { get; init; }
    public required ushort PrcbVendorString { get; init; }
    public required ushort PrcbProcStateContext { get; init; }
    public required ushort PrcbProcStateSpecialReg { get; init; }
    public required ushort PrcbContext { get; init; }
    public int? PrcbDebuggerSavedIrql { get; init; }
    public required ushort SizePcr { get; init; }
    public required ushort PcrContainedPrcb { get; init; }
    public required ushort ThreadInitialStack { get; init; }
    public required ushort ThreadStackLimit { get; init; }
    public required ushort ThreadStackBase { get; init; }
    public required ushort ThreadKernelStack { get; init; }
    public required ushort ThreadTeb { get; init; }
    public required ushort ThreadApcProcess { get; init; }
    public required ushort ThreadState { get; init; }
    public required ushort ThreadNextProcessor { get; init; }
    public required ushort ThreadProcess { get; init; }
    public required int ThreadCid { get; init; }
    public required ushort ProcessPeb { get; init; }
    public required ushort ProcessParentCid { get; init; }
    public required ushort ProcessDirectoryTableBase { get; init; }
    public required int ProcessId { get; init; }
    public required int ProcessImageFileName { get; init; }

    /// <summary>Windows 11, version 24H2, x64.</summary>
    public static KernelLayout X64Build26100 { get; } = new()
    {
        Is64 = true,
        DebuggerDataSize = 0x3A0,
        SizePrcb = 0xCF00,
        SizeEProcess = 0x840,
        SizeEThread = 0x788,
        PrcbCurrentThread = 8,
        PrcbNumber = 0x24,
        PrcbMhz = 0x44,
        PrcbCpuType = 0x40,
        PrcbVendorString = 0x8F90,
        PrcbProcStateContext = 0x1F0,
        PrcbProcStateSpecialReg = 0x100,
        PrcbContext = 0x8FC0,
        PrcbDebuggerSavedIrql = 0x8658,
        SizePcr = 0xD080,
        PcrContainedPrcb = 0x180,
        ThreadInitialStack = 0x28,
        ThreadStackLimit = 0x30,
        ThreadStackBase = 0x38,
        ThreadKernelStack = 0x58,
        ThreadTeb = 0xF0,
        ThreadApcProcess = 0xB8,
        ThreadState = 0x184,
        ThreadNextProcessor = 0x218,
        ThreadProcess = 0x220,
        ThreadCid = 0x508,
        ProcessPeb = 0x2E0,
        ProcessParentCid = 0x2D0,
        ProcessDirectoryTableBase = 0x28,
        ProcessId = 0x1D0,
        ProcessImageFileName = 0x338,
    };

    /// <summary>Windows 11, version 21H2, ARM64.</summary>
    public static KernelLayout Arm64Build22000 { get; } = X64Build26100 with
    {
        DebuggerDataSize = 0x390,
        SizePrcb = 0xA000,
        SizeEProcess = 0xB80,
        SizeEThread = 0x8A8,
        PrcbVendorString = 0,
        PrcbCpuType = 0,
        PrcbProcStateContext = 0x1A0,
        PrcbContext = 0x8400,
        PrcbDebuggerSavedIrql = null,
        SizePcr = 0xA980,
        PcrContainedPrcb = 0x980,
        ThreadApcProcess = 0xB8,
        ThreadNextProcessor = 0x218,
        ThreadCid = 0x4C8,
        ProcessPeb = 0x550,
        ProcessParentCid = 0x540,
        ProcessId = 0x440,
        ProcessImageFileName = 0x5A8,
    };

    /// <summary>Windows 7 with service pack 1, x86 with PAE.</summary>
    public static KernelLayout X86Build7601 { get; } = new()
    {
        Is64 = false,
        DebuggerDataSize = 0x340,
        SizePrcb = 0x3628,
        SizeEProcess = 0x2C0,
        SizeEThread = 0x2B8,
        PrcbCurrentThread = 4,
        PrcbNumber = 0x3CC,
        PrcbMhz = 0x3C4,
        PrcbCpuType = 0x14,
        PrcbVendorString = 0x3378,
        PrcbProcStateContext = 0x18,
        PrcbProcStateSpecialReg = 0x2E4,
        PrcbContext = 0x3620,
        PrcbDebuggerSavedIrql = 0x4C4,
        SizePcr = 0x3748,
        PcrContainedPrcb = 0x120,
        ThreadInitialStack = 0x28,
        ThreadStackLimit = 0x2C,
        ThreadStackBase = 0x190,
        ThreadKernelStack = 0x30,
        ThreadTeb = 0x88,
        ThreadApcProcess = 0x50,
        ThreadState = 0x68,
        ThreadNextProcessor = 0x124,
        ThreadProcess = 0x150,
        ThreadCid = 0x22C,
        ProcessPeb = 0x1A8,
        ProcessParentCid = 0x140,
        ProcessDirectoryTableBase = 0x18,
        ProcessId = 0xB4,
        ProcessImageFileName = 0x16C,
    };

    public byte[] Prcb(SyntheticMachine machine)
    {
        var prcb = new byte[SizePrcb];
        Pointer(prcb, PrcbCurrentThread, machine.ThreadAddress);
        Write32(prcb, PrcbNumber, machine.ProcessorNumber);
        Write32(prcb, PrcbMhz, 3696);
        if (PrcbVendorString != 0)
        {
            Encoding.ASCII.GetBytes(machine.ProcessorVendor).CopyTo(prcb, PrcbVendorString);
            prcb[PrcbCpuType] = 6;
        }

        if (PrcbDebuggerSavedIrql is { } irql)
        {
            prcb[irql] = machine.Irql;
        }

        return prcb;
    }

    public byte[] Process(SyntheticMachine machine)
    {
        var process = new byte[SizeEProcess];
        Pointer(process, ProcessDirectoryTableBase, machine.DirectoryTableBase);
        Pointer(process, ProcessId, machine.ProcessId);
        byte[] name = Encoding.Latin1.GetBytes(machine.ProcessName);
        name.AsSpan(0, Math.Min(name.Length, 14)).CopyTo(process.AsSpan(ProcessImageFileName));
        return process;
    }

    public byte[] Thread(SyntheticMachine machine)
    {
        var thread = new byte[SizeEThread];
        Pointer(thread, ThreadInitialStack, machine.StackBase - (Is64 ? 0x50u : 0x210u));
        Pointer(thread, ThreadStackLimit, machine.StackLimit);
        Pointer(thread, ThreadStackBase, machine.StackBase);
        Pointer(thread, ThreadKernelStack, machine.StackBase - 0x800);
        Pointer(thread, ThreadApcProcess, machine.ProcessAddress);
        Pointer(thread, ThreadProcess, machine.ProcessAddress);
        thread[ThreadState] = 2;
        Pointer(thread, ThreadCid, machine.ProcessId);
        Pointer(thread, ThreadCid + (Is64 ? 8 : 4), machine.ThreadId);
        return thread;
    }

    public byte[] DebuggerData(SyntheticMachine machine)
    {
        var data = new byte[DebuggerDataSize];
        Write64(data, 0x00, Extended(machine.KernelBase + 0xF53D00));
        Write64(data, 0x08, Extended(machine.KernelBase + 0xF53D00));
        "KDBG"u8.CopyTo(data.AsSpan(0x10));
        Write32(data, 0x14, (uint)DebuggerDataSize);
        Write64(data, 0x18, Extended(machine.KernelBase));
        Write64(data, 0x48, Extended(machine.PsLoadedModuleList));
        Write64(data, 0x50, Extended(machine.PsActiveProcessHead));
        Write64(data, 0x138, 0x1000);
        (int Offset, ushort Value)[] offsets =
        [
            (0x298, ThreadNextProcessor), (0x29A, ThreadTeb), (0x29C, ThreadKernelStack), (0x29E, ThreadInitialStack), (0x2A0, ThreadApcProcess),
            (0x2A2, ThreadState), (0x2A8, SizeEProcess), (0x2AA, ProcessPeb), (0x2AC, ProcessParentCid), (0x2AE, ProcessDirectoryTableBase),
            (0x2B0, SizePrcb), (0x2B4, PrcbCurrentThread), (0x2B6, PrcbMhz), (0x2B8, PrcbCpuType), (0x2BA, PrcbVendorString),
            (0x2BC, PrcbProcStateContext), (0x2BE, PrcbNumber), (0x2C0, SizeEThread), (0x2E0, SizePcr), (0x2E6, PcrContainedPrcb),
            (0x2F2, PrcbProcStateSpecialReg), (0x338, PrcbContext), (0x340, ThreadStackLimit), (0x344, ThreadStackBase),
        ];
        foreach ((int offset, ushort value) in offsets)
        {
            if (offset + 2 <= data.Length)
            {
                BinaryPrimitives.WriteUInt16LittleEndian(data.AsSpan(offset), value);
            }
        }

        return data;
    }

    /// <summary>A 32-bit address as 64-bit structures of a 32-bit kernel hold it: with the sign.</summary>
    public ulong Extended(ulong address) => Is64 ? address : unchecked((ulong)(int)(uint)address);

    private void Pointer(byte[] structure, int at, ulong value)
    {
        if (Is64)
        {
            Write64(structure, at, value);
        }
        else
        {
            Write32(structure, at, (uint)value);
        }
    }

    private static void Write32(byte[] structure, int at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(structure.AsSpan(at), value);

    private static void Write64(byte[] structure, int at, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(structure.AsSpan(at), value);
}
