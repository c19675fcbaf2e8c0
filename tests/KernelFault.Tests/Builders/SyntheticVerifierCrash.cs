namespace KernelFault.Tests.Builders;

/// <summary>
/// A crash by Driver Verifier that never was: 0xC4 with parameter 1 0xE3, "a kernel Zw API was called with a user-mode address as
/// parameter", with the address of the call and the user-mode address as parameters 2 and 3, as Microsoft's page on that bug check has
/// them. No real one was at hand.
/// </summary>
internal static class SyntheticVerifierCrash
{
    private const ulong Top = 0xFFFF_8407_FA74_1668;
    private const ulong UserAddress = 0x0000_00C4_1A2F_F8D0;

    /// <summary>The invented network driver hands a program's address to a system call of the kernel, at passive level, on behalf of a program.</summary>
    internal static WindowsTriageDumpBuilder UserAddressInSystemCall()
    {
        SyntheticMachine m = SyntheticCrashes.Desktop with { Irql = 0, ProcessName = "contosoctl.exe", ProcessId = 6612, ThreadId = 6640 };
        ulong call = m.Address("contosonet.sys", 0x2C71);
        ulong[] parameters = [0xE3, call, UserAddress, 0];
        KernelStack stack = new KernelStack(Top, 0x998)
            .Put(Top, m.Address("ntoskrnl.exe", 0x9B4C2C))
            .Put(Top + 0x08, 0xC4).Put(Top + 0x10, 0xE3).Put(Top + 0x18, call).Put(Top + 0x20, UserAddress)
            .Put(Top + 0x40, m.Address("ntoskrnl.exe", 0x9A6E05))
            .Put(Top + 0xA0, m.Address("ntoskrnl.exe", 0x9AF318))
            .Put(Top + 0x110, call)
            .Put(Top + 0x150, m.Address("ntoskrnl.exe", 0x34D0F2))
            .Put(Top + 0x1C0, m.Address("ntoskrnl.exe", 0x34BD74))
            .Put(Top + 0x460, m.Address("ntoskrnl.exe", 0x4A9A9E));
        byte[] context = SyntheticCrashes.BugCheckContext(m, Top, 0xC4, parameters[0], parameters[1], parameters[2], parameters[3]);
        return SyntheticCrashes.Tagged(m.Crash(0xC4, parameters, context, stack, [new DataBlock(m.Address("contosonet.sys", 0x1000), SyntheticCrashes.ContosoCode()), SyntheticCrashes.Scratch(m)]));
    }
}
