using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using KernelFault.Playbooks;
using KernelFault.Playbooks.Signing;

namespace KernelFault.Tests.Playbooks.Signing;

public sealed class PlaybookSigningTests : IDisposable
{
    private static readonly byte[] s_playbook = Encoding.UTF8.GetBytes("version: 1\r\nname: one\nsteps: []\n");

    private readonly X509Certificate2 _signer = TestCertificate.Make("Operations");
    private readonly X509Certificate2 _other = TestCertificate.Make("Somebody");
    private readonly string _folder = Directory.CreateTempSubdirectory("kf-sign").FullName;

    public void Dispose()
    {
        _signer.Dispose();
        _other.Dispose();
        Directory.Delete(_folder, true);
    }

    [Fact]
    public void WhoIsOnTheListIsTrusted()
    {
        PlaybookSignature answer = Of(_signer).Verify(s_playbook, new PlaybookSigner(_signer).Sign(s_playbook));

        Assert.Equal(SignatureStatus.Valid, answer.Status);
        Assert.Equal("CN=Operations", answer.Subject);
        Assert.Equal("CN=Operations", answer.Issuer);
        Assert.Equal(_signer.Thumbprint, answer.Thumbprint);
        Assert.Equal(Convert.ToHexString(SHA256.HashData(_signer.RawData)), answer.Fingerprint);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(s_playbook)), answer.Hash);
        Assert.InRange(answer.SigningTime!.Value, DateTime.UtcNow.AddMinutes(-2), DateTime.UtcNow);
        Assert.Empty(answer.Warnings);
    }

    [Fact]
    public void WithoutASignatureNothingIsSigned() => Assert.Equal(SignatureStatus.NotSigned, Of(_signer).Verify(s_playbook, null).Status);

    [Fact]
    public void OneChangedByteOfThePlaybookIsSeen()
    {
        byte[] signature = new PlaybookSigner(_signer).Sign(s_playbook);
        for (int i = 0; i < s_playbook.Length; i++)
        {
            byte[] changed = [.. s_playbook];
            changed[i] ^= 1;
            Assert.Equal(SignatureStatus.Invalid, Of(_signer).Verify(changed, signature).Status);
        }

        Assert.Equal(SignatureStatus.Invalid, Of(_signer).Verify([], signature).Status);
        Assert.Equal(SignatureStatus.Invalid, Of(_signer).Verify([.. s_playbook, 0x0A], signature).Status);
    }

    [Fact]
    public void AChangedSignatureIsNeverAnErrorAndNeverCountsForAnotherSigner()
    {
        byte[] signature = new PlaybookSigner(_signer).Sign(s_playbook);
        PlaybookTrust trust = Of(_signer);
        for (int i = 0; i < signature.Length; i++)
        {
            byte[] changed = [.. signature];
            changed[i] ^= 0x55;
            PlaybookSignature answer = trust.Verify(s_playbook, changed);
            Assert.True(answer.Status != SignatureStatus.Valid || answer.Thumbprint == _signer.Thumbprint, $"byte {i}: {answer}");
            Assert.NotEmpty(answer.Reason);
        }

        // The last bytes are the signature itself.
        byte[] last = [.. signature];
        last[^1] ^= 1;
        Assert.Equal(SignatureStatus.Invalid, trust.Verify(s_playbook, last).Status);
        for (int length = 0; length < signature.Length; length += 7)
        {
            Assert.Equal(SignatureStatus.Invalid, trust.Verify(s_playbook, signature.AsSpan(0, length).ToArray()).Status);
        }
    }

    [Fact]
    public void AnotherSignerIsNotTrusted()
    {
        byte[] signature = new PlaybookSigner(_other).Sign(s_playbook);

        PlaybookSignature answer = Of(_signer).Verify(s_playbook, signature);
        Assert.Equal(SignatureStatus.Untrusted, answer.Status);
        Assert.Equal("CN=Somebody", answer.Subject);
        Assert.Equal(SignatureStatus.Untrusted, new PlaybookTrust([]).Verify(s_playbook, signature).Status);
    }

    [Fact]
    public void ACertificateThatHasEndedDoesNotCountEvenOnTheList()
    {
        using X509Certificate2 ended = TestCertificate.Make("Ended", from: DateTimeOffset.UtcNow.AddDays(-9), to: DateTimeOffset.UtcNow.AddDays(-2));
        using X509Certificate2 early = TestCertificate.Make("Early", from: DateTimeOffset.UtcNow.AddDays(2));

        Assert.Equal(SignatureStatus.Expired, Of(ended).Verify(s_playbook, Cms(ended)).Status);
        Assert.Equal(SignatureStatus.NotYetValid, Of(early).Verify(s_playbook, Cms(early)).Status);
        Assert.Contains("not valid now", Assert.Throws<PlaybookException>(() => new PlaybookSigner(ended)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AChainToARootOfTheMachineIsTrusted()
    {
        using X509Certificate2 root = TestCertificate.Make("Root", usage: null, isAuthority: true);
        using X509Certificate2 issued = TestCertificate.Make("Issued", issuer: root, to: DateTimeOffset.UtcNow.AddDays(5));
        using X509Certificate2 site = TestCertificate.Make("www", TestCertificate.ServerAuthentication, root, to: DateTimeOffset.UtcNow.AddDays(5));
        using X509Certificate2 open = TestCertificate.Make("Any", null, root, to: DateTimeOffset.UtcNow.AddDays(5));
        var trust = new PlaybookTrust([], () =>
        {
            X509Chain chain = OfflineChain.OfMachine();
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.Add(root);
            return chain;
        });

        Assert.Equal(SignatureStatus.Valid, trust.Verify(s_playbook, new PlaybookSigner(issued).Sign(s_playbook)).Status);
        Assert.Equal(SignatureStatus.Untrusted, trust.Verify(s_playbook, new PlaybookSigner(_other).Sign(s_playbook)).Status);
        Assert.Equal(SignatureStatus.Untrusted, trust.Verify(s_playbook, new PlaybookSigner(site).Sign(s_playbook)).Status);
        PlaybookSignature any = trust.Verify(s_playbook, new PlaybookSigner(open).Sign(s_playbook));
        Assert.Equal(SignatureStatus.Valid, any.Status);
        Assert.Contains("code signing", Assert.Single(any.Warnings), StringComparison.Ordinal);
        Assert.Equal(SignatureStatus.Untrusted, Of(_signer).Verify(s_playbook, new PlaybookSigner(issued).Sign(s_playbook)).Status);
    }

    [Fact]
    public void ASignatureWithContentOfItsOwnIsNotOneOfThePlaybook()
    {
        var cms = new SignedCms(new ContentInfo("something else"u8.ToArray()), detached: false);
        cms.ComputeSignature(new CmsSigner(_signer) { DigestAlgorithm = new Oid("2.16.840.1.101.3.4.2.1"), IncludeOption = X509IncludeOption.EndCertOnly });

        Assert.Equal(SignatureStatus.Invalid, Of(_signer).Verify(s_playbook, cms.Encode()).Status);
    }

    [Fact]
    public void OldHashesAndShortKeysDoNotCount()
    {
        using X509Certificate2 weak = TestCertificate.Make("Weak", bits: 1024);

        Assert.Equal(SignatureStatus.Invalid, Of(_signer).Verify(s_playbook, Cms(_signer, hash: "1.3.14.3.2.26")).Status);
        Assert.Equal(SignatureStatus.Invalid, Of(weak).Verify(s_playbook, Cms(weak)).Status);
        Assert.Equal(SignatureStatus.Valid, Of(_signer).Verify(s_playbook, Cms(_signer)).Status);
    }

    [Fact]
    public void AHugeOrNestedSignatureIsAnsweredAtOnce()
    {
        byte[] nested = new byte[SignatureFile.MaximumLength];
        for (int i = 0; i + 4 <= nested.Length; i += 4)
        {
            (nested[i], nested[i + 1], nested[i + 2], nested[i + 3]) = (0x30, 0x82, 0xFF, 0xFF);
        }

        Assert.Equal(SignatureStatus.Invalid, Of(_signer).Verify(s_playbook, nested).Status);
        Assert.Equal(SignatureStatus.Invalid, Of(_signer).Verify(s_playbook, new byte[SignatureFile.MaximumLength + 1]).Status);
        Assert.Equal(SignatureStatus.Invalid, Of(_signer).Verify(s_playbook, "-----BEGIN CMS-----\nMII"u8.ToArray()).Status);

        string path = Path.Combine(_folder, "big.yaml");
        File.WriteAllBytes(SignatureFile.PathOf(path), new byte[SignatureFile.MaximumLength + 1]);
        Assert.Throws<PlaybookException>(() => SignatureFile.Read(path));
        Assert.Null(SignatureFile.Read(Path.Combine(_folder, "none.yaml")));
    }

    [Fact]
    public void ASignerIsNamedByThumbprintOrFile()
    {
        byte[] signature = new PlaybookSigner(_signer).Sign(s_playbook);
        string file = Path.Combine(_folder, "signer.cer");
        File.WriteAllText(file, _signer.ExportCertificatePem());
        string colons = string.Join(':', Convert.ToHexStringLower(SHA256.HashData(_signer.RawData)).Chunk(2).Select(pair => new string(pair)));

        Assert.All([_signer.Thumbprint, colons, file], text => Assert.Equal(SignatureStatus.Valid, new PlaybookTrust([TrustedSigner.Parse(text)]).Verify(s_playbook, signature).Status));
        File.WriteAllText(file, "no certificate");
        Assert.Throws<PlaybookException>(() => TrustedSigner.Parse(file));
        Assert.Throws<PlaybookException>(() => TrustedSigner.Parse("operations"));
    }

    [Fact]
    public void WithoutAPrivateKeyNothingIsSigned()
    {
        using X509Certificate2 half = X509CertificateLoader.LoadCertificate(_signer.RawData);

        Assert.Contains("private key", Assert.Throws<PlaybookException>(() => new PlaybookSigner(half)).Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void OpensslVerifiesWhatWeSign()
    {
        ExternalProgram.Require("openssl");
        string playbook = Write("one.yaml", s_playbook);
        Write("one.yaml.p7s", new PlaybookSigner(_signer).Sign(s_playbook));
        File.WriteAllText(Path.Combine(_folder, "signer.pem"), _signer.ExportCertificatePem());

        string[] verify = ["cms", "-verify", "-binary", "-inform", "DER", "-in", "one.yaml.p7s", "-content", "one.yaml", "-CAfile", "signer.pem", "-purpose", "any", "-out", "verified"];
        ExternalProgram.Run(_folder, "openssl", verify);
        Assert.Equal(s_playbook, File.ReadAllBytes(Path.Combine(_folder, "verified")));

        File.AppendAllText(playbook, " ");
        Assert.NotEqual(0, ExternalProgram.TryRun(_folder, "openssl", verify).Exit);
    }

    [SkippableTheory]
    [InlineData("DER", Valid, "-md", "sha256")]
    [InlineData("PEM", Valid, "-md", "sha384")]
    [InlineData("DER", Valid, "-md", "sha256", "-keyopt", "rsa_padding_mode:pss", "-keyopt", "rsa_pss_saltlen:-1")]
    [InlineData("DER", Valid, "-md", "sha512", "-keyid")]
    [InlineData("DER", SignatureStatus.Invalid, "-md", "sha1")]
    [InlineData("DER", SignatureStatus.Invalid, "-nodetach")]
    [InlineData("DER", SignatureStatus.Invalid, "-noattr")]
    [InlineData("DER", SignatureStatus.Invalid, "-nocerts")]
    public void WhatOpensslSignsIsVerified(string form, SignatureStatus expected, params string[] options)
    {
        ExternalProgram.Require("openssl");
        Write("one.yaml", s_playbook);
        ExternalProgram.Run(_folder, "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "cert.pem", "-days", "3", "-subj", "/CN=OpenSSL", "-addext", "extendedKeyUsage=codeSigning");
        ExternalProgram.Run(_folder, "openssl", ["cms", "-sign", "-binary", "-in", "one.yaml", "-signer", "cert.pem", "-inkey", "key.pem", "-outform", form, "-out", "one.yaml.p7s", .. options]);

        byte[]? signature = SignatureFile.Read(Path.Combine(_folder, "one.yaml"));
        var trust = new PlaybookTrust([TrustedSigner.Parse(Path.Combine(_folder, "cert.pem"))]);
        PlaybookSignature answer = trust.Verify(s_playbook, signature);

        Assert.True(expected == answer.Status, answer.Reason);
        Assert.NotEqual(Valid, trust.Verify([.. s_playbook, 1], signature).Status);
    }

    private const SignatureStatus Valid = SignatureStatus.Valid;

    private static PlaybookTrust Of(X509Certificate2 certificate) => new([TrustedSigner.Of(certificate)]);

    private static byte[] Cms(X509Certificate2 certificate, string hash = "2.16.840.1.101.3.4.2.1")
    {
        var cms = new SignedCms(new ContentInfo(s_playbook), detached: true);
        var signer = new CmsSigner(certificate) { DigestAlgorithm = new Oid(hash), IncludeOption = X509IncludeOption.EndCertOnly };
        signer.SignedAttributes.Add(new Pkcs9SigningTime(DateTime.UtcNow));
        cms.ComputeSignature(signer);
        return cms.Encode();
    }

    private string Write(string name, byte[] content)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, content);
        return path;
    }
}
