using System.Globalization;
using System.Text.RegularExpressions;
using KernelFault.Formats.Authenticode;
using KernelFault.Formats.Pe;
using KernelFault.Formats.Pkcs7;

namespace KernelFault.Tests.Formats.Authenticode;

/// <summary>Signatures of drivers, against what osslsigncode says of the same files.</summary>
public sealed class AuthenticodeTests
{
    private const string Real = "corpus/drivers/systeminformer.sys";

    [SkippableFact]
    public void The_real_driver_is_signed_by_microsoft_for_its_maker_and_unchanged()
    {
        AuthenticodeSignatures read = Read(Corpus.File(Real));
        AuthenticodeSignature signature = Assert.Single(read.Signatures);

        Assert.Empty(read.Warnings);
        Assert.Equal("0F42D8131C3FDD7B37BF165E3ED746016F1F86A003E2A8A48EE3B36A4091CD42", read.Sha256);
        Assert.Equal(("SHA256", read.Sha256, true), (signature.DigestAlgorithm, signature.Digest, signature.DigestMatches));
        Assert.True(signature.IsSignatureValid);
        Assert.Equal("CN=Microsoft Windows Hardware Compatibility Publisher, O=Microsoft Corporation, L=Redmond, S=Washington, C=US", signature.Signer!.Subject);
        Assert.Equal("Microsoft Windows Third Party Component CA 2014", signature.Signer.IssuerCommonName);
        Assert.Equal("3300000074FF3D4A9E7C401E86000000000074", signature.Signer.SerialNumber);
        Assert.Equal(new DateTimeOffset(2025, 7, 16, 20, 48, 20, TimeSpan.Zero), signature.Signer.NotBefore);
        Assert.Equal(new DateTimeOffset(2026, 7, 14, 20, 48, 20, TimeSpan.Zero), signature.Signer.NotAfter);
        Assert.Equal("Winsider Seminars & Solutions Inc.", signature.ProgramName);
        Assert.Equal("https://www.microsoft.com/en-us/windows", signature.MoreInfoUrl);
        Assert.Equal((ChainEnd.MicrosoftRoot, "Microsoft Root Certificate Authority 2010", 2), (signature.ChainEnd, signature.Root, signature.Chain.Count));
        Assert.Equal((true, false), (signature.IsAttested, signature.IsWhql));
        Assert.False(signature.IsTestSigned);
        Assert.True(signature.WasCertificateValid);
    }

    [SkippableFact]
    public void The_real_driver_has_a_timestamp_of_microsofts_service()
    {
        SignatureTimestamp stamp = Assert.Single(Read(Corpus.File(Real)).Signatures).Timestamp!;

        Assert.Equal(TimestampKind.Rfc3161, stamp.Kind);
        Assert.Equal(new DateTime(2026, 6, 11, 23, 35, 47, DateTimeKind.Utc), stamp.Time.UtcDateTime.AddTicks(-(stamp.Time.Ticks % TimeSpan.TicksPerSecond)));
        Assert.Equal("33000002114518399B43CFFC6C000100000211", stamp.Signer!.SerialNumber);
        Assert.Equal(ChainEnd.MicrosoftRoot, stamp.ChainEnd);
        Assert.True(stamp.IsValid);
    }

    [SkippableTheory]
    [InlineData("signer", "sha1")]
    [InlineData("signer", "sha256")]
    [InlineData("signer", "sha384")]
    [InlineData("curve", "sha256")]
    public void What_a_test_certificate_signed_is_read_as_osslsigncode_reads_it(string signer, string hash)
    {
        TestAuthority authority = TestAuthority.Get();
        string signed = authority.Sign(TestAuthority.Driver(), signer, "-h", hash, "-n", "Contoso", "-i", "https://contoso.example/");
        string text = authority.Verify(signed);

        AuthenticodeSignature signature = Assert.Single(Read(signed).Signatures);

        Assert.Contains("Number of verified signatures: 1", text, StringComparison.Ordinal);
        Assert.Equal(Regex.Match(text, @"Current message digest\s*: (\w+)").Groups[1].Value, signature.Digest);
        Assert.Equal(Regex.Match(text, @"Calculated message digest\s*: (\w+)").Groups[1].Value, signature.ComputedDigest);
        Assert.True(signature.DigestMatches);
        Assert.True(signature.IsSignatureValid);
        Assert.Equal(hash.ToUpperInvariant(), signature.DigestAlgorithm);
        Assert.Equal(($"KernelFault Test {signer}", "KernelFault Test Root"), (signature.Signer!.CommonName, signature.Signer.IssuerCommonName));
        Assert.Equal($"CN=KernelFault Test {signer}, O=\"Contoso, Ltd\", C=DE", signature.Signer.Subject);
        Assert.Equal(signer == "curve" ? ("ECDSA", 256) : ("RSA", 2048), (signature.Signer.KeyAlgorithm, signature.Signer.KeySize));
        Assert.Equal(Fingerprint(authority, signer + ".pem", "-sha1"), signature.Signer.Thumbprint);
        Assert.Equal(Fingerprint(authority, signer + ".pem", "-sha256"), signature.Signer.ThumbprintSha256);
        Assert.Equal(["1.3.6.1.5.5.7.3.3", EnhancedKeyUsage.KernelCodeSigning, EnhancedKeyUsage.HardwareDriverVerification], signature.Signer.EnhancedKeyUsages);
        Assert.Equal((ChainEnd.SelfSigned, "KernelFault Test Root", 2), (signature.ChainEnd, signature.Root, signature.Chain.Count));
        Assert.True(signature.Chain[1].IsAuthority);
        Assert.Equal((true, true, true), (signature.IsTestSigned, signature.IsWhql, signature.IsKernelCode));
        Assert.Equal(("Contoso", "https://contoso.example/"), (signature.ProgramName, signature.MoreInfoUrl));
        Assert.Null(signature.Timestamp);
        Assert.Null(signature.WasCertificateValid);
    }

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_timestamp_tells_when_the_signature_was_there(bool isRfc3161)
    {
        TestAuthority authority = TestAuthority.Get();
        string signed = authority.SignStamped(TestAuthority.Driver(), isRfc3161);
        string text = authority.Verify(signed);

        AuthenticodeSignature signature = Assert.Single(Read(signed).Signatures);
        SignatureTimestamp stamp = Assert.IsType<SignatureTimestamp>(signature.Timestamp);

        Assert.Equal(isRfc3161 ? TimestampKind.Rfc3161 : TimestampKind.Countersignature, stamp.Kind);
        // The signer may claim a time too, above the countersigner's.
        string time = Regex.Match(text, $"Countersignatures:.*?{(isRfc3161 ? "Timestamp" : "Signing")} time: ([^\n]*?) GMT", RegexOptions.Singleline).Groups[1].Value;
        Assert.Equal(DateTimeOffset.ParseExact(time, ["MMM d HH:mm:ss yyyy", "MMM  d HH:mm:ss yyyy"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal), stamp.Time);
        Assert.Equal("KernelFault Test stamp", stamp.Signer!.CommonName);
        Assert.Equal(ChainEnd.SelfSigned, stamp.ChainEnd);
        Assert.True(stamp.IsValid);
        Assert.True(signature.WasCertificateValid);
        Assert.True(signature.IsSignatureValid);
    }

    [SkippableFact]
    public void A_second_signature_is_nested_in_the_first()
    {
        TestAuthority authority = TestAuthority.Get();
        string first = authority.Sign(TestAuthority.Driver(), "signer", "-h", "sha1");
        string both = authority.Sign(first, "curve", "-nest", "-h", "sha256");

        AuthenticodeSignatures read = Read(both);

        Assert.Equal([("SHA1", false, true), ("SHA256", true, true)], read.Signatures.Select(s => (s.DigestAlgorithm, s.IsNested, s.DigestMatches)));
        Assert.Equal(["KernelFault Test signer", "KernelFault Test curve"], read.Signatures.Select(s => s.Signer!.CommonName));
        Assert.All(read.Signatures, s => Assert.True(s.IsSignatureValid));
    }

    [SkippableFact]
    public void Page_hashes_and_a_certificate_that_signed_itself_are_told()
    {
        AuthenticodeSignature signature = Assert.Single(Read(TestAuthority.Get().Sign(TestAuthority.Driver(), "root", "-h", "sha256", "-ph")).Signatures);

        Assert.True(signature.HasPageHashes);
        Assert.Equal((ChainEnd.SelfSigned, 1), (signature.ChainEnd, signature.Chain.Count));
        Assert.True(signature.Signer!.IsSelfIssued);
    }

    [SkippableFact]
    public void An_unsigned_driver_has_the_hashes_that_it_is_signed_by_later()
    {
        TestAuthority authority = TestAuthority.Get();
        string plain = TestAuthority.Driver();
        byte[] odd = [.. File.ReadAllBytes(plain), 1, 2, 3];
        File.WriteAllBytes(authority.Path("odd.sys"), odd);

        foreach (string file in new[] { plain, authority.Path("odd.sys") })
        {
            AuthenticodeSignatures read = Read(file);
            Assert.Empty(read.Signatures);
            Assert.Equal(read.Sha256, Read(authority.Sign(file, "signer", "-h", "sha256")).Signatures[0].Digest);
            Assert.Equal(read.Sha1, Read(authority.Sign(file, "signer", "-h", "sha1")).Signatures[0].Digest);
        }
    }

    [SkippableFact]
    public void A_changed_byte_breaks_the_digest_and_a_changed_signature_the_signature()
    {
        string signed = TestAuthority.Get().Sign(TestAuthority.Driver(), "signer", "-h", "sha256");
        byte[] bytes = File.ReadAllBytes(signed);
        long table = Assert.Single(PeImage.Read(bytes, "signed.sys").Certificates).Offset;

        byte[] patched = (byte[])bytes.Clone();
        patched[0x420] ^= 1;
        Assert.Equal((false, true), State(patched));

        // The signer's signature is the last that is in it, but for the filling.
        byte[] forged = (byte[])bytes.Clone();
        forged[table + PeImage.Read(bytes, "signed.sys").Certificates[0].Length - 24] ^= 1;
        Assert.Equal((true, false), State(forged));

        static (bool, bool?) State(byte[] file)
        {
            AuthenticodeSignature signature = Assert.Single(AuthenticodeSignatures.Read(PeImage.Read(file, "signed.sys")).Signatures);
            return (signature.DigestMatches, signature.IsSignatureValid);
        }
    }

    [SkippableFact]
    public void An_authority_that_only_takes_microsofts_name_is_none_of_microsofts()
    {
        TestAuthority authority = TestAuthority.Get();
        const string Name = "/C=US/ST=Washington/L=Redmond/O=Microsoft Corporation/CN=Microsoft Root Certificate Authority 2010";
        authority.OpenSsl(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "false.key", "-out", "false.pem", "-config", "authority.cnf", "-extensions", "root", "-subj", Name]);
        authority.OpenSsl(["x509", "-req", "-in", "signer.csr", "-CA", "false.pem", "-CAkey", "false.key", "-CAcreateserial", "-extfile", "authority.cnf", "-extensions", "signer", "-out", "falsely.pem"]);
        File.Copy(authority.Path("signer.key"), authority.Path("falsely.key"), overwrite: true);

        AuthenticodeSignature signature = Assert.Single(Read(authority.Sign(TestAuthority.Driver(), "falsely", "-h", "sha256")).Signatures);

        // Its own root is not in the file: "-ac" adds that of the other authority.
        Assert.Equal((ChainEnd.MissingIssuer, "Microsoft Root Certificate Authority 2010"), (signature.ChainEnd, signature.Root));
        Assert.True(signature.IsSignatureValid);
    }

    private static AuthenticodeSignatures Read(string path)
    {
        using PeImage image = PeImage.Open(path);
        return AuthenticodeSignatures.Read(image);
    }

    private static string Fingerprint(TestAuthority authority, string certificate, string hash) =>
        authority.OpenSsl(["x509", "-in", certificate, "-noout", "-fingerprint", hash]).Split('=')[1].Replace(":", string.Empty, StringComparison.Ordinal).Trim();
}
