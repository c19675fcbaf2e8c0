using System.Text;
using KernelFault.Formats;
using KernelFault.Formats.Xz;

namespace KernelFault.Tests.Formats.Xz;

public class XzReaderTests
{
    private const int Limit = 64 * 1024 * 1024;

    // "The kernel fault, " 40 times, as the xz program packs it with each check; and nothing at all.
    private const string Crc64 = "/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4ALPAB1dACoaCKIC86hQ9pBpdDIt/P2Qy5x9eTVvp2Z6UQAAAAAAAIR3OwqtCJbCAAE50AUAAADTDQtescRn+wIAAAAABFla";
    private const string Crc32 = "/Td6WFoAAAFpIt42AgAhARYAAAB0L+Wj4ALPAB1dACoaCKIC86hQ9pBpdDIt/P2Qy5x9eTVvp2Z6UQAAAAAAAN6e1iwAATXQBQAAAKjNySk+MA2LAgAAAAABWVo=";
    private const string Sha256 = "/Td6WFoAAArh+wyhAgAhARYAAAB0L+Wj4ALPAB1dACoaCKIC86hQ9pBpdDIt/P2Qy5x9eTVvp2Z6UQAAAAAAAO5YqFdST2V2TxHvElUwVicXgcj9s1CPULPO/sOLyt06AAFR0AUAAADkgKy6tunfHAIAAAAAClla";
    private const string NoCheck = "/Td6WFoAAAD/EtlBAgAhARYAAAB0L+Wj4ALPAB1dACoaCKIC86hQ9pBpdDIt/P2Qy5x9eTVvp2Z6UQAAAAAAAAABMdAFAAAAvo9YsqgACvwCAAAAAABZWg==";
    private const string Empty = "/Td6WFoAAATm1rRGAAAAABzfRCEftvN9AQAAAAAEWVo=";
    private const string WithBcj = "/Td6WFoAAATm1rRGAgEEACEBFgANhjUf4ALPAB1dACoaCKIC86hQ9pBpdDIt/P2Qy5x9eTVvp2Z6UQAAAAAAAIR3OwqtCJbCAAE50AUAAADTDQtescRn+wIAAAAABFla";

    private static string Text => string.Concat(Enumerable.Repeat("The kernel fault, ", 40));

    [Theory]
    [InlineData(Crc64)]
    [InlineData(Crc32)]
    [InlineData(Sha256)]
    [InlineData(NoCheck)]
    public void A_stream_with_any_check_expands_to_what_was_packed(string packed) =>
        Assert.Equal(Text, Expand(Convert.FromBase64String(packed)));

    [Fact]
    public void An_empty_stream_expands_to_nothing() => Assert.Equal(string.Empty, Expand(Convert.FromBase64String(Empty)));

    [Fact]
    public void Streams_behind_each_other_with_padding_between_are_joined()
    {
        byte[] one = Convert.FromBase64String(Crc64);
        byte[] two = Convert.FromBase64String(Sha256);
        Assert.Equal(Text + Text, Expand([.. one, 0, 0, 0, 0, .. two, 0, 0, 0, 0, 0, 0, 0, 0]));
    }

    [Fact]
    public void Padding_that_is_no_multiple_of_four_is_refused()
    {
        DumpFormatException error = Assert.Throws<DumpFormatException>(() => Expand([.. Convert.FromBase64String(Crc64), 0, 0, 0]));
        Assert.Contains("multiple of 4", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_filter_for_machine_code_is_refused_by_name()
    {
        DumpFormatException error = Assert.Throws<DumpFormatException>(() => Expand(Convert.FromBase64String(WithBcj)));
        Assert.Contains("BCJ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Expansion_beyond_the_limit_is_refused()
    {
        byte[] packed = Convert.FromBase64String(Crc64);
        Assert.Equal(Text.Length, XzReader.Expand(packed, "x", Text.Length).Count);
        DumpFormatException error = Assert.Throws<DumpFormatException>(() => XzReader.Expand(packed, "x", Text.Length - 1));
        Assert.Contains($"{Text.Length - 1} bytes allowed", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Crc64)]
    [InlineData(Sha256)]
    public void Every_single_flipped_bit_is_noticed(string packed)
    {
        byte[] good = Convert.FromBase64String(packed);
        for (int bit = 0; bit < good.Length * 8; bit++)
        {
            byte[] bad = [.. good];
            bad[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Throws<DumpFormatException>(() => Expand(bad));
        }
    }

    [Theory]
    [InlineData(Crc64)]
    [InlineData(Empty)]
    public void Every_truncation_is_noticed(string packed)
    {
        byte[] good = Convert.FromBase64String(packed);
        for (int length = 0; length < good.Length; length++)
        {
            Assert.Throws<DumpFormatException>(() => Expand(good[..length]));
        }
    }

    [Fact]
    public void Damage_behind_right_checksums_ends_in_the_one_exception()
    {
        // Without a check and with sizes left alone, the damage reaches the LZMA decoder itself.
        byte[] good = Convert.FromBase64String(NoCheck);
        var random = new Random(20261121);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] bad = [.. good];
            for (int change = random.Next(1, 5); change > 0; change--)
            {
                bad[random.Next(24, bad.Length - 20)] = (byte)random.Next(256);
            }

            try
            {
                Assert.True(XzReader.Expand(bad, "x", 1 << 20).Count <= 1 << 20);
            }
            catch (DumpFormatException)
            {
                // The answer for nearly all of them.
            }
        }
    }

    private static string Expand(byte[] packed)
    {
        ArraySegment<byte> expanded = XzReader.Expand(packed, "test.xz", Limit);
        return Encoding.ASCII.GetString(expanded.Array!, expanded.Offset, expanded.Count);
    }
}
