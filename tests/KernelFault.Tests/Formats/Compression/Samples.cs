using System.Diagnostics;

namespace KernelFault.Tests.Formats.Compression;

/// <summary>Bytes of every kind that packs well or badly, and the programs that pack them.</summary>
internal static class Samples
{
    public static TheoryData<string> Names { get; } = ["empty", "one", "zeros", "text", "random", "mixed", "pattern", "page", "long"];

    public static byte[] Get(string name)
    {
        var random = new Random(7);
        return name switch
        {
            "empty" => [],
            "one" => [42],
            "zeros" => new byte[4096],
            "text" => [.. Enumerable.Range(0, 4096).Select(i => (byte)"the kernel that died left this page behind; "[i * i % 44])],
            "random" => Random(random, 4096),
            "pattern" => [.. Enumerable.Range(0, 4096).Select(i => (byte)(i % 7))],
            "page" => [.. Enumerable.Range(0, 512).SelectMany(i => BitConverter.GetBytes(0xFFFF_8880_0000_0000 + ((ulong)random.Next(1 << 20) * 64)))],
            "mixed" => [.. Enumerable.Range(0, 40).SelectMany(i => i % 2 == 0 ? Random(random, random.Next(200)) : [.. Enumerable.Repeat((byte)i, random.Next(200))])],
            _ => [.. Enumerable.Range(0, 3000).SelectMany(i => i % 3 == 0 ? Random(random, 100) : [.. Enumerable.Range(0, 300).Select(j => (byte)((i * j) >> 4))])],
        };
    }

    /// <summary>Whether a program is there.</summary>
    public static bool IsInstalled(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));

    /// <summary>What a program makes of its standard input.</summary>
    public static byte[] Run(string program, string arguments, byte[] input)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        var writer = Task.Run(() =>
        {
            process.StandardInput.BaseStream.Write(input);
            process.StandardInput.Close();
        });
        using var output = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(output);
        writer.Wait();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output.ToArray();
    }

    private static byte[] Random(Random random, int length)
    {
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }
}
