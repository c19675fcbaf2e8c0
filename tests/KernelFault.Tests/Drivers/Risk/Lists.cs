using KernelFault.Drivers.Risk.Blocklists;
using KernelFault.Tests.Builders;

namespace KernelFault.Tests.Drivers.Risk;

/// <summary>Small block lists of invented drivers, in the layout of the public ones.</summary>
internal static class Lists
{
    internal const string KnownMd5 = "00112233445566778899aabbccddeeff";
    internal const string KnownAuthenticode = "abababababababababababababababababababab";
    internal const string DeniedSha1 = "0123456789ABCDEF0123456789ABCDEF01234567";
    internal const string DeniedRoot = "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc";
    internal const string DeniedMicrosoftRoot = "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd";

    internal const string LolDrivers = """
        [
            {
                "Id": "11111111-2222-3333-4444-555555555555",
                "Tags": ["badio.sys", "other"],
                "Verified": "TRUE",
                "Category": "vulnerable driver",
                "Commands": { "Command": "sc.exe create badio", "OperatingSystem": "Windows 10" },
                "Resources": ["https://example.org/badio"],
                "KnownVulnerableSamples": [
                    {
                        "Filename": "badio64.sys",
                        "MD5": "00112233445566778899AABBCCDDEEFF",
                        "SHA1": "",
                        "SHA256": "-",
                        "OriginalFilename": "badio.sys",
                        "FileVersion": "7.7.7.7",
                        "Authentihash": { "MD5": "", "SHA1": "abababababababababababababababababababab", "SHA256": "ab" },
                        "Sections": { ".text": { "Entropy": 6.2 } },
                        "ImportedFunctions": ["MmMapIoSpace", "IoCreateDevice"],
                        "Signatures": [{ "Certificates": [{ "TBS": { "SHA1": "0123456789012345678901234567890123456789" } }] }]
                    },
                    { "Filename": "", "SHA256": "7777777777777777777777777777777777777777777777777777777777777777", "FileVersion": "", "Signature": ["a", "b"] }
                ]
            },
            {
                "KnownVulnerableSamples": [
                    { "AuthentihashSHA256": "8888888888888888888888888888888888888888888888888888888888888888", "Authentihash": "", "Signatures": {} }
                ],
                "Category": "malicious",
                "Tags": [],
                "Id": "99999999-2222-3333-4444-555555555555"
            }
        ]
        """;

    internal const string Policy = """
        <?xml version="1.0" encoding="utf-8"?>
        <SiPolicy xmlns="urn:schemas-microsoft-com:sipolicy" PolicyType="Base Policy">
          <VersionEx>10.0.27685.0</VersionEx>
          <EKUs />
          <FileRules>
            <Allow ID="ID_ALLOW_ALL" FriendlyName="everything" FileName="*" />
            <Deny ID="ID_DENY_A" FriendlyName="contoso.sys Hash Sha1" Hash="0123456789ABCDEF0123456789ABCDEF01234567" />
            <Deny ID="ID_DENY_B" FriendlyName="bad I/O driver" FileName="badio.sys " MinimumFileVersion="0.0.0.0" MaximumFileVersion="1.0.4.3" />
            <Deny ID="ID_DENY_C" FriendlyName="old one" FileName="oldone.sys" MinimumFileVersion="4.21.0.0" />
            <FileAttrib ID="ID_FILEATTRIB_D" FriendlyName="" FileName="special.sys" MinimumFileVersion="0.0.0.0" MaximumFileVersion="3.0.0.0" />
            <FileAttrib ID="ID_FILEATTRIB_E" FriendlyName="" ProductName="Special Product" MinimumFileVersion="65535.65535.65535.65535" />
          </FileRules>
          <Signers>
            <Signer ID="ID_SIGNER_1" Name="Some Code Signing CA">
              <CertRoot Type="TBS" Value="CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCC" />
              <CertPublisher Value="Bad Tools Ltd" />
            </Signer>
            <Signer ID="ID_SIGNER_2" Name="Third Party Component CA">
              <CertRoot Type="TBS" Value="DDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDD" />
              <CertOemID Value="Bad Hardware Ltd" />
              <FileAttribRef RuleID="ID_FILEATTRIB_D" />
              <FileAttribRef RuleID="ID_FILEATTRIB_E" />
            </Signer>
            <Signer ID="ID_SIGNER_3" Name="Allowed CA">
              <CertRoot Type="TBS" Value="AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" />
            </Signer>
            <Signer ID="ID_SIGNER_4" Name="CA of a file that is not there">
              <CertRoot Type="TBS" Value="BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB" />
              <FileAttribRef RuleID="ID_FILEATTRIB_MISSING" />
            </Signer>
          </Signers>
          <SigningScenarios>
            <SigningScenario Value="131" ID="ID_SIGNINGSCENARIO_DRIVERS" FriendlyName="drivers">
              <ProductSigners>
                <DeniedSigners>
                  <DeniedSigner SignerId="ID_SIGNER_1" />
                  <DeniedSigner SignerId="ID_SIGNER_2" />
                  <DeniedSigner SignerId="ID_SIGNER_4" />
                </DeniedSigners>
                <FileRulesRef><FileRuleRef RuleID="ID_DENY_A" /></FileRulesRef>
              </ProductSigners>
            </SigningScenario>
            <SigningScenario Value="12" ID="ID_SIGNINGSCENARIO_WINDOWS" FriendlyName="programs">
              <ProductSigners><DeniedSigners><DeniedSigner SignerId="ID_SIGNER_3" /></DeniedSigners></ProductSigners>
            </SigningScenario>
          </SigningScenarios>
          <HvciOptions>0</HvciOptions>
        </SiPolicy>
        """;

    internal static IReadOnlyList<DriverBlocklist> Both { get; } = [Read(LolDrivers), Read(Policy)];

    internal static DriverBlocklist Read(string text)
    {
        using var file = new TemporaryFile(System.Text.Encoding.UTF8.GetBytes(text));
        return DriverBlocklist.Read(file.Path);
    }
}
