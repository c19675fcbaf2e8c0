using KernelFault.Formats;
using KernelFault.Formats.Authenticode;
using KernelFault.Formats.Pkcs7;
using KernelFault.Tests.Builders;

namespace KernelFault.Tests.Formats.Authenticode;

/// <summary>A catalogue written here and signed by osslsigncode.</summary>
public sealed class SecurityCatalogTests
{
    private const string Sha1 = CatalogBuilder.Sha1;
    private const string Sha256 = CatalogBuilder.Sha256;

    [SkippableFact]
    public void A_signed_catalogue_names_its_members_and_its_signer()
    {
        TestAuthority authority = TestAuthority.Get();
        File.WriteAllBytes(authority.Path("drivers.cat"), CatalogBuilder.Build());
        SecurityCatalog catalog = SecurityCatalog.Open(authority.Sign(authority.Path("drivers.cat"), "signer", "-h", "sha256"));

        Assert.Equal(Expected, catalog.Members);
        Assert.Equal("KernelFault Test signer", catalog.Signer!.CommonName);
        Assert.Equal((ChainEnd.SelfSigned, true), (catalog.ChainEnd, catalog.IsSignatureValid));
        Assert.Empty(catalog.Warnings);
    }

    [Fact]
    public void Members_are_found_by_their_hash_in_any_case()
    {
        SecurityCatalog catalog = SecurityCatalog.Read(CatalogBuilder.Build(), "drivers.cat");

        Assert.Equal("contoso.sys", catalog.Find(Sha256.ToLowerInvariant())!.FileName);
        Assert.Null(catalog.Find(Sha256.Replace('4', '5')));
        Assert.Equal(new DateTimeOffset(2026, 2, 3, 4, 5, 6, TimeSpan.Zero), catalog.Issued);
        Assert.Equal((null, ChainEnd.NoCertificate), (catalog.IsSignatureValid, catalog.ChainEnd));
    }

    [Fact]
    public void A_cut_catalogue_is_refused_by_name()
    {
        byte[] bytes = CatalogBuilder.Build();
        for (int length = 0; length < bytes.Length; length += 7)
        {
            DumpFormatException error = Assert.Throws<DumpFormatException>(() => SecurityCatalog.Read(bytes.AsMemory(0, length), "drivers.cat"));
            Assert.Equal("drivers.cat", error.Path);
        }
    }

    private static CatalogMember[] Expected { get; } =
    [
        new(Sha1, "SHA1", "old.sys", "2:6.1"),
        new(Sha256, "SHA256", "contoso.sys", "2:10.0"),
        new(Sha256.Replace('F', 'E'), "SHA256", null, null),
    ];
}
