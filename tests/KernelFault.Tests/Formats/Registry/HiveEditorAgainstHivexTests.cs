using System.Buffers.Binary;
using System.Globalization;
using KernelFault.Formats.Registry;
using KernelFault.Tests.Builders;

namespace KernelFault.Tests.Formats.Registry;

/// <summary>What the editor writes, as hivex reads it; and what it must not touch, byte for byte.</summary>
public sealed class HiveEditorAgainstHivexTests
{
    private const string RealHive = "corpus/hives/SYSTEM_WIN_10_1709.xz";

    [SkippableFact]
    public void A_hundred_changes_to_a_real_hive_read_back_by_hivex_and_leave_all_else_as_it_was()
    {
        ExternalProgram.Require("hivexregedit", "hivexsh");
        using TemporaryFile real = HiveAgainstHivexTests.Unpacked(RealHive);
        byte[] before = OfflineWindows.Clean(File.ReadAllBytes(real.Path));
        using HiveFile hive = HiveFile.Read(before, "before");
        HiveKey[] keys = [.. HiveFileTests.Walk(hive.Root).Where(key => key.ValueCount > 0 && key.Path.All(c => c is >= ' ' and < '\u007f'))];
        var random = new Random(20260708);
        var editor = new HiveEditor(before, "SYSTEM", DateTimeOffset.UtcNow);
        var expected = new Dictionary<(string Key, string Name), RegistryData?>();
        var touched = new HashSet<uint>();
        for (int i = 0; i < 100; i++)
        {
            HiveKey key = keys[random.Next(keys.Length)];
            HiveValue some = key.Values[random.Next(key.Values.Count)];
            string name = random.Next(3) == 0 ? "KernelFault" + i.ToString(CultureInfo.InvariantCulture) : some.Name;
            RegistryData? data = random.Next(4) == 0 ? null : Some(random);
            if (data is null)
            {
                editor.Delete(key.Path, name);
            }
            else
            {
                editor.Set(key.Path, name, data);
            }

            expected[(key.Path.ToUpperInvariant(), name.ToUpperInvariant())] = data;
            touched.UnionWith(Touched(before, key, name));
        }

        byte[] after = editor.ToArray();
        using var file = new TemporaryFile(after, ".hive");

        HiveAgainstHivexTests.Compare(file.Path);
        using HiveFile read = HiveFile.Read(after, "after");
        Assert.All(expected, change => Assert.Equal(change.Value, read.Find(change.Key.Key)!.Value(change.Key.Name)?.Data));
        Assert.Empty(read.Warnings);
        Assert.True(Untouched(before, after, touched) > 100_000);
    }

    [SkippableFact]
    public void Verifier_settings_that_we_write_are_those_that_hivexsh_prints()
    {
        ExternalProgram.Require("hivexsh");
        const string Key = @"ControlSet001\Control\Session Manager\Memory Management";
        using TemporaryFile real = HiveAgainstHivexTests.Unpacked(RealHive);
        var editor = new HiveEditor(OfflineWindows.Clean(File.ReadAllBytes(real.Path)), "SYSTEM", DateTimeOffset.UtcNow);
        editor.Set(Key, "VerifyDrivers", RegistryData.String("contoso.sys fabrikam.sys"));
        editor.Set(Key, "VerifyDriverLevel", RegistryData.DWord(0x209BB));
        editor.Set(@"ControlSet001\Control\CrashControl", "MinidumpDir", RegistryData.ExpandString(@"%SystemRoot%\Minidump2"));
        using var file = new TemporaryFile(editor.ToArray(), ".hive");
        using var script = new TemporaryFile("cd \\ControlSet001\\Control\\Session Manager\\Memory Management\nlsval VerifyDrivers\nlsval VerifyDriverLevel\ncd \\ControlSet001\\Control\\CrashControl\nlsval MinidumpDir\n"u8, ".txt");

        Assert.Equal(["contoso.sys fabrikam.sys", "133563", @"%SystemRoot%\Minidump2"], ExternalProgram.Run(".", "hivexsh", "-f", script.Path, file.Path).Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [SkippableFact]
    public void A_hive_that_hivexsh_changed_after_us_is_read_and_changed_again()
    {
        ExternalProgram.Require("hivexsh", "hivexregedit");
        using var file = new TemporaryFile(new HiveBuilder().Build(new HiveBuilder.Node("ROOT", new HiveBuilder.Node("Empty"), new HiveBuilder.Node("More") { Values = HiveBuilder.Sample.Children[1].Values })), ".hive");
        var first = new HiveEditor(File.ReadAllBytes(file.Path), "hive", DateTimeOffset.UtcNow);
        first.Set("Empty", "first", RegistryData.MultiString(["a", "b"]));
        first.Set("More", "Huge", RegistryData.Binary(HiveBuilder.Pattern(70_000)));
        first.Delete("More", "Expand");
        file.Write(first.ToArray());
        using var script = new TemporaryFile("cd Empty\nsetval 2\nlater\ndword:7\nfirst\nstring:hello\ncommit\n"u8, ".txt");
        ExternalProgram.Run(".", "hivexsh", "-w", "-f", script.Path, file.Path);

        var editor = new HiveEditor(File.ReadAllBytes(file.Path), "hive", DateTimeOffset.UtcNow);
        editor.Set("Empty", "later", RegistryData.String("eight"));
        file.Write(editor.ToArray());

        HiveAgainstHivexTests.Compare(file.Path);
        using HiveFile hive = HiveFile.Open(file.Path);
        Assert.Equal(["first", "later"], hive.Find("Empty")!.Values.Select(value => value.Name).Order());
        Assert.Equal(("hello", "eight"), (hive.Find("Empty")!.Value("first")!.Text, hive.Find("Empty")!.Value("later")!.Text));
    }

    private static RegistryData Some(Random random) => random.Next(7) switch
    {
        0 => RegistryData.DWord((uint)random.Next()),
        1 => RegistryData.QWord((ulong)random.NextInt64()),
        2 => RegistryData.String(new string('x', random.Next(200))),
        3 => RegistryData.ExpandString("%a%" + random.Next()),
        4 => RegistryData.MultiString([.. Enumerable.Range(0, random.Next(5)).Select(i => "text " + i)]),
        5 => RegistryData.Binary(HiveBuilder.Pattern(random.Next(100_000))),
        _ => RegistryData.Binary(HiveBuilder.Pattern(random.Next(64))),
    };

    // By the format alone, not by what the editor says: the key, its list of values, and the value with its data.
    private static IEnumerable<uint> Touched(byte[] hive, HiveKey key, string name)
    {
        yield return key.Cell;
        uint list = U32(hive, key.Cell, 40);
        yield return list;
        for (int i = 0; i < key.ValueCount; i++)
        {
            uint value = U32(hive, list, i * 4);
            uint length = U32(hive, value, 0) >> 16;
            bool latin = (U32(hive, value, 16) & 1) != 0;
            ReadOnlySpan<byte> bytes = hive.AsSpan(4100 + (int)value + 20, (int)length);
            string own = latin ? System.Text.Encoding.Latin1.GetString(bytes) : System.Text.Encoding.Unicode.GetString(bytes);
            uint size = U32(hive, value, 4);
            if (!string.Equals(own, name, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            yield return value;
            if (size == 0 || size >= 0x80000000)
            {
                continue;
            }

            uint data = U32(hive, value, 8);
            yield return data;
            if (size > 16344 && (ushort)U32(hive, data, 0) == 0x6264)
            {
                uint pieces = U32(hive, data, 4);
                yield return pieces;
                for (int p = 0; p < U32(hive, data, 0) >> 16; p++)
                {
                    yield return U32(hive, pieces, p * 4);
                }
            }
        }
    }

    // How many cells in use were compared.
    private static int Untouched(byte[] before, byte[] after, HashSet<uint> touched)
    {
        int bins = (int)BinaryPrimitives.ReadUInt32LittleEndian(before.AsSpan(40));
        int compared = 0;
        for (int bin = 0; bin < bins;)
        {
            Assert.True(before.AsSpan(4096 + bin, 32).SequenceEqual(after.AsSpan(4096 + bin, 32)));
            int end = bin + (int)BinaryPrimitives.ReadUInt32LittleEndian(before.AsSpan(4096 + bin + 8));
            int size;
            for (int cell = bin + 32; cell < end; cell += size)
            {
                int length = BinaryPrimitives.ReadInt32LittleEndian(before.AsSpan(4096 + cell));
                size = Math.Abs(length);
                if (length < 0 && !touched.Contains((uint)cell))
                {
                    Assert.True(before.AsSpan(4096 + cell, size).SequenceEqual(after.AsSpan(4096 + cell, size)), $"cell 0x{cell:x}");
                    compared++;
                }
            }

            bin = end;
        }

        int[] headerMayChange = [.. Enumerable.Range(4, 16), .. Enumerable.Range(40, 4), .. Enumerable.Range(508, 4)];
        Assert.All(Enumerable.Range(0, 4096).Except(headerMayChange), i => Assert.Equal(before[i], after[i]));
        return compared;
    }

    private static uint U32(byte[] hive, uint cell, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(hive.AsSpan(4100 + (int)cell + offset));
}
