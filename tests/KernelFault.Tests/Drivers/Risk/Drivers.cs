using KernelFault.Drivers;
using KernelFault.Formats.Pe;

namespace KernelFault.Tests.Drivers.Risk;

/// <summary>Drivers against which nothing speaks, for tests to change one fact of.</summary>
internal static class Drivers
{
    internal static readonly DateTime Now = new(2026, 6, 1, 0, 0, 0, DateTimeKind.Utc);

    private const uint Code = 0x6000_0020;
    private const uint Data = 0xC000_0040;
    private const uint InitialCode = 0x6200_0020;

    internal static DriverSignature Signature { get; } = new()
    {
        Status = DriverSignatureStatus.Valid,
        SigningKind = DriverSigningKind.Whql,
        Signer = "Microsoft Windows Hardware Compatibility Publisher",
        Issuer = "Microsoft Windows Third Party Component CA 2014",
        HasTimestamp = true,
        Timestamp = new DateTime(2024, 5, 2, 0, 0, 0, DateTimeKind.Utc),
        NotAfter = new DateTime(2025, 5, 2, 0, 0, 0, DateTimeKind.Utc),
        CertificateHashes = [new string('a', 64), new string('b', 64)],
        ProgramName = "Contoso Ltd",
    };

    internal static DriverImage Image { get; } = new()
    {
        Machine = "x64",
        SizeOfImage = 0x7000,
        IsNative = true,
        IsNxCompatible = true,
        HasDynamicBase = true,
        HasControlFlowGuard = true,
        IsCetCompatible = true,
        ForcesIntegrity = false,
        IsDebugBuild = false,
        CheckSum = 0x1234,
        ComputedCheckSum = 0x1234,
        SectionAlignment = 0x1000,
        Sections = [Section(".text", Code), Section(".data", Data), Section("INIT", InitialCode)],
        Imports = ["ntoskrnl.exe!IoCreateDevice", "ntoskrnl.exe!IofCompleteRequest", "ntoskrnl.exe!ProbeForRead", "ntoskrnl.exe!ExAllocatePool2"],
        DeviceNames = [@"\Device\Contoso"],
    };

    internal static KernelDriver Windows { get; } = new()
    {
        Name = "contoso",
        ComputerName = "pc",
        Source = DriverSource.Inventory,
        Kind = KernelDriverKind.Driver,
        Path = @"C:\Windows\System32\drivers\contoso.sys",
        State = KernelDriverState.Running,
        StartType = DriverStartType.Manual,
        Size = 0x7000,
        FileVersion = "2.1.0.7",
        OriginalFileName = "contoso.sys",
        InternalName = "contoso",
        Product = "Contoso Suite",
        Company = "Contoso Ltd",
        LinkTime = new DateTime(2024, 5, 1, 0, 0, 0, DateTimeKind.Utc),
        TimeDateStamp = 0x6631_8680,
        DriverDate = new DateTime(2024, 5, 3, 0, 0, 0, DateTimeKind.Utc),
        Sha256 = new string('1', 64),
        Sha1 = new string('2', 40),
        Md5 = new string('3', 32),
        AuthenticodeSha1 = new string('4', 40),
        AuthenticodeSha256 = new string('5', 64),
        Signature = Signature,
        IsThirdParty = true,
        Image = Image,
    };

    internal static KernelDriver Module { get; } = new()
    {
        Name = "e1000e",
        ComputerName = "server",
        Source = DriverSource.Linux,
        Kind = KernelDriverKind.Module,
        Path = "/lib/modules/6.12.0/kernel/drivers/net/ethernet/intel/e1000e/e1000e.ko.xz",
        State = KernelDriverState.Running,
        License = "GPL v2",
        Sha256 = new string('6', 64),
        Taint = string.Empty,
        IsThirdParty = false,
    };

    internal static PeSection Section(string name, uint characteristics) => new(name, 0x1000, 0x200, 0x400, 0x200, characteristics);

    internal static DriverCrash Crash(DriverCrashRole role, double confidence = 0.9) => new()
    {
        DumpPath = "a.dmp",
        Role = role,
        Confidence = confidence,
        Title = "contoso.sys+0x10: read of a NULL pointer",
        TimeDateStamp = 0x6631_8680,
        Size = 0x7000,
    };

    internal static KernelDriver With(this KernelDriver driver, Func<DriverImage, DriverImage> change) => driver with { Image = change(driver.Image!) };

    internal static KernelDriver Signed(this KernelDriver driver, Func<DriverSignature, DriverSignature> change) => driver with { Signature = change(driver.Signature!) };
}
