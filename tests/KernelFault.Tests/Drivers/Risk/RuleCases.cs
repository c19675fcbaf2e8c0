using KernelFault.Drivers;

namespace KernelFault.Tests.Drivers.Risk;

/// <summary>Cases for every rule.</summary>
internal static class RuleCases
{
    private const uint WritableCode = 0xE000_0020;
    private const uint WritableInitialCode = 0xE200_0020;
    private const uint KeptCode = 0x6000_0020;

    private static readonly KernelDriver W = Drivers.Windows;
    private static readonly KernelDriver M = Drivers.Module;
    private static readonly KernelDriver Filter = W with { Kind = KernelDriverKind.Minifilter, Altitude = "328010", Name = "contosoav" };
    private static readonly KernelDriver OtherFilter = Filter with { Name = "fabrikamav", Company = "Fabrikam Inc.", Altitude = "320700.5" };

    internal static IReadOnlyList<RuleCase> All { get; } =
    [
        .. Blocklists(),
        .. Signatures(),
        .. Crashes(),
        .. AgesAndPlaces(),
        .. Modules(),
        .. Images(),
    ];

    private static RuleCase[] Blocklists() =>
    [
        new("blocked-hash", W with { Md5 = Lists.KnownMd5 }, W) { Unknown = W with { Sha256 = null, Sha1 = null, Md5 = null } },
        new("blocked-authenticode-hash", W with { AuthenticodeSha1 = Lists.DeniedSha1.ToLowerInvariant() }, W) { Unknown = W with { AuthenticodeSha1 = null, AuthenticodeSha256 = null } },
        new("blocked-signer", W.Signed(s => s with { CertificateHashes = [Lists.DeniedRoot], Signer = "Bad Tools Ltd" }), W.Signed(s => s with { CertificateHashes = [Lists.DeniedRoot], Signer = "Good Tools Ltd" }))
        {
            Unknown = W.Signed(s => s with { CertificateHashes = null }),
        },
        new("blocked-version", W with { OriginalFileName = "BADIO.sys", FileVersion = "1.0.4.3 built by: WinDDK" }, W with { OriginalFileName = "badio.sys", FileVersion = "1.0.4.4" })
        {
            Unknown = W with { FileVersion = null },
        },
    ];

    private static RuleCase[] Signatures() =>
    [
        new("unsigned", W.Signed(_ => new DriverSignature { Status = DriverSignatureStatus.Unsigned }), W.Signed(s => s with { SigningKind = DriverSigningKind.Catalog }))
        {
            Unknown = W with { Signature = null },
        },
        new("test-signed", W.Signed(s => s with { Status = DriverSignatureStatus.Untrusted, SigningKind = DriverSigningKind.Test }), W) { Unknown = W with { Signature = null } },
        new("signature-untrusted", W.Signed(s => s with { Status = DriverSignatureStatus.Untrusted, SigningKind = DriverSigningKind.Embedded }), W.Signed(s => s with { Status = DriverSignatureStatus.Untrusted, SigningKind = DriverSigningKind.Test }))
        {
            Unknown = W.Signed(s => s with { Status = DriverSignatureStatus.Unknown }),
        },
        new("signature-invalid", W.Signed(s => s with { Status = DriverSignatureStatus.Invalid }), W) { Unknown = W with { Signature = null } },
        new("signature-expired", W.Signed(s => s with { Status = DriverSignatureStatus.Expired }), W.Signed(s => s with { NotAfter = new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc) }))
        {
            Unknown = W with { Signature = null },
        },
        new("signature-revoked", W.Signed(s => s with { Status = DriverSignatureStatus.Revoked }), W) { Unknown = W with { Signature = null } },
        new("signature-without-timestamp", W.Signed(s => s with { HasTimestamp = false, Timestamp = null }), W) { Unknown = W.Signed(s => s with { HasTimestamp = null }) },
    ];

    private static RuleCase[] Crashes() =>
    [
        new("crash-culprit", W, W) { BadCrashes = [Drivers.Crash(DriverCrashRole.Culprit)], GoodCrashes = [Drivers.Crash(DriverCrashRole.OnStack)] },
        new("crash-on-stack", W, W with { IsThirdParty = false }) { BadCrashes = [Drivers.Crash(DriverCrashRole.OnStack)], GoodCrashes = [Drivers.Crash(DriverCrashRole.OnStack)] },
        new("crash-unloaded", W, W) { BadCrashes = [Drivers.Crash(DriverCrashRole.Unloaded)], GoodCrashes = [Drivers.Crash(DriverCrashRole.Loaded)] },
        new("crash-image-mismatch", W with { TimeDateStamp = 1 }, W) { BadCrashes = [Drivers.Crash(DriverCrashRole.Loaded)], GoodCrashes = [Drivers.Crash(DriverCrashRole.Loaded)] },
    ];

    private static RuleCase[] AgesAndPlaces() =>
    [
        new("old", W with { LinkTime = new DateTime(2016, 5, 31, 0, 0, 0, DateTimeKind.Utc) }, W with { LinkTime = new DateTime(2016, 6, 2, 0, 0, 0, DateTimeKind.Utc) })
        {
            // What is known of a driver of Windows itself whose file is not at hand: the date of 2006 that all its packages bear.
            Unknown = W.Signed(s => s with { Timestamp = null }) with { LinkTime = null, IsThirdParty = null, DriverDate = new DateTime(2006, 6, 21, 0, 0, 0, DateTimeKind.Utc) },
        },
        new("older-than-inf", W with { LinkTime = new DateTime(2023, 5, 1, 0, 0, 0, DateTimeKind.Utc) }, W with { LinkTime = new DateTime(2023, 6, 1, 0, 0, 0, DateTimeKind.Utc) })
        {
            Unknown = W with { DriverDate = null },
        },
        new("future-link-time", W with { LinkTime = Drivers.Now.AddDays(2) }, W with { LinkTime = Drivers.Now }) { Unknown = W with { LinkTime = null } },
        new("odd-folder", W with { Path = @"C:\Users\me\AppData\Local\Temp\x.sys" }, W with { Path = @"C:\ProgramData\Microsoft\Windows Defender\Definition Updates\{1}\MpKslDrv.sys" })
        {
            Unknown = W with { Path = null },
        },
        new("two-security-filters", Filter, Filter) { BadNeighbour = OtherFilter, GoodNeighbour = OtherFilter with { Company = "Microsoft Corporation", IsThirdParty = false } },
    ];

    private static RuleCase[] Modules() =>
    [
        new("out-of-tree", M with { Taint = "OE" }, M) { Unknown = M with { Taint = null, IsThirdParty = null } },
        new("proprietary-module", M with { Taint = "P" }, M with { Taint = "OE" }) { Unknown = M with { Taint = null, License = null } },
        new("forced-load", M with { Taint = "F" }, M with { Taint = "O" }) { Unknown = M with { Taint = null } },
        new("unsigned-module", M with { Taint = "E" }, M with { Taint = "O" }) { Unknown = M with { Taint = null } },
    ];

    private static RuleCase[] Images() =>
    [
        new("writable-executable-section", W.With(i => i with { Sections = [Drivers.Section(".patch", WritableCode)] }), W.With(i => i with { Sections = [Drivers.Section("INIT", WritableInitialCode)] })) { Unknown = NoImage },
        new("hvci-incompatible-layout", W.With(i => i with { SectionAlignment = 0x200 }), W.With(i => i with { SectionAlignment = 0x2000 })) { Unknown = NoImage },
        new("init-not-discardable", W.With(i => i with { Sections = [Drivers.Section("INIT", KeptCode)] }), W) { Unknown = NoImage },
        new("no-nx", W.With(i => i with { IsNxCompatible = false }), W) { Unknown = NoImage },
        new("no-aslr", W.With(i => i with { HasDynamicBase = false }), W) { Unknown = NoImage },
        new("no-cfg", W.With(i => i with { HasControlFlowGuard = false }), W) { Unknown = NoImage },
        new("no-cet", W.With(i => i with { IsCetCompatible = false }), W.With(i => i with { IsCetCompatible = false, Machine = "arm64" })) { Unknown = NoImage },
        new("open-machine-access", Opens([@"\Device\RawIo", @"\DosDevices\RawIo"]), Opens([@"\Device\RawIo", @"\DosDevices\RawIo", "D:P(A;;GA;;;SY)"])) { Unknown = Opens(null) },
        new("no-user-memory-check", W.With(i => i with { Imports = ["ntoskrnl.exe!IoCreateDevice", "ntoskrnl.exe!IofCompleteRequest"] }), W.With(i => i with { Imports = ["ntoskrnl.exe!IoCreateDevice", "ntoskrnl.exe!IofCompleteRequest", "ntoskrnl.exe!MmProbeAndLockPages"] }))
        {
            Unknown = W.With(i => i with { Imports = null }),
        },
        new("deprecated-pool", W.With(i => i with { Imports = ["ntoskrnl.exe!ExAllocatePoolWithTag"] }), W) { Unknown = W.With(i => i with { Imports = null }) },
        new("debug-build", W.With(i => i with { IsDebugBuild = true }), W) { Unknown = NoImage },
        new("bad-checksum", W.With(i => i with { CheckSum = 0x1235 }), W.With(i => i with { CheckSum = 0 })) { Unknown = W.With(i => i with { ComputedCheckSum = null }) },
    ];

    private static KernelDriver NoImage => W with { Image = null };

    private static KernelDriver Opens(string[]? names) => W.With(i => i with
    {
        Imports = ["ntoskrnl.exe!IoCreateDevice", "ntoskrnl.exe!IoCreateSymbolicLink", "ntoskrnl.exe!IofCompleteRequest", "ntoskrnl.exe!ProbeForRead", "ntoskrnl.exe!MmMapIoSpace"],
        DeviceNames = names,
    });
}
