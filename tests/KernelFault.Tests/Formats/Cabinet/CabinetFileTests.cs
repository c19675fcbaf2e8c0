using System.Text;
using KernelFault.Formats;
using KernelFault.Formats.Cabinet;

namespace KernelFault.Tests.Formats.Cabinet;

/// <summary>Cabinets that another program packed.</summary>
public sealed class CabinetFileTests
{
    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void FilesComeOutAsTheyWentIn(bool packed)
    {
        ExternalProgram.Require("gcab");
        byte[] log = Log();
        byte[] second = [.. Enumerable.Range(0, 70_000).Select(i => (byte)(i * 7))];
        byte[] bytes = Pack(packed, ("cbs.log", log), ("second.bin", second));

        var cabinet = CabinetFile.Read(bytes, "x.cab");

        Assert.Equal([("cbs.log", (long)log.Length), ("second.bin", second.Length)], cabinet.Entries.Select(entry => (entry.Name, entry.Length)));
        Assert.Equal(log, cabinet.Extract(cabinet.Entries[0], 1 << 24, CancellationToken.None));
        Assert.Equal(second, cabinet.Extract(cabinet.Entries[1], 1 << 24, CancellationToken.None));
        Assert.Equal(packed, bytes.Length < log.Length);
    }

    [Fact]
    public void MatchesReachIntoTheBlockBefore()
    {
        byte[] block = new byte[32768];
        new Random(5).NextBytes(block);
        byte[] bytes = TwoBlockCabinet(block);

        var cabinet = CabinetFile.Read(bytes, "x.cab");

        Assert.Equal([.. block, .. block], cabinet.Extract(Assert.Single(cabinet.Entries), 1 << 24, CancellationToken.None));
    }

    [SkippableFact]
    public void AnotherReaderUnpacksTheSameOfBlocksThatNeedTheOneBefore()
    {
        ExternalProgram.Require("cabextract");
        byte[] block = new byte[32768];
        new Random(5).NextBytes(block);
        string folder = Directory.CreateTempSubdirectory("kf-cab").FullName;
        try
        {
            File.WriteAllBytes(Path.Combine(folder, "x.cab"), TwoBlockCabinet(block));
            ExternalProgram.Run(folder, "cabextract", "-q", "x.cab");

            Assert.Equal([.. block, .. block], File.ReadAllBytes(Path.Combine(folder, "x.log")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [SkippableFact]
    public void DamageIsAFormatErrorOrNothingElse()
    {
        ExternalProgram.Require("gcab");
        byte[] log = Log();
        byte[] bytes = Pack(true, ("cbs.log", log));
        var random = new Random(7);
        int errors = 0;
        for (int round = 0; round < 400; round++)
        {
            byte[] damaged = [.. bytes];
            int at = round < 100 ? round : random.Next(bytes.Length);
            damaged[at] ^= (byte)(1 << random.Next(8));
            byte[] input = round % 5 == 0 ? [.. damaged.Take(at)] : damaged;
            try
            {
                var cabinet = CabinetFile.Read(input, "x.cab");
                foreach (CabinetEntry entry in cabinet.Entries.Take(3))
                {
                    cabinet.Extract(entry, 1 << 24, CancellationToken.None);
                }
            }
            catch (DumpFormatException)
            {
                errors++;
            }
        }

        // The checksum finds damage of the data; some bytes of the header mean nothing here.
        Assert.InRange(errors, 300, 400);
    }

    [SkippableFact]
    public void ALongerFileThanAskedForIsAnError()
    {
        ExternalProgram.Require("gcab");
        var cabinet = CabinetFile.Read(Pack(true, ("cbs.log", Log())), "x.cab");

        Assert.Throws<DumpFormatException>(() => cabinet.Extract(cabinet.Entries[0], 1000, CancellationToken.None));
    }

    [Fact]
    public void WhatIsNoCabinetIsAFormatError()
    {
        Assert.Throws<DumpFormatException>(() => CabinetFile.Read([], "x.cab"));
        Assert.Throws<DumpFormatException>(() => CabinetFile.Read(new byte[100], "x.cab"));
    }

    // Long enough for matches that reach into the block before.
    private static byte[] Log() => Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 6000).Select(i => $"2026-03-10 10:{i % 60:00}:00, Info                  CSI    {i:x8} [SR] Verifying 100 components\r\n")));

    // A stored block, then one that is nothing but matches 32 KB back: those that no block can have inside itself.
    private static byte[] TwoBlockCabinet(byte[] block)
    {
        byte[] stored = [(byte)'C', (byte)'K', 1, 0x00, 0x80, 0xFF, 0x7F, .. block];
        byte[] matches = [(byte)'C', (byte)'K', .. MatchesOfABlockBefore()];
        using var file = new MemoryStream();
        using var writer = new BinaryWriter(file);
        const int name = 36 + 8;
        const int data = name + 16 + 6;
        writer.Write("MSCF"u8);
        foreach (int field in new[] { 0, data + 8 + stored.Length + 8 + matches.Length, 0, name, 0 })
        {
            writer.Write(field);
        }

        // Version 1.3, one folder, one file.
        foreach (ushort field in new ushort[] { 0x0103, 1, 1, 0, 0, 0 })
        {
            writer.Write(field);
        }

        writer.Write(data);
        writer.Write((ushort)2);
        writer.Write((ushort)1);
        writer.Write(2 * block.Length);
        writer.Write(0);
        writer.Write((ushort)0);
        writer.Write((ushort)0x5A6A);
        writer.Write((ushort)0x5000);
        writer.Write((ushort)0x20);
        writer.Write("x.log\0"u8);
        foreach (byte[] packed in new[] { stored, matches })
        {
            writer.Write(0);
            writer.Write((ushort)packed.Length);
            writer.Write((ushort)block.Length);
            writer.Write(packed);
        }

        return file.ToArray();
    }

    // Fixed Huffman codes (RFC 1951, 3.2.6): 126 matches of 258 bytes and two of 130, each 32768 back.
    private static byte[] MatchesOfABlockBefore()
    {
        var bits = new List<bool>();
        Bits(1, 1, false);
        Bits(1, 2, false);
        for (int i = 0; i < 128; i++)
        {
            // 285 is 258 long; 280 with four more bits is 115 to 130.
            Bits(i < 126 ? 0b11000101 : 0b11000000, 8, true);
            Bits(15, i < 126 ? 0 : 4, false);
            Bits(29, 5, true);
            Bits(8191, 13, false);
        }

        Bits(0, 7, true);
        byte[] bytes = new byte[(bits.Count + 7) / 8];
        for (int i = 0; i < bits.Count; i++)
        {
            bytes[i / 8] |= (byte)(bits[i] ? 1 << (i % 8) : 0);
        }

        return bytes;

        void Bits(int value, int count, bool highestFirst)
        {
            for (int i = 0; i < count; i++)
            {
                bits.Add((value >> (highestFirst ? count - 1 - i : i) & 1) != 0);
            }
        }
    }

    private static byte[] Pack(bool packed, params (string Name, byte[] Content)[] files)
    {
        string folder = Directory.CreateTempSubdirectory("kf-cab").FullName;
        try
        {
            foreach ((string name, byte[] content) in files)
            {
                File.WriteAllBytes(Path.Combine(folder, name), content);
            }

            ExternalProgram.Run(folder, "gcab", ["-c", .. packed ? new[] { "-z" } : [], "-n", "x.cab", .. files.Select(file => file.Name)]);
            return File.ReadAllBytes(Path.Combine(folder, "x.cab"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
