using System.IO.Compression;
using KernelFault.Dumps;
using KernelFault.Dumps.Linux;
using KernelFault.Formats;
using KernelFault.Memory;
using KernelFault.Tests.Builders;
using KernelFault.Tests.Formats.Compression;

namespace KernelFault.Tests.Dumps;

/// <summary>Dumps packed as a whole.</summary>
public sealed class PackedFileTests
{
    [SkippableTheory]
    [InlineData("gzip", "-c")]
    [InlineData("xz", "-c")]
    [InlineData("xz", "-c --check=sha256 --block-size=100000")]
    [InlineData("zstd", "-q -c")]
    [InlineData("zstd", "-q -c --ultra -22")]
    public void A_packed_dump_is_read_like_the_dump(string program, string arguments)
    {
        Skip.IfNot(Samples.IsInstalled(program), $"The {program} program is not installed.");
        byte[] content = Content();
        byte[] packed = Samples.Run(program, arguments, content);
        using var file = new TemporaryFile(packed);
        int before = TemporaryFiles();
        using (LinuxVmcore dump = Assert.IsType<LinuxVmcore>(CrashDump.Open(file.Path)))
        {
            Assert.Equal(program, dump.Packing);
            Assert.Equal(file.Path, dump.Path);
            Assert.Equal(packed.Length, dump.Length);
            Assert.Equal("6.9.0-contoso", dump.Info!.Release);
            byte[] page = new byte[4096];
            Assert.Equal(page.Length, dump.Memory.Read(new PhysicalAddress(0x3FF * 4096), page));
            Assert.Equal(VmcoreParts.Page(0x3FF), page);
        }

        Assert.Equal(before, TemporaryFiles());
    }

    [Fact]
    public void What_packs_no_dump_is_refused_at_its_start()
    {
        using var file = new TemporaryFile(Gzip([.. Enumerable.Range(0, 1 << 20).Select(i => (byte)(i % 3))]));
        int before = TemporaryFiles();

        DumpFormatException error = Assert.Throws<DumpFormatException>(() => CrashDump.Open(file.Path));

        Assert.Contains("packs no crash dump", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, TemporaryFiles());
    }

    [Fact]
    public void A_packed_dump_cut_short_is_a_format_error_or_read_as_far_as_it_goes()
    {
        byte[] packed = Gzip(Content());
        using var file = new TemporaryFile(packed.AsSpan(0, packed.Length / 2));

        try
        {
            using CrashDump dump = CrashDump.Open(file.Path);
            Assert.NotEmpty(dump.Warnings);
        }
        catch (DumpFormatException error)
        {
            Assert.Contains(file.Path, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Unpacking_stops_when_told_to()
    {
        using var file = new TemporaryFile(Gzip(Content()));
        int before = TemporaryFiles();

        Assert.ThrowsAny<OperationCanceledException>(() => CrashDump.Open(file.Path, new CancellationToken(canceled: true)));
        Assert.Equal(before, TemporaryFiles());
    }

    private static byte[] Content() => new ElfVmcoreBuilder { Loads = [(0, 0xFFFF_8880_0000_0000, 1024, 1024)] }.Build();

    private static int TemporaryFiles() => Directory.GetFiles(Path.GetTempPath(), "kernelfault-*.dump").Length;

    private static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(bytes);
        }

        return packed.ToArray();
    }
}
