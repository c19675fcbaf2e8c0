using KernelFault.Drivers;
using KernelFault.Formats.Authenticode;
using KernelFault.Formats.Elf;
using KernelFault.Formats.Pe;
using KernelFault.Formats.Registry;
using KernelFault.Tests.Builders;

namespace KernelFault.Tests.Hostile;

/// <summary>A whole file of each format that tells of drivers: signed images, hives, catalogues, modules.</summary>
internal static class HostileDriverFormats
{
    internal static IReadOnlyList<HostileFormat> All { get; } =
    [
        new HostileFormat("signed driver", SignedFiles.Driver, Words(SignedFiles.Driver), "kftest.sys", AskImage),
        Hive(),
        new HostileFormat("security catalogue", CatalogBuilder.Build(), [], "kftest.cat", AskCatalogue),
        new HostileFormat("Linux module", SignedFiles.Module, Words(SignedFiles.Module), "kftest.ko", AskModule),
    ];

    internal static void AskImage(string path)
    {
        using PeImage image = PeImage.Open(path);
        _ = image.Exports.Count + image.ExportTable.Count + image.Imports.Sum(import => import.Functions.Count) + image.DebugEntries.Count;
        _ = image.LoadConfiguration;
        _ = image.Version;
        _ = image.LinkTime;
        _ = image.Overlay;
        _ = image.ComputeCheckSum();
        _ = AuthenticodeSignatures.Read(image).Signatures.Count(signature => signature.IsTestSigned || signature.WasCertificateValid == true);
        using PeImage loaded = PeImage.Read(File.ReadAllBytes(path), path, loaded: true);
        _ = loaded.Imports.Count + loaded.ExportTable.Count + loaded.Certificates.Count;
        _ = DriverFile.Read(path).Image;
    }

    private static void AskHive(string path)
    {
        using HiveFile hive = HiveFile.Open(path);
        Walk(hive.Root);
        _ = hive.Find(@"Lists\Roots\Child6")?.Path;
        _ = hive.Warnings.Count;
    }

    private static void Walk(HiveKey key)
    {
        _ = key.ClassName;
        foreach (HiveValue value in key.Values)
        {
            _ = value.Text;
            _ = value.Texts;
            _ = value.Number;
            _ = value.ReadData();
        }

        foreach (HiveKey child in key.SubKeys)
        {
            Walk(child);
        }
    }

    private static void AskCatalogue(string path)
    {
        SecurityCatalog catalogue = SecurityCatalog.Open(path);
        _ = catalogue.Find(CatalogBuilder.Sha256);
        _ = catalogue.Chain.Count;
    }

    private static void AskModule(string path)
    {
        LinuxModuleFile module = LinuxModuleFile.Open(path);
        _ = module.Dependencies.Count + module.Parameters.Count + module.Name.Length + module.Aliases.Count;
    }

    private static HostileFormat Hive()
    {
        var builder = new HiveBuilder();
        byte[] bytes = builder.Build(HiveBuilder.Sample);
        return new HostileFormat("registry hive", bytes, builder.Fields, "SYSTEM", AskHive);
    }

    // Headers and tables are words; a signature is lengths of one byte.
    private static IReadOnlyList<DumpField> Words(byte[] bytes) =>
    [
        .. Enumerable.Range(0, bytes.Length / 4).Where(i => BitConverter.ToUInt32(bytes, i * 4) != 0).Select(i => new DumpField("word", i * 4, 4)),
        .. Enumerable.Range(0, bytes.Length).Where(i => bytes[i] is 0x30 or 0x31 or 0xA0 or 0xA1 or 0x02 or 0x04 or 0x06).Select(i => new DumpField("element", i, 2)),
    ];
}
