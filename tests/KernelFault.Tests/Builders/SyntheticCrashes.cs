using System.Buffers.Binary;

namespace KernelFault.Tests.Builders;

/// <summary>Crashes that never were, on machines that never were, written as the documentation says Windows would have.</summary>
/// <remarks>Every driver name that is not Windows' own is invented.</remarks>
internal static class SyntheticCrashes
{
    private const ulong X64Kernel = 0xFFFF_F806_3120_0000;

    /// <summary>The x64 machine of the samples: Windows 11, version 24H2.</summary>
    public static SyntheticMachine Desktop { get; } = new()
    {
        Format = TriageFormat.Wide,
        Layout = KernelLayout.X64Build26100,
        MachineImageType = 0x8664,
        BuildNumber = 26100,
        KernelBase = X64Kernel,
        Drivers = InventedDrivers.Windows11(X64Kernel),
        UnloadedDrivers =
        [
            new UnloadedEntry("dump_stornvme.sys", 0xFFFF_F806_2B10_0000, 0xFFFF_F806_2B14_0000, 0xFFFF_9A0F_1B23_3368),
            new UnloadedEntry("hwpolicy.sys", 0xFFFF_F806_2A70_0000, 0xFFFF_F806_2A71_0000, 0xFFFF_9A0F_1B23_33A0),
        ],
        ThreadAddress = 0xFFFF_9A0F_1A01_3080,
        ProcessAddress = 0xFFFF_9A0F_19B0_2040,
        StackBase = 0xFFFF_8407_FA74_2000,
        StackLimit = 0xFFFF_8407_FA73_C000,
    };

    /// <summary>0xD1: the invented network driver writes through a null pointer in its interrupt's DPC.</summary>
    public static WindowsTriageDumpBuilder NetworkDriverWritesNull(SyntheticMachine? on = null)
    {
        SyntheticMachine m = on ?? Desktop;
        const uint Fault = 0x1A4F;
        ulong fault = m.Address("contosonet.sys", Fault);
        var registers = new Dictionary<string, ulong>
        {
            ["rax"] = 0xFFFF_9A0F_2318_C010, ["rbx"] = 0xFFFF_9A0F_2310_61A0, ["rcx"] = 0, ["rdx"] = 0x40, ["rsi"] = 0xFFFF_9A0F_2310_61A0,
            ["rdi"] = 0x40, ["rbp"] = 0xFFFF_8407_FA74_1A80, ["r8"] = 1, ["r10"] = 0xFFFF_F806_3163_2B50, ["r11"] = 0xFFFF_8407_FA74_1970,
            ["r12"] = 0, ["r14"] = 3, ["r15"] = 0, ["rip"] = fault, ["rsp"] = 0xFFFF_8407_FA74_1940,
        };
        const ulong Top = 0xFFFF_8407_FA74_1668;
        const ulong TrapFrame = Top + 0x148;
        ulong sp = registers["rsp"];
        KernelStack stack = new KernelStack(Top, 0x998)
            .Put(Top, m.Address("ntoskrnl.exe", 0x4CE2E9))
            .Put(Top + 0x08, 0xA).Put(Top + 0x10, 0x28).Put(Top + 0x18, 2).Put(Top + 0x20, 1).Put(Top + 0x28, fault)
            .Put(Top + 0x140, m.Address("ntoskrnl.exe", 0x4C97A8))
            .Put(TrapFrame, ContextRecords.X64TrapFrame(registers, 0x28, 2, 2))
            .Put(sp + 0x20, 0x40).Put(sp + 0x28, m.Address("contosonet.sys", 0x2C71))
            .Put(sp + 0x30, 0xFFFF_9A0F_2310_6000).Put(sp + 0x68, m.Address("ndis.sys", 0x1B63A))
            .Put(sp + 0x70, 0xFFFF_9A0F_2310_0010).Put(sp + 0xD8, m.Address("ntoskrnl.exe", 0x34D0F2))
            .Put(sp + 0x1C8, m.Address("ntoskrnl.exe", 0x34BD74)).Put(sp + 0x468, m.Address("ntoskrnl.exe", 0x4A9A9E));
        byte[] context = BugCheckContext(m, Top, 0xA, 0x28, 2, 1, fault);
        return Tagged(m.Crash(0xD1, [0x28, 2, 1, fault], context, stack, [new DataBlock(m.Address("contosonet.sys", 0x1000), ContosoCode()), Scratch(m)]));
    }

    /// <summary>The image of the invented network driver, as a folder of images would hold it.</summary>
    public static DriverImageBuilder NetworkDriverImage() => new()
    {
        Driver = Desktop.Drivers.First(d => d.Name == "contosonet.sys"),
        Code = ContosoCode(),
        Functions =
        [
            // version 1, prologue of 10 bytes: sub rsp,20h; push rdi; rbx saved in the caller's space.
            (0x1A20, 0x1A5E, [0x01, 0x0A, 0x04, 0x00, 0x0A, 0x34, 0x06, 0x00, 0x0A, 0x32, 0x06, 0x70]),

            // version 1, prologue of 7 bytes: sub rsp,28h; push rsi; push rbx.
            (0x2C50, 0x2C81, [0x01, 0x07, 0x03, 0x00, 0x07, 0x42, 0x03, 0x60, 0x02, 0x30, 0x00, 0x00]),
        ],
    };

    /// <summary>0x124: the processor reports a machine check that could not be corrected.</summary>
    public static WindowsTriageDumpBuilder ProcessorReportsMachineCheck()
    {
        SyntheticMachine m = Desktop with { Irql = 0xF, ProcessorNumber = 5, ProcessName = "contosogame.exe", ProcessId = 9128, ThreadId = 9460 };
        const ulong Record = 0xFFFF_9A0F_2A1E_9028;
        const ulong Top = 0xFFFF_8407_FA74_1888;
        ulong[] parameters = [0, Record, 0xB200_0000, 0x0007_0005];
        KernelStack stack = new KernelStack(Top, 0x778)
            .Put(Top, m.Address("ntoskrnl.exe", 0x55E0CA))
            .Put(Top + 0x40, m.Address("PSHED.dll", 0x1511))
            .Put(Top + 0x80, m.Address("ntoskrnl.exe", 0x68FA41))
            .Put(Top + 0x140, m.Address("ntoskrnl.exe", 0x55E8D6))
            .Put(Top + 0x1F0, m.Address("ntoskrnl.exe", 0x55EB2C))
            .Put(Top + 0x230, m.Address("ntoskrnl.exe", 0x4C80BE))
            .Put(Top + 0x258, m.Address("ntoskrnl.exe", 0x4C7E13));
        byte[] context = BugCheckContext(m, Top, 0x124, parameters[0], parameters[1], parameters[2], parameters[3]);
        return Tagged(m.Crash(0x124, parameters, context, stack, [new DataBlock(Record, ErrorRecord()), Scratch(m)]));
    }

    /// <summary>0xD1 on ARM64: an invented network driver reads a field of a null pointer.</summary>
    public static WindowsTriageDumpBuilder ArmDriverReadsNull(bool unhandledException = false)
    {
        const ulong Kernel = 0xFFFF_F802_6A60_0000;
        SyntheticMachine m = Desktop with
        {
            Layout = KernelLayout.Arm64Build22000,
            MachineImageType = 0xAA64,
            BuildNumber = 22000,
            KernelBase = Kernel,
            Drivers = InventedDrivers.Windows11Arm(Kernel, "badnet.sys", "litwarehid.sys"),
            ProcessorVendor = string.Empty,
        };
        ulong fault = m.Address("badnet.sys", 0x1A3C);
        ulong Return(string driver, uint offset) => m.Address(driver, offset);
        const ulong Top = 0xFFFF_8407_FA74_1200;
        ulong[] fp = [Top + 0x20, Top + 0x120, Top + 0x5F0, Top + 0x600, Top + 0x640, Top + 0x6A0, Top + 0x7B0];
        var registers = new Dictionary<string, ulong>
        {
            ["pc"] = fault, ["sp"] = fp[3], ["fp"] = fp[3], ["lr"] = Return("badnet.sys", 0x2E58), ["x0"] = 0xFFFF_9A0F_2310_6000, ["x8"] = 1, ["x9"] = 0,
        };
        KernelStack stack = new KernelStack(Top, 0xE00)
            .Put(fp[2] + 0x10 - ContextRecords.Arm64TrapFrameSize, ContextRecords.Arm64TrapFrame(registers, 0x10))
            .Frame(fp[0], fp[1], Return("ntoskrnl.exe", 0x40E3C8))
            .Frame(fp[1], fp[2], Return("ntoskrnl.exe", 0x40C1F4))
            .Frame(fp[2], fp[3], fault)
            .Frame(fp[3], fp[4], Return("badnet.sys", 0x2E58))
            .Frame(fp[4], fp[5], Return("ndis.sys", 0x1C2A4))
            .Frame(fp[5], fp[6], Return("ntoskrnl.exe", 0x2B3D10))
            .Frame(fp[6], 0, Return("ntoskrnl.exe", 0x3F0A6C));
        var code = new byte[0x2000];
        WriteArmCode(code, 0xA3C, 0xF9400928);          // ldr x8, [x9, #0x10]
        WriteArmCode(code, 0x1E54, 0x97FFFAF0);          // bl, to 0x1a14
        DataBlock block = new(m.Address("badnet.sys", 0x1000), code);
        if (unhandledException)
        {
            // The exception record and the context lie on the thread's own stack, where the dispatcher put them.
            byte[] faulting = ContextRecords.Arm64(registers);
            var lower = new KernelStack(Top - 0x800, 0x800 + 0xE00);
            lower.Put(Top, stack.Bytes).Put(Top - 0x700, ExceptionRecord64(0xC0000005, fault, 0, 0x10)).Put(Top - 0x600, faulting);
            return m.Crash(0x1000007E, [0xFFFF_FFFF_C000_0005, fault, Top - 0x700, Top - 0x600], faulting, lower, [block, Scratch(m)]) with { TriageOptions = 0xFFFF_FFFF };
        }

        byte[] context = ContextRecords.Arm64(new Dictionary<string, ulong>
        {
            ["pc"] = m.Address("ntoskrnl.exe", 0x3FE4B0), ["sp"] = Top, ["fp"] = fp[0], ["lr"] = Return("ntoskrnl.exe", 0x40E3C8),
            ["x0"] = 0xA, ["x1"] = 0x10, ["x2"] = 2, ["x3"] = 0, ["x4"] = fault,
        });
        return m.Crash(0xD1, [0x10, 2, 0, fault], context, stack, [block, Scratch(m)]) with { TriageOptions = 0xFFFF_FFFF };
    }

    /// <summary>The x86 machine: Windows 7 with service pack 1 and PAE.</summary>
    public static SyntheticMachine Laptop32 { get; } = new()
    {
        Format = TriageFormat.Narrow,
        Layout = KernelLayout.X86Build7601,
        MachineImageType = 0x14C,
        BuildNumber = 7601,
        KernelBase = 0x8284_2000,
        Drivers = InventedDrivers.Windows7(0x8284_2000, "tailspin.sys", "fabrikamfs.sys"),
        UnloadedDrivers = [new UnloadedEntry("crashdmp.sys", 0x8BD0_0000, 0x8BD0_D000, 0x8522_3368)],
        ThreadAddress = 0x8567_1D48,
        ProcessAddress = 0x8560_0D40,
        StackBase = 0x9B2E_6000,
        StackLimit = 0x9B2E_3000,
        DirectoryTableBase = 0x18_5000,
        NumberProcessors = 2,
        ProcessorNumber = 1,
        Irql = 0,
        ProcessName = "tailspinctl.exe",
        ProcessId = 0xBC4,
        ThreadId = 0xBD0,
    };

    /// <summary>0x8E on x86: an access violation in an invented driver that nobody handled; the trap frame is on the stack.</summary>
    public static WindowsTriageDumpBuilder X86UnhandledException(SyntheticMachine? on = null)
    {
        SyntheticMachine m = on ?? Laptop32;
        ulong fault = m.Address("tailspin.sys", 0x11C2);
        const ulong Top = 0x9B2E_5A00;
        const ulong Trap = Top + 0x300;
        const ulong Frame = Trap + 0x8C;                 // ebp of the faulting function
        var registers = new Dictionary<string, ulong>
        {
            ["eax"] = 0, ["ebx"] = 0x8571_2030, ["ecx"] = 0x8571_2098, ["edx"] = 3, ["esi"] = 0x8571_2000, ["edi"] = 0, ["ebp"] = Frame, ["eip"] = fault,
        };
        KernelStack stack = new KernelStack(Top, 0x600, is64: false)
            .Frame(Top + 0x18, Top + 0x2E8, m.Address("ntkrnlpa.exe", 0x4A3F1))
            .Frame(Top + 0x2E8, Frame, m.Address("ntkrnlpa.exe", 0x4A37E))
            .Put(Trap, ContextRecords.X86TrapFrame(registers, 0, m.BuildNumber))
            .Frame(Frame, Frame + 0x28, m.Address("tailspin.sys", 0x1A4E))
            .Frame(Frame + 0x28, Frame + 0x40, m.Address("ntkrnlpa.exe", 0x3D54E))
            .Frame(Frame + 0x40, Frame + 0x60, m.Address("ntkrnlpa.exe", 0x1F6A8B))
            .Frame(Frame + 0x60, 0, m.Address("ntkrnlpa.exe", 0x4421A));
        byte[] code = Code(0x2000, (0x1C2, "8B4018"), (0xA49, "E874F7FFFF"));   // mov eax,[eax+18h]; call
        byte[] context = ContextRecords.X86(new Dictionary<string, ulong>
        {
            ["eip"] = m.Address("ntkrnlpa.exe", 0xDED64), ["esp"] = Top, ["ebp"] = Top + 0x18, ["eax"] = 0x8E, ["ebx"] = 0xC000_0005,
        });
        return m.Crash(0x1000008E, [0xC000_0005, fault, Trap, 0], context, stack, [new DataBlock(m.Address("tailspin.sys", 0x1000), code)]);
    }

    /// <summary>0xA on x86: the kernel faults at raised IRQL on behalf of an invented file-system filter; KiTrap0E's frame is the trap frame.</summary>
    public static WindowsTriageDumpBuilder X86RaisedIrql()
    {
        SyntheticMachine m = Laptop32 with { Irql = 2, ProcessName = "explorer.exe" };
        ulong fault = m.Address("ntkrnlpa.exe", 0x7C5E2);
        const ulong Top = 0x9B2E_5700;
        const ulong Trap = Top + 0x40;
        const ulong Frame = Trap + 0x90;
        var registers = new Dictionary<string, ulong>
        {
            ["eax"] = 0x8571_2030, ["ebx"] = 0x8571_2000, ["ecx"] = 4, ["edx"] = 0x10, ["esi"] = 0x8571_20A0, ["edi"] = 2, ["ebp"] = Frame, ["eip"] = fault,
        };
        KernelStack stack = new KernelStack(Top, 0x500, is64: false)
            .Put(Trap, ContextRecords.X86TrapFrame(registers, 2, m.BuildNumber))
            .Frame(Frame, Frame + 0x24, m.Address("fabrikamfs.sys", 0x3D16))
            .Frame(Frame + 0x24, Frame + 0x5C, m.Address("fabrikamfs.sys", 0x2207))
            .Frame(Frame + 0x5C, Frame + 0x80, m.Address("fltmgr.sys", 0x3AEB))
            .Frame(Frame + 0x80, Frame + 0xA0, m.Address("ntkrnlpa.exe", 0x3D54E))
            .Frame(Frame + 0xA0, 0, m.Address("ntkrnlpa.exe", 0x4421A));
        byte[] context = ContextRecords.X86(new Dictionary<string, ulong>
        {
            ["eip"] = m.Address("ntkrnlpa.exe", 0x40BFB), ["esp"] = Top, ["ebp"] = Trap, ["eax"] = 0xA,
        });
        return m.Crash(0xA, [0x44, 2, 1, fault], context, stack, []);
    }

    internal static byte[] BugCheckContext(SyntheticMachine m, ulong stackPointer, ulong code, ulong p1, ulong p2, ulong p3, ulong p4) =>
        ContextRecords.X64(
            new Dictionary<string, ulong>
            {
                ["rcx"] = code, ["rdx"] = p1, ["r8"] = p2, ["r9"] = p3, ["r10"] = p4, ["rsp"] = stackPointer, ["rbp"] = stackPointer + 0x1C8,
                ["rip"] = m.Address("ntoskrnl.exe", 0x4B87E0),
            },
            0x40246);

    private static byte[] ExceptionRecord64(uint code, ulong address, params ulong[] information)
    {
        var record = new FieldWriter();
        record.U32("ExceptionCode", 0, code);
        record.U64("ExceptionAddress", 16, address);
        record.U32("NumberParameters", 24, (uint)information.Length);
        for (int i = 0; i < information.Length; i++)
        {
            record.U64("ExceptionInformation", 32 + (8 * i), information[i]);
        }

        record.Extend(0x98);
        return record.ToArray();
    }

    // What a driver left for its own developers: tagged data that no reader knows.
    internal static WindowsTriageDumpBuilder Tagged(WindowsTriageDumpBuilder builder) => builder with
    {
        Blobs = [new TaggedBlob(new Guid("c0a7050e-0000-4000-8000-000000000001"), [.. "contosonet: invented data"u8])],
        Attributes = 0x21008,
    };

    internal static DataBlock Scratch(SyntheticMachine m) => new(m.ThreadAddress & ~0xFFFUL, new byte[0x1000]);

    // Two functions of the invented driver: one that calls, one that faults.
    internal static byte[] ContosoCode() => Code(
        0x2000,
        (0xA20, "48895C2408574883EC20488BD98BFAF7C700010000740C8BD7488B4B08FF1540260000488B4B18488B43100F1F400048894128488B5C24304883C4205FC3"),
        (0x1C50, "4053564883EC28488BD9488BB3A0010000BA40000000488BCE909090E8AFEDFFFF84C07405B8010000004883C4285E5BC3"));

    private static byte[] Code(int size, params (int Offset, string Hex)[] functions)
    {
        var code = new byte[size];
        code.AsSpan().Fill(0xCC);
        foreach ((int offset, string hex) in functions)
        {
            Convert.FromHexString(hex).CopyTo(code, offset);
        }

        return code;
    }

    private static void WriteArmCode(byte[] code, int at, uint instruction) => BinaryPrimitives.WriteUInt32LittleEndian(code.AsSpan(at), instruction);

    // WHEA_ERROR_RECORD: the header ("CPER") and one generic processor section, as the UEFI specification lays them out.
    private static byte[] ErrorRecord()
    {
        var file = new FieldWriter();
        file.Ascii("Signature", 0, "CPER", 4);
        file.U16("Revision", 4, 0x210);
        file.U32("SignatureEnd", 6, 0xFFFFFFFF);
        file.U16("SectionCount", 10, 1);
        file.U32("Severity", 12, 1);
        file.U32("ValidBits", 16, 2);
        file.U32("Length", 20, 128 + 72 + 192);
        file.U64("Timestamp", 24, 0x14_1A_03_0E_00_35_1A_09);
        file.Bytes("CreatorId", 64, new Guid("cf07c4bd-b789-4e18-b3c4-1f732cb57131").ToByteArray());
        file.Bytes("NotifyType", 80, new Guid("e8f56ffe-919c-4cc5-ba88-65abe14913bb").ToByteArray());
        file.U64("RecordId", 96, 0x01DC_B394_8A3C_5B00);
        int descriptor = 128;
        file.U32("SectionOffset", descriptor, 128 + 72);
        file.U32("SectionLength", descriptor + 4, 192);
        file.U16("SectionRevision", descriptor + 8, 0x300);
        file.U32("SectionFlags", descriptor + 12, 1);
        file.Bytes("SectionType", descriptor + 16, new Guid("9876ccad-47b4-4bdb-b65e-16f193c4f3db").ToByteArray());
        file.U32("SectionSeverity", descriptor + 48, 1);
        int section = 128 + 72;
        file.U64("ValidBits", section, 0x3F);
        file.U8("ProcessorType", section + 8, 0);
        file.U8("InstructionSet", section + 9, 2);
        file.U8("ErrorType", section + 10, 4);
        file.Extend(section + 192);
        return file.ToArray();
    }
}
