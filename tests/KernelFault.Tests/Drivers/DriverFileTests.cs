using System.Text.RegularExpressions;
using KernelFault.Drivers;
using KernelFault.Formats;
using KernelFault.Tests.Formats.Authenticode;
using KernelFault.Tests.Formats.Elf;
using KernelFault.Tests.Formats.Pe;
using KernelFault.Tests.Hostile;
using KernelFault.Tests.Unwinding;

namespace KernelFault.Tests.Drivers;

/// <summary>What one file of a driver tells, held against llvm-readobj, osslsigncode, openssl and modinfo.</summary>
public sealed class DriverFileTests
{
    [SkippableFact]
    public void The_real_driver_is_its_makers_attested_by_microsoft()
    {
        string path = Corpus.File("corpus/drivers/systeminformer.sys");

        KernelDriver driver = DriverFile.Read(path);

        Assert.Equal(("systeminformer", path, DriverSource.File, KernelDriverKind.Minifilter), (driver.Name, driver.ComputerName, driver.Source, driver.Kind));
        Assert.Equal(("4.0.1.0", "System Informer"), (driver.FileVersion, driver.Product));
        Assert.Equal("0f42d8131c3fdd7b37bf165e3ed746016f1f86a003e2a8a48ee3b36a4091cd42", driver.AuthenticodeSha256);
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path))), driver.Sha256);
        Assert.Equal((DriverSignatureStatus.Valid, DriverSigningKind.Attestation), (driver.Signature!.Status, driver.Signature.SigningKind));
        Assert.Equal(("Microsoft Windows Hardware Compatibility Publisher", "Microsoft Windows Third Party Component CA 2014"), (driver.Signature.Signer, driver.Signature.Issuer));
        Assert.True(driver.Signature.HasTimestamp);
        Assert.Null(driver.Signature.Reason);
        Assert.Equal(2, driver.Signature.CertificateHashes!.Count);
        Assert.True(driver.IsThirdParty);
        Assert.Equal("systeminformer.pdb", driver.PdbName, ignoreCase: true);
        Assert.Equal(("x64", true, true, true), (driver.Image!.Machine, driver.Image.IsNative, driver.Image.HasControlFlowGuard, driver.Image.ForcesIntegrity));
        Assert.Contains("ntoskrnl.exe!ProbeForRead", driver.Image.Imports!);
        Assert.Equal(driver.Image.CheckSum, driver.Image.ComputedCheckSum);
        Assert.Empty(driver.Warnings);
    }

    [SkippableFact]
    public void A_compiled_driver_tells_what_it_was_compiled_with()
    {
        TestDriver built = TestDriver.Build("good", "x86_64");

        KernelDriver driver = DriverFile.Read(built.Path);
        KernelDriver open = DriverFile.Read(TestDriver.Build("open", "x86_64").Path);
        KernelDriver arm = DriverFile.Read(TestDriver.Build("good", "aarch64").Path);

        Assert.Equal(("Contoso Test GmbH", "3.1.4.159", "A driver for tests"), (driver.Company, driver.FileVersion, driver.Description));
        Assert.Equal((DriverSignatureStatus.Unsigned, (DriverSigningKind?)null), (driver.Signature!.Status, driver.Signature.SigningKind));
        Assert.True(driver.IsThirdParty);
        Assert.Null(driver.LinkTime);
        Assert.Equal((true, true, true, true), (driver.Image!.HasControlFlowGuard, driver.Image.IsCetCompatible, driver.Image.IsNxCompatible, driver.Image.ForcesIntegrity));
        Assert.Equal((false, false), (open.Image!.IsNxCompatible, open.Image.HasControlFlowGuard));
        Assert.True(driver.Image.IsDebugBuild);
        Assert.Contains(@"\Device\KfGood", driver.Image.DeviceNames!);
        Assert.Contains("ntoskrnl.exe!ProbeForRead", driver.Image.Imports!);
        Assert.Equal("arm64", arm.Image!.Machine);
        Assert.NotNull(open.LinkTime);
        string pdb = Regex.Match(built.ReadObj("--coff-debug-directory"), @"PDBGUID: \{?([0-9A-Fa-f-]+)").Groups[1].Value.Replace("-", string.Empty, StringComparison.Ordinal);
        Assert.StartsWith(pdb, driver.PdbId, StringComparison.OrdinalIgnoreCase);
    }

    [SkippableFact]
    public void A_test_certificate_is_named_as_one_whatever_usages_it_claims()
    {
        TestAuthority authority = TestAuthority.Get();
        string signed = authority.SignStamped(TestAuthority.Driver(), isRfc3161: true);

        DriverSignature signature = DriverFile.Read(signed).Signature!;

        Assert.Equal((DriverSignatureStatus.Untrusted, DriverSigningKind.Test), (signature.Status, signature.SigningKind));
        Assert.Equal(("KernelFault Test signer", "KernelFault Test Root"), (signature.Signer, signature.Issuer));
        Assert.True(signature.HasTimestamp);
        Assert.Contains("test", signature.Reason!, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Certificates_are_hashed_as_block_lists_name_them()
    {
        TestAuthority authority = TestAuthority.Get();
        DriverSignature signature = DriverFile.Read(authority.Sign(TestAuthority.Driver())).Signature!;

        string[] hashes = [.. new[] { "signer.pem", "root.pem" }.Select(name =>
        {
            authority.OpenSsl(["asn1parse", "-in", name, "-strparse", "4", "-noout", "-out", name + ".tbs"]);
            return Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(authority.Path(name + ".tbs"))));
        })];

        Assert.Equal(hashes, signature.CertificateHashes);
    }

    [SkippableFact]
    public void A_driver_changed_after_signing_is_invalid_and_nobodys_part_of_windows()
    {
        TestAuthority authority = TestAuthority.Get();
        byte[] bytes = File.ReadAllBytes(authority.Sign(TestAuthority.Driver()));
        int at = bytes.AsSpan().IndexOf("KfUnprobed"u8.ToArray().SelectMany(b => new byte[] { b, 0 }).ToArray());
        bytes[at] = (byte)'X';
        using var folder = new TemporaryFolder();

        KernelDriver driver = DriverFile.Read(folder.Write("changed.sys", bytes));

        Assert.Equal(DriverSignatureStatus.Invalid, driver.Signature!.Status);
        Assert.Contains("changed", driver.Signature.Reason!, StringComparison.Ordinal);
        Assert.Contains(@"\Device\XfUnprobed", driver.Image!.DeviceNames!);
    }

    [SkippableFact]
    public void A_signature_without_timestamp_ends_with_its_certificate()
    {
        TestAuthority authority = TestAuthority.Get();
        using var image = KernelFault.Formats.Pe.PeImage.Open(Corpus.File("corpus/drivers/systeminformer.sys"));
        var read = KernelFault.Formats.Authenticode.AuthenticodeSignatures.Read(image);
        var bare = read with { Signatures = [read.Signatures[0] with { Timestamp = null }] };
        var late = new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero);

        Assert.Equal(DriverSignatureStatus.Valid, new SignatureJudge(late).Of(read).Status);
        Assert.Equal(DriverSignatureStatus.Expired, new SignatureJudge(late).Of(bare).Status);
        Assert.Equal(DriverSignatureStatus.Valid, new SignatureJudge(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)).Of(bare).Status);
        Assert.NotNull(authority);
    }

    [SkippableFact]
    public void A_module_tells_what_modinfo_tells()
    {
        ExternalProgram.Require("modinfo");
        using var folder = new TemporaryFolder();
        string path = TestModule.Sign(folder, TestModule.Build(folder), "sha256", byIdentifier: false);

        KernelDriver driver = DriverFile.Read(path);

        Assert.Equal(("kftest", KernelDriverKind.Module, "2.5", "One; Two"), (driver.Name, driver.Kind, driver.FileVersion, driver.Company));
        Assert.Equal(ExternalProgram.Run(folder.Path, "modinfo", "-F", "license", path).Trim(), driver.License);
        Assert.Equal(ExternalProgram.Run(folder.Path, "modinfo", "-F", "srcversion", path).Trim(), driver.SourceVersion);
        Assert.Equal(["first", "second"], driver.Dependencies);
        Assert.Equal([new DriverParameter("speed", null)], driver.Parameters);
        Assert.Equal((DriverSignatureStatus.Unknown, DriverSigningKind.Module, "Contoso module key"), (driver.Signature!.Status, driver.Signature.SigningKind, driver.Signature.Signer));
        Assert.True(driver.IsThirdParty);
        Assert.Equal(new FileInfo(path).Length, driver.FileSize);
        Assert.Equal("deadbeef05060708090a0b0c0d0e0f1011121314", driver.BuildId);
    }

    [Fact]
    public void A_packed_module_is_hashed_as_it_lies_there()
    {
        using var folder = new TemporaryFolder();
        using var packed = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(packed, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(SignedFiles.Module);
        }

        KernelDriver driver = DriverFile.Read(folder.Write("kftest.ko.gz", packed.ToArray()));

        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(packed.ToArray())), driver.Sha256);
        Assert.Equal("kftest", driver.Name);
    }

    [Fact]
    public void What_is_neither_image_nor_module_is_no_driver()
    {
        using var folder = new TemporaryFolder();

        Assert.Throws<DumpFormatException>(() => DriverFile.Read(folder.Write("text.sys", "MZ but no more"u8.ToArray())));
        Assert.Throws<DumpFormatException>(() => DriverFile.Read(folder.Write("empty.sys", [])));
    }
}
