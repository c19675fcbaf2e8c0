using System.Diagnostics;
using KernelFault.Formats.Xz;
using Xunit.Abstractions;

namespace KernelFault.Tests.Formats.Xz;

/// <summary>What the xz program packs, we expand.</summary>
public class XzProgramTests(ITestOutputHelper output)
{
    public static TheoryData<string> Options =>
    [
        "-0", "-1", "-2", "-3", "-4", "-5", "-6", "-7", "-8", "-9", "-0e", "-3e", "-6e", "-9e",
        "-6 --check=none", "-6 --check=crc32", "-6 --check=crc64", "-6 --check=sha256",
        "-2 --block-size=4096", "-6 --block-size=65536 --check=sha256", "-6 -T2 --block-size=100000",
        "--lzma2=preset=6,lc=0,lp=4,pb=0", "--lzma2=preset=6,lc=4,lp=0,pb=4", "--lzma2=preset=6,lc=1,lp=3,pb=2", "--lzma2=preset=1,dict=4096",
    ];

    [SkippableTheory]
    [MemberData(nameof(Options))]
    public void What_xz_packs_expands_to_the_same_bytes(string options)
    {
        Skip.IfNot(IsInstalled(), "The xz program is not installed; the fixed vectors of XzReaderTests still test the reader.");
        foreach ((string name, byte[] data) in Inputs())
        {
            byte[] packed = Pack(data, options);
            var watch = Stopwatch.StartNew();
            ArraySegment<byte> expanded = XzReader.Expand(packed, name, 256 * 1024 * 1024);
            output.WriteLine($"{options} {name}: {packed.Length} -> {expanded.Count} in {watch.ElapsedMilliseconds} ms");
            Assert.True(data.AsSpan().SequenceEqual(expanded), $"{name} with {options} differs");
        }
    }

    [SkippableFact]
    public void Joined_files_with_padding_expand_like_the_program_does()
    {
        Skip.IfNot(IsInstalled(), "The xz program is not installed.");
        byte[] first = Pack("one "u8.ToArray(), "-6");
        byte[] second = Pack("two"u8.ToArray(), "-0 --check=none");
        Assert.Equal("one two"u8.ToArray(), XzReader.Expand([.. first, 0, 0, 0, 0, .. second], "x", 100).ToArray());
    }

    private static IEnumerable<(string Name, byte[] Data)> Inputs()
    {
        var random = new Random(7);
        yield return ("empty", []);
        yield return ("one byte", [0x42]);
        yield return ("zeros", new byte[3_000_000]);
        byte[] noise = new byte[300_000];
        random.NextBytes(noise);
        yield return ("noise", noise);

        // Runs, repeats at every distance, structured words and noise in turn: all kinds of packets.
        byte[] mixed = new byte[700_000];
        for (int i = 0; i < mixed.Length;)
        {
            int length = Math.Min(random.Next(1, 400), mixed.Length - i);
            switch (random.Next(4))
            {
                case 0:
                    mixed.AsSpan(i, length).Fill((byte)random.Next(4));
                    break;
                case 1 when i > 0:
                    int distance = random.Next(1, i + 1);
                    for (int k = 0; k < length; k++)
                    {
                        mixed[i + k] = mixed[i + k - distance];
                    }

                    break;
                case 2:
                    for (int k = 0; k < length; k++)
                    {
                        mixed[i + k] = (byte)((i + k) % 4 == 0 ? random.Next(256) : 0x10 + ((i + k) % 4));
                    }

                    break;
                default:
                    random.NextBytes(mixed.AsSpan(i, length));
                    break;
            }

            i += length;
        }

        yield return ("mixed", mixed);
    }

    private static bool IsInstalled()
    {
        try
        {
            using Process? process = Process.Start(new ProcessStartInfo("xz", "--version") { RedirectStandardOutput = true });
            process!.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static byte[] Pack(byte[] data, string options)
    {
        using Process process = Process.Start(new ProcessStartInfo("xz", options + " --compress --stdout")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        Task write = Task.Run(() =>
        {
            process.StandardInput.BaseStream.Write(data);
            process.StandardInput.Close();
        });
        using var packed = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(packed);
        process.WaitForExit();
        write.Wait();
        Assert.Equal(0, process.ExitCode);
        return packed.ToArray();
    }
}
