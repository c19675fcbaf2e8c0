using System.Buffers.Binary;
using KernelFault.Formats.Pe;

namespace KernelFault.Tests.Formats.Pe;

/// <summary>A real signed x64 driver, with the PDB that its linker wrote.</summary>
public sealed class RealDriverTests
{
    [SkippableFact]
    public void The_driver_names_the_pdb_that_lies_beside_it()
    {
        using PeImage image = PeImage.Open(Corpus.File("corpus/drivers/systeminformer.sys"));
        byte[] pdb = File.ReadAllBytes(Corpus.File("corpus/drivers/systeminformer.pdb"));
        Assert.NotNull(image.CodeView);
        Assert.Equal("systeminformer.pdb", image.CodeView.PdbName, ignoreCase: true);
        Assert.Equal(PdbGuid(pdb), image.CodeView.Guid);
    }

    [SkippableFact]
    public void The_driver_tells_who_made_it_and_what_it_is()
    {
        using PeImage image = PeImage.Open(Corpus.File("corpus/drivers/systeminformer.sys"));
        Assert.Equal(PeHeader.MachineAmd64, image.Header.Machine);
        Assert.Equal(1, image.Header.Subsystem);
        Assert.Contains(image.Sections, section => section is { Name: "PAGE", IsExecutable: true });
        Assert.Contains(image.Sections, section => section is { Name: "INIT", IsDiscardable: true });
        PeVersionInfo version = Assert.IsType<PeVersionInfo>(image.Version);
        Assert.Contains("System Informer", version.FileDescription ?? version.ProductName, StringComparison.OrdinalIgnoreCase);
        Assert.Matches(@"^\d+\.\d+\.\d+\.\d+$", version.FixedFileVersion!);
        Assert.Equal("systeminformer.sys", version.OriginalFilename, ignoreCase: true);
    }

    // MSF 7.00: the stream directory's page list, then the sizes and pages of the streams; stream 1 holds version, signature, age, GUID.
    private static Guid PdbGuid(byte[] pdb)
    {
        int page = (int)U32(pdb, 32);
        int directoryBytes = (int)U32(pdb, 44);
        int map = (int)U32(pdb, 52) * page;
        var directory = new List<byte>();
        for (int i = 0; i < (directoryBytes + page - 1) / page; i++)
        {
            directory.AddRange(pdb.AsSpan((int)U32(pdb, map + (i * 4)) * page, page).ToArray());
        }

        byte[] bytes = [.. directory];
        int streams = (int)U32(bytes, 0);
        int firstPages = ((int)U32(bytes, 4) + page - 1) / page;
        int stream1 = (int)U32(bytes, 4 + (streams * 4) + (firstPages * 4)) * page;
        return new Guid(pdb.AsSpan(stream1 + 12, 16));
    }

    private static uint U32(byte[] bytes, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(offset));
}
