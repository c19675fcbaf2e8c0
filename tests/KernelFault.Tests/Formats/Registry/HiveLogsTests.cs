using System.Buffers.Binary;
using KernelFault.Formats.Registry;
using KernelFault.Tests.Builders;

namespace KernelFault.Tests.Formats.Registry;

// Logs are built after the public description of their format. Real ones, with the hive that Windows 10 made of them, are compared when
// KERNELFAULT_DIRTY_HIVES names a folder of them.
public class HiveLogsTests
{
    private const uint First = 7;

    [Fact]
    public void The_hash_is_that_of_an_independent_program()
    {
        Assert.Equal(0xC64FEEE425C2E24C, HiveLogs.Marvin32([.. Enumerable.Range(0, 32).Select(i => (byte)i)]));
        Assert.Equal(0xB39EFCA403966E08, HiveLogs.Marvin32([]));
    }

    [Fact]
    public void What_the_logs_hold_comes_into_the_hive()
    {
        byte[][] states = States(3);
        byte[] dirty = Dirty(states[0]);
        byte[] log1 = Log(First, Entry(First, states[0], states[1]));
        byte[] log2 = Log(First + 1, Entry(First + 1, states[1], states[2]));

        byte[] recovered = HiveLogs.Apply(dirty, [log2, log1], "hive", out int entries);

        Assert.Equal(2, entries);
        Assert.False(HiveLogs.AreNeeded(recovered));
        Assert.Equal(states[2][4096..], recovered[4096..]);
        using HiveFile hive = HiveFile.Read(recovered, "hive");
        Assert.Empty(hive.Warnings);
        Assert.Equal(2u, hive.Find("Kinds")!.Value("Step")!.Number);
    }

    [Fact]
    public void A_log_that_is_older_than_the_hive_is_left_out_and_so_is_one_after_a_gap()
    {
        byte[][] states = States(3);
        byte[] old = Log(First - 3, Entry(First - 3, states[0], states[2]));
        byte[] next = Log(First, Entry(First, states[0], states[1]));
        byte[] far = Log(First + 2, Entry(First + 2, states[1], states[2]));

        Assert.Equal(states[1][4096..], HiveLogs.Apply(Dirty(states[0]), [old, next], "hive", out int entries)[4096..]);
        Assert.Equal(1, entries);
        Assert.Equal(states[1][4096..], HiveLogs.Apply(Dirty(states[0]), [far, next], "hive", out entries)[4096..]);
        Assert.Equal(1, entries);
    }

    [Fact]
    public void An_entry_whose_hash_does_not_agree_ends_the_log()
    {
        byte[][] states = States(3);
        byte[] log = Log(First, [.. Entry(First, states[0], states[1]), .. Entry(First + 1, states[1], states[2])]);
        log[^1] ^= 1;

        Assert.Equal(states[1][4096..], HiveLogs.Apply(Dirty(states[0]), [log], "hive", out int entries)[4096..]);
        Assert.Equal(1, entries);
    }

    [Fact]
    public void Without_a_log_the_hive_stays_as_it_is_and_counts_as_whole()
    {
        byte[] dirty = Dirty(States(1)[0]);

        byte[] ended = HiveLogs.Apply(dirty, [], "hive", out int entries);

        Assert.Equal(0, entries);
        Assert.True(HiveLogs.AreNeeded(dirty));
        Assert.False(HiveLogs.AreNeeded(ended));
        Assert.Equal(dirty[4096..], ended[4096..]);
    }

    [Fact]
    public void A_log_in_the_form_of_older_Windows_is_refused()
    {
        byte[] old = Log(First);
        old[28] = 1;

        Assert.Throws<HiveDirtyException>(() => HiveLogs.Apply(Dirty(States(1)[0]), [old], "hive", out _));
    }

    [Fact]
    public void Damaged_logs_do_no_harm()
    {
        byte[][] states = States(3);
        byte[] log = Log(First, [.. Entry(First, states[0], states[1]), .. Entry(First + 1, states[1], states[2])]);
        var random = new Random(5);
        for (int i = 0; i < 5_000; i++)
        {
            byte[] damaged = (byte[])log.Clone();
            for (int n = random.Next(1, 4); n > 0; n--)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }

            // With hashes that agree, the numbers behind them are what is tried.
            if (i % 2 == 0)
            {
                Seal(damaged.AsSpan(512, (int)BinaryPrimitives.ReadUInt32LittleEndian(log.AsSpan(516))));
                BinaryPrimitives.WriteUInt32LittleEndian(damaged.AsSpan(508), HiveFile.Checksum(damaged));
            }

            try
            {
                byte[] recovered = HiveLogs.Apply(Dirty(states[0]), [damaged[..random.Next(600, damaged.Length + 1)]], "hive", out _);
                Assert.False(HiveLogs.AreNeeded(recovered));
            }
            catch (HiveDirtyException)
            {
                // The type became that of an older log.
            }
        }
    }

    [SkippableFact]
    public void Real_hives_become_what_Windows_made_of_them()
    {
        string? folder = Environment.GetEnvironmentVariable("KERNELFAULT_DIRTY_HIVES");
        Skip.If(folder is null, "KERNELFAULT_DIRTY_HIVES names no folder of hives with .LOG1, .LOG2 and .recovered beside them");
        foreach (string path in Directory.GetFiles(folder, "*.recovered"))
        {
            string hive = Path.ChangeExtension(path, null);
            byte[] expected = File.ReadAllBytes(path);
            int bins = BinaryPrimitives.ReadInt32LittleEndian(expected.AsSpan(40));

            byte[] recovered = HiveLogs.Apply(File.ReadAllBytes(hive), [File.ReadAllBytes(hive + ".LOG1"), File.ReadAllBytes(hive + ".LOG2")], hive, out int entries);

            Assert.True(entries > 0);
            Assert.Equal(bins, BinaryPrimitives.ReadInt32LittleEndian(recovered.AsSpan(40)));
            Assert.Equal(expected.AsSpan(4096, bins).ToArray(), recovered.AsSpan(4096, bins).ToArray());
        }
    }

    // A hive, and the same after a change, and after another.
    private static byte[][] States(int count)
    {
        var states = new List<byte[]> { new HiveBuilder().Build(HiveBuilder.Sample) };
        for (uint i = 1; i < count; i++)
        {
            var editor = new HiveEditor(states[^1], "hive", new DateTimeOffset(2026, 11, 21, 0, 0, 0, TimeSpan.Zero));
            editor.Set("Kinds", "Step", RegistryData.DWord(i));
            editor.Set("Kinds", "Filler" + i, RegistryData.Binary(new byte[3000]));
            states.Add(editor.ToArray());
        }

        return [.. states];
    }

    private static byte[] Dirty(byte[] hive)
    {
        byte[] dirty = (byte[])hive.Clone();
        BinaryPrimitives.WriteUInt32LittleEndian(dirty.AsSpan(4), First + 1);
        BinaryPrimitives.WriteUInt32LittleEndian(dirty.AsSpan(8), First);
        BinaryPrimitives.WriteUInt32LittleEndian(dirty.AsSpan(508), HiveFile.Checksum(dirty));
        return dirty;
    }

    private static byte[] Log(uint sequence, params byte[] entries)
    {
        byte[] header = States(1)[0][..512];
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(4), sequence);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(8), sequence);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(28), 6);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(508), HiveFile.Checksum(header));
        return [.. header, .. entries, .. entries.Length == 0 ? new byte[512] : []];
    }

    // An entry with every sector that differs.
    private static byte[] Entry(uint sequence, byte[] before, byte[] after)
    {
        int[] dirty = [.. Enumerable.Range(0, (after.Length - 4096) / 512).Select(sector => 4096 + (sector * 512)).Where(at => at + 512 > before.Length || !before.AsSpan(at, 512).SequenceEqual(after.AsSpan(at, 512)))];
        int size = (40 + (dirty.Length * 520) + 511) / 512 * 512;
        byte[] entry = new byte[size];
        "HvLE"u8.CopyTo(entry);
        BinaryPrimitives.WriteInt32LittleEndian(entry.AsSpan(4), size);
        BinaryPrimitives.WriteUInt32LittleEndian(entry.AsSpan(12), sequence);
        BinaryPrimitives.WriteInt32LittleEndian(entry.AsSpan(16), after.Length - 4096);
        BinaryPrimitives.WriteInt32LittleEndian(entry.AsSpan(20), dirty.Length);
        for (int i = 0; i < dirty.Length; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(entry.AsSpan(40 + (i * 8)), dirty[i] - 4096);
            BinaryPrimitives.WriteInt32LittleEndian(entry.AsSpan(44 + (i * 8)), 512);
            after.AsSpan(dirty[i], 512).CopyTo(entry.AsSpan(40 + (dirty.Length * 8) + (i * 512)));
        }

        Seal(entry);
        return entry;
    }

    private static void Seal(Span<byte> entry)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(entry[24..], HiveLogs.Marvin32(entry[40..]));
        BinaryPrimitives.WriteUInt64LittleEndian(entry[32..], HiveLogs.Marvin32(entry[..32]));
    }
}
