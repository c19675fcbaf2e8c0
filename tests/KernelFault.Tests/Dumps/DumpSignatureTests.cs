using KernelFault.Dumps;
using KernelFault.Formats;
using KernelFault.Tests.Builders;

namespace KernelFault.Tests.Dumps;

/// <summary>A file that is no dump is named for what it is.</summary>
public class DumpSignatureTests
{
    [Theory]
    [InlineData("504b030414000000", "ZIP")]
    [InlineData("1f8b0800", "gzip")]
    [InlineData("4d5a9000", "PE")]
    [InlineData("7265676601000000", "registry hive")]
    [InlineData("456c6646696c6500", "event log")]
    [InlineData("5041474558585858", "PAGE")]
    [InlineData("48656c6c6f0d0a", "text")]
    [InlineData("", "empty")]
    [InlineData("00000000000000000000", "all 10 bytes are zero")]
    [InlineData("ffffffffffff", "FF bytes")]
    [InlineData("0102030405060708", "01 02 03 04 05 06 07 08")]
    public void The_error_says_what_the_file_is_and_what_was_expected(string hex, string told)
    {
        using var file = new TemporaryFile(Convert.FromHexString(hex));

        DumpFormatException error = Assert.Throws<DumpFormatException>(() => CrashDump.Open(file.Path));

        Assert.Equal(file.Path, error.Path);
        Assert.Equal(0, error.Offset);
        Assert.Contains(told, error.Message, StringComparison.Ordinal);
        Assert.Contains("PAGEDU64", error.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_dump_that_the_disk_zeroed_is_told_apart()
    {
        string path = Corpus.WindowsDump("damaged_zeroed.dmp");

        DumpFormatException error = Assert.Throws<DumpFormatException>(() => CrashDump.Open(path));

        Assert.Contains("all 286864 bytes are zero bytes: the disk lost the contents", error.Message, StringComparison.Ordinal);
    }
}
