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
