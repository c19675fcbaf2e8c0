using System.Buffers.Binary;
using System.IO.Compression;
using KernelFault.Formats.Compression;
using KernelFault.Formats.Zstd;

namespace KernelFault.Tests.Formats.Compression;

/// <summary>Each method against another's packer or against streams worked out by hand from its description.</summary>
public sealed class PageDecoderTests
{
    public static TheoryData<string> SampleNames => Samples.Names;

    [Theory]
    [MemberData(nameof(SampleNames))]
    public void Inflate_undoes_what_zlib_does_at_every_level(string name)
    {
        byte[] expected = Samples.Get(name);
        var decoder = new InflateDecoder();
        foreach (CompressionLevel level in Enum.GetValues<CompressionLevel>())
        {
            using var packed = new MemoryStream();
            using (var zlib = new ZLibStream(packed, level, leaveOpen: true))
            {
                zlib.Write(expected);
            }

            // Nothing packed is nothing written.
            if (expected.Length > 0)
            {
                AssertDecodes(decoder, packed.ToArray(), expected);
            }
        }
    }

    [SkippableTheory]
    [MemberData(nameof(SampleNames))]
    public void Zstandard_undoes_what_the_zstd_program_does_at_every_level(string name)
    {
        Skip.IfNot(Samples.IsInstalled("zstd"), "The zstd program is not installed.");
        byte[] expected = Samples.Get(name);
        var decoder = new ZstdDecoder();
        foreach (string level in new[] { "--fast=5 --no-check", "-1", "-3", "-9 --no-check", "-19", "--ultra -22" })
        {
            AssertDecodes(decoder, Samples.Run("zstd", "-q -c " + level, expected), expected);
        }
    }

    [SkippableTheory]
    [MemberData(nameof(SampleNames))]
    public void LZO_undoes_what_lzop_does(string name)
    {
        Skip.IfNot(Samples.IsInstalled("lzop"), "The lzop program is not installed.");
        byte[] expected = Samples.Get(name);
        var decoder = new LzoDecoder();
        foreach (string level in new[] { "-1", "-3", "-9" })
        {
            // lzop: nine bytes of signature and a header with name and times, then blocks of 256 KB: expanded and packed size (both
            // big-endian), checksum of the expanded bytes, and of the packed ones where they are smaller.
            byte[] file = Samples.Run("lzop", level + " -c", expected);
            int position = 9 + 2 + 2 + 2 + 1 + 1 + 4 + 4 + 4 + 4;
            position += 1 + file[position] + 4;
            int done = 0;
            while (BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(position)) is int size and > 0)
            {
                int packed = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(position + 4));
                position += 12;
                if (packed < size)
                {
                    AssertDecodes(decoder, file.AsSpan(position, packed).ToArray(), expected.AsSpan(done, size).ToArray());
                }

                position += packed;
                done += size;
            }

            Assert.Equal(expected.Length, done);
        }
    }

    [Fact]
    public void Snappy_literals_and_copies_of_every_size_are_carried_out()
    {
        // Length 91 · literal of 4 · copy 1 byte offset (length 5, offset 4) · literal with a length byte (61) · copy 2 bytes offset
        // (length 20, offset 65) · copy 4 bytes offset (length 1, offset 90).
        byte[] literal = [.. Enumerable.Range(0, 61).Select(i => (byte)(i + 100))];
        byte[] packed =
        [
            91, 3 << 2, 1, 2, 3, 4, (1 << 2) | 1, 4, 60 << 2, 60, .. literal, (19 << 2) | 2, 65, 0, 3, 90, 0, 0, 0,
        ];
        byte[] start = [1, 2, 3, 4, 1, 2, 3, 4, 1, .. literal];
        byte[] expected = [.. start, .. start.AsSpan(5, 20), 1];

        AssertDecodes(new SnappyDecoder(), packed, expected);
    }

    [Theory]
    [InlineData("inflate")]
    [InlineData("lzo")]
    [InlineData("snappy")]
    [InlineData("zstd")]
    public void Whatever_the_bytes_nothing_is_written_outside_and_nothing_thrown(string method)
    {
        IPageDecoder decoder = method switch
        {
            "inflate" => new InflateDecoder(),
            "lzo" => new LzoDecoder(),
            "snappy" => new SnappyDecoder(),
            _ => new ZstdDecoder(),
        };
        byte[] packed = Packed(method);
        byte[] copy = new byte[packed.Length];
        byte[] output = new byte[4096 + 64];
        for (int seed = 0; seed < 20_000; seed++)
        {
            var random = new Random(seed);
            packed.CopyTo(copy, 0);
            for (int i = random.Next(1, 5); i > 0; i--)
            {
                copy[random.Next(copy.Length)] = (byte)random.Next(256);
            }

            int length = decoder.Decode(copy.AsSpan(0, seed % 5 == 0 ? random.Next(copy.Length) : copy.Length), output.AsSpan(0, 4096));
            Assert.InRange(length, -1, 4096);
            Assert.Equal(-1, output.AsSpan(4096).IndexOfAnyExcept((byte)0));
        }
    }

    private static byte[] Packed(string method)
    {
        byte[] text = Samples.Get("text");
        switch (method)
        {
            case "inflate":
                using (var packed = new MemoryStream())
                {
                    using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
                    {
                        zlib.Write(text);
                    }

                    return packed.ToArray();
                }

            case "lzo":
                return [17 + 8, .. text.AsSpan(0, 8), .. Enumerable.Repeat((byte[])[0x2C, 0x14, 0x01, 65], 60).SelectMany(b => b), 0x11, 0, 0];
            case "snappy":
                return [0x80, 0x20, 7 << 2, .. text.AsSpan(0, 8), .. Enumerable.Repeat((byte[])[(63 << 2) | 2, 8, 0], 63).SelectMany(b => b), (55 << 2) | 2, 8, 0];
            default:
                // A page of words, numbers and zeros as zstd -19 packs it, without checksum: Huffman-coded literals, three tables.
                return Convert.FromBase64String(ZstdText);
        }
    }

    private const string ZstdText =
        "KLUv/QBofA8AEk4oF4DLAwh03897voImw2mJqqZoi17YVQoG0XnlQueeROvxi+25tIB1tUj9p1bqQUZr/bulQxk5cbdW3otxR27wuWLkCaau3Y" +
        "o5ieI26v9RNvDIJfDQNeNFAEOfnMVPUKXUNsX11tM31Bpax9xafpDZe6PJZIjuxo0iwXTYu24IVRh6vOQU0WOHMJ1GLlWTZ3iuHOSZxDZ1WSIt" +
        "ZgXqZBxWDSaA2qjx6EppfwNAhCDGrnMwErOwmANAEcTHTPqeQBg4USv6qNQdFaQnf/L9ATQSzMuqHALodYNv9TpFmXaMhFcOOENIMPCZoFqJdA" +
        "nFZ+dHxp6k1sCvhlvTFP9YEpv6PlMqS0GYuB+Qnv15gDRiiV48T6KxVGyvDBL9SFxbqB2p/jLhUfXi5gCTevtABqUD4itvCp40GrBNgSTSUILd" +
        "4kxsjwf73BKkiFvdHIEYSUD5DK2nQ5JkZUtYPNxeM3heASXlZM3/5sMH9oTckVJaxSHsc3w0piQqa4iaDoeMZplhS2cvVGfLHlkBrUklwIMgJ0" +
        "ezlwIwoZsE9lRD0JeDvzQEGVHPJD3FZSbf2PrQK9KtFCCBJURlKK/OXP0cMdNXW2HZO+NeHmJyHEOID8X7BCYL7km52nUsmOFpCwzLZ7s5Uvyg" +
        "ZuxWHp6H71UBdQ0AdAwuLAk1LDExMgo0Cjc3MDI3NzA6IAo2CjkJODg4MTcKOTozCTsgNDY1LDIwCSwJMAo0CTMgLGUKMSwJOzEzCiAuNiA5Oj" +
        "Q7MTc2Mzc3NjgsCiAsAQIDBAC2050HjHgkEy2Zs2r3Lz16r9jJAcfBW2qkxaU3v38zbJaciSdVJ9NecyDQ1XbZ932a1o8rqV/XD0w7l17eYaY0" +
        "qScf+EYlo2DvxHX0MwBjUDkvq028NeGlXTS7NCFkaaW/WOoqfc7uwAI8v0MB/cMAgNqoULo5AEWGiNIBMqB4kAB9mPb//zsU4Mxkna/3ufR6l1" +
        "7n9vxulc+v8rl1t1+ndvvUbp2vd8LgfCG+Bb/E69A9nEmQhFMzkkqSOxV3/KEFyaF1uu4txrZ6fh11BsuEgUel1Bfal8tIuD1suizqtvRA+N+N" +
        "BV/3rZdxXMRXw5hw1QAThrKKMqO1+W3FOxOvtipDotnHIZ8BERZx7s3b92GhKt4HrdTrjpllSdT6r8XRhOOiZrvPQq4f0U1AdI7PJJ9PDFnZBT" +
        "URS58dGDe5cvSpolQptx88SOXXV9uJSJbEAlZKjw==";

    private static void AssertDecodes(IPageDecoder decoder, byte[] packed, byte[] expected)
    {
        byte[] output = new byte[expected.Length];
        Assert.Equal(expected.Length, decoder.Decode(packed, output));
        Assert.Equal(expected, output);
        if (expected.Length > 0)
        {
            Assert.Equal(-1, decoder.Decode(packed, output.AsSpan(0, expected.Length - 1)));
            Assert.Equal(-1, decoder.Decode(packed.AsSpan(0, packed.Length - 1), output));
        }
    }
}
