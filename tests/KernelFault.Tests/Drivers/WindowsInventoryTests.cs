using System.Text.Json.Nodes;
using KernelFault.Drivers;
using KernelFault.Drivers.Windows;
using KernelFault.Formats;
using KernelFault.Hosts;
using KernelFault.Tests.Formats.Authenticode;
using KernelFault.Tests.Formats.Pe;

namespace KernelFault.Tests.Drivers;

/// <summary>The inventory script, run by a real PowerShell on real files; what only Windows has stands in for by functions of the same name.</summary>
public sealed class WindowsInventoryTests
{
    private static readonly Lazy<(string Json, string Folder)> s_written = new(Write);

    [SkippableFact]
    public void One_round_trip_gives_services_devices_packages_and_files()
    {
        (DriverInventory inventory, FakeHost host) = Inventory();
        using FakeHost asked = host;

        Assert.Equal(["driver-inventory"], host.Calls);
        Assert.Equal(DriverSource.Inventory, inventory.Source);
        Assert.Equal(["Contoso UEFI Firmware", "gone", "kfgood", "kfsigned"], inventory.Drivers.Select(driver => driver.Name));
        KernelDriver good = inventory.Drivers[2];
        Assert.Equal(("Contoso Gerät", KernelDriverState.Running, DriverStartType.Manual, KernelDriverKind.Minifilter, "389991"), (good.DisplayName, good.State, good.StartType, good.Kind, good.Altitude));
        Assert.Equal(("oem7.inf", "kfgood.inf", "Contoso", "9.8.7.6", "NET"), (good.PublishedName, good.InfName, good.Provider, good.DriverVersion, good.Class));
        Assert.Equal(new DateTime(2024, 2, 29, 0, 0, 0, DateTimeKind.Utc), good.DriverDate);
        Assert.Equal([new DriverDevice("Contoso Card", @"PCI\VEN_1234\1")], good.Devices);
        Assert.Equal(["FltMgr", "NDIS"], good.Dependencies);
        Assert.Equal("FSFilter Activity Monitor", good.LoadOrderGroup);
        Assert.Equal((DriverSignatureStatus.Unsigned, true), (good.Signature!.Status, good.IsThirdParty));
        Assert.Equal(KernelDriverKind.Firmware, inventory.Drivers[0].Kind);
        Assert.Equal("Its file is not there.", Assert.Single(inventory.Drivers[1].Warnings));
    }

    [SkippableFact]
    public void What_was_sent_of_a_file_says_the_same_as_the_whole_file()
    {
        (DriverInventory inventory, FakeHost host) = Inventory();
        using FakeHost asked = host;
        KernelDriver remote = inventory.Drivers.Single(driver => driver.Name == "kfgood");
        KernelDriver local = DriverFile.Read(remote.Path!);

        Assert.Equal(local.Sha256, remote.Sha256);
        Assert.Equal((local.FileSize, local.Size, local.TimeDateStamp, local.PdbId, local.PdbName, local.LinkTime), (remote.FileSize, remote.Size, remote.TimeDateStamp, remote.PdbId, remote.PdbName, remote.LinkTime));
        Assert.Equal(local.Image!.Imports, remote.Image!.Imports);
        Assert.Equal(local.Image.Sections, remote.Image.Sections);
        Assert.Equal((local.Image.HasControlFlowGuard, local.Image.IsCetCompatible, local.Image.CheckSum), (remote.Image.HasControlFlowGuard, remote.Image.IsCetCompatible, remote.Image.CheckSum));
        Assert.Null(remote.Image.ComputedCheckSum);
        Assert.Null(remote.Image.DeviceNames);
    }

    [SkippableFact]
    public void A_signature_is_read_from_the_file_and_judged_by_the_machine()
    {
        (DriverInventory inventory, FakeHost host) = Inventory();
        using FakeHost asked = host;
        KernelDriver remote = inventory.Drivers.Single(driver => driver.Name == "kfsigned");
        KernelDriver local = DriverFile.Read(remote.Path!);

        Assert.Equal((DriverSigningKind.Test, "KernelFault Test signer", false), (remote.Signature!.SigningKind, remote.Signature.Signer, remote.Signature.HasTimestamp));
        Assert.Equal(local.Signature!.CertificateHashes, remote.Signature.CertificateHashes);
        Assert.Equal(local.Signature.Thumbprint, remote.Signature.Thumbprint);
        Assert.Equal(local.AuthenticodeSha256, remote.AuthenticodeSha256);
        Assert.Equal(DriverSignatureStatus.Untrusted, remote.Signature.Status);
    }

    [SkippableFact]
    public void On_this_machine_the_files_are_read_whole()
    {
        JsonNode inventory = JsonNode.Parse(s_written.Value.Json)!;
        inventory["files"] = new JsonArray();
        string? options = null;
        using var host = new FakeHost(HostPlatform.Windows, HostKind.Local)
        {
            Script = call =>
            {
                options = call.Json;
                return new ScriptResult(inventory.ToJsonString(), [], TimeSpan.Zero);
            },
        };

        IReadOnlyList<KernelDriver> drivers = DriverInventory.Read(host, CancellationToken.None).Drivers;

        Assert.Equal("{\"files\":false}", options);
        KernelDriver good = drivers.Single(driver => driver.Name == "kfgood");
        Assert.Equal(DriverFile.Read(good.Path!).Sha256, good.Sha256);
        Assert.Contains(@"\Device\KfGood", good.Image!.DeviceNames!);
        Assert.Equal((DriverSignatureStatus.Unknown, "389991", "Contoso"), (good.Signature!.Status, good.Altitude, good.Provider));
        Assert.Equal("Its file is not there.", Assert.Single(drivers.Single(driver => driver.Name == "gone").Warnings));
    }

    [SkippableFact]
    public void A_source_that_fails_is_a_warning_and_not_nothing()
    {
        JsonNode inventory = JsonNode.Parse(s_written.Value.Json)!;
        inventory["devices"] = null;
        inventory["keys"] = "not a list";
        inventory["warnings"] = new JsonArray("Win32_PnPSignedDriver: Invalid class");
        inventory["files"]![0]!["originalName"] = "kftest.sys";

        DriverInventory read = new WindowsInventory("test", DateTimeOffset.UtcNow).Parse(inventory.ToJsonString());

        Assert.Equal(["Win32_PnPSignedDriver: Invalid class"], read.Warnings);
        KernelDriver good = read.Drivers.Single(driver => driver.Name == "kfgood");
        Assert.Equal((DriverStartType.Manual, KernelDriverState.Running, "kftest.sys"), (good.StartType, good.State, good.OriginalFileName));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"format\":\"something else\"}")]
    [InlineData("{\"format\":\"kernelfault-windows-drivers 1\",\"services\":[{\"name\":\"\\ud800\"}]}")]
    public void What_is_no_inventory_is_a_format_error(string json) => Assert.Throws<DumpFormatException>(() => new WindowsInventory("test", DateTimeOffset.UtcNow).Parse(json));

    [Fact]
    public void Names_are_made_safe_to_show()
    {
        string json = "{\"format\":\"kernelfault-windows-drivers 1\",\"services\":[{\"name\":\"a\\u001b[2Jb\",\"path\":\"C:\\\\a.sys\"}]}";

        Assert.Equal("a\\u001b[2Jb", Assert.Single(new WindowsInventory("test", DateTimeOffset.UtcNow).Parse(json).Drivers).Name);
    }

    internal static string Json() => s_written.Value.Json;

    private static (DriverInventory Inventory, FakeHost Host) Inventory()
    {
        var host = new FakeHost(HostPlatform.Windows, HostKind.PowerShellSession) { Script = _ => new ScriptResult(s_written.Value.Json, [], TimeSpan.Zero) };
        return (DriverInventory.Read(host, CancellationToken.None), host);
    }

    private static (string Json, string Folder) Write()
    {
        ExternalProgram.Require("pwsh");
        string folder = SharedFolder.Make("inventory");
        TestAuthority authority = TestAuthority.Get();
        File.Copy(TestDriver.Build("good", "x86_64").Path, Path.Combine(folder, "kfgood.sys"));
        File.Copy(authority.Sign(TestAuthority.Driver()), Path.Combine(folder, "kfsigned.sys"));
        File.Copy(authority.Path("signer.pem"), Path.Combine(folder, "signer.pem"));
        File.WriteAllText(Path.Combine(folder, "windows-drivers.ps1"), HostScript.Read("Drivers.windows-drivers.ps1"));
        File.WriteAllText(Path.Combine(folder, "run.ps1"), """
            function Get-CimInstance {
                param($ClassName)
                if ($ClassName -eq 'Win32_SystemDriver') {
                    foreach ($name in 'kfgood', 'kfsigned', 'gone') {
                        [pscustomobject]@{ Name = $name; DisplayName = 'Contoso Gerät'; Description = 'Contoso Gerät'; PathName = "$PSScriptRoot/$name.sys"; State = 'Running'; StartMode = 'Manual'; ServiceType = 'Kernel Driver' }
                    }
                } else {
                    [pscustomobject]@{ DeviceID = 'PCI\VEN_1234\1'; DeviceName = 'Contoso Card'; DeviceClass = 'NET'; InfName = 'oem7.inf'; DriverProviderName = 'Contoso'; DriverVersion = '9.8.7.6'; DriverDate = [datetime]::new(2024, 2, 29, 0, 0, 0, [DateTimeKind]::Utc).ToLocalTime() }
                    [pscustomobject]@{ DeviceID = 'UEFI\RES_1\0'; DeviceName = 'Contoso UEFI Firmware'; DeviceClass = 'FIRMWARE'; InfName = 'oem8.inf'; DriverProviderName = 'Contoso'; DriverVersion = '1.2' }
                }
            }
            function Get-ItemProperty {
                param($LiteralPath, $Name)
                switch -Wildcard ($LiteralPath) {
                    '*\Enum\PCI\VEN_1234\1' { return [pscustomobject]@{ Service = 'kfgood' } }
                    '*\Services\kfgood' { return [pscustomobject]@{ Start = 3; Group = 'FSFilter Activity Monitor'; DependOnService = 'FltMgr', 'NDIS' } }
                    '*\kfgood\Parameters\Instances' { return [pscustomobject]@{ DefaultInstance = 'Mine' } }
                    '*\kfgood\Parameters\Instances\Mine' { return [pscustomobject]@{ Altitude = '389992' } }
                    '*oem7.inf' { return [pscustomobject]@{ Active = 'kfgood.inf_amd64_0123456789abcdef' } }
                }
                throw "Cannot find path '$LiteralPath'"
            }
            function Get-ChildItem { param($LiteralPath, $ErrorAction) [pscustomobject]@{ PSChildName = 'oem7.inf'; PSPath = $LiteralPath + '\oem7.inf' } }
            function Get-AuthenticodeSignature {
                param($LiteralPath)
                if ($LiteralPath -like '*signed*') {
                    [pscustomobject]@{ Status = 'Valid'; SignatureType = 'Authenticode'; SignerCertificate = [Security.Cryptography.X509Certificates.X509Certificate2]::new("$PSScriptRoot/signer.pem") }
                } else {
                    [pscustomobject]@{ Status = 'NotSigned' }
                }
            }
            function fltmc.exe { 'Filter Name                     Num Instances    Altitude    Frame', 'kfgood                                 3       389991         0' }
            & ([scriptblock]::Create((Get-Content -Raw -LiteralPath "$PSScriptRoot/windows-drivers.ps1"))) '{"sectionBytes":262144}'
            """);
        return (ExternalProgram.Run(folder, "pwsh", "-NoProfile", "-NonInteractive", "-File", Path.Combine(folder, "run.ps1")), folder);
    }
}
