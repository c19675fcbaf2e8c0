using System.Buffers.Binary;
using KernelFault.Formats;
using KernelFault.Formats.Registry;
using KernelFault.Tests.Builders;

namespace KernelFault.Tests.Formats.Registry;

public sealed class HiveEditorTests
{
    private static readonly DateTimeOffset s_time = new(2026, 7, 8, 9, 10, 11, TimeSpan.Zero);

    public static TheoryData<string> Names => [.. Enumerable.Range(0, 12).Select(i => Kinds()[i].Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_value_of_every_kind_is_changed_added_and_taken_away(string old)
    {
        foreach ((string name, RegistryData data) in Replacements())
        {
            byte[] bytes = Edit(Hive(), editor =>
            {
                editor.Set("Kinds", old, data);
                editor.Set("Kinds", "new " + name, data);
                editor.Set("Empty", name, data);
                editor.Delete("Kinds", "Short");
                editor.Delete("Kinds", "not there");
            });

            using HiveFile hive = HiveFile.Read(bytes, "edited");
            HiveKey kinds = hive.Find("Kinds")!;
            Assert.Equal(data, kinds.Value("new " + name)!.Data);
            Assert.Equal(data, hive.Find("Empty")!.Value(name)!.Data);
            Assert.Equal(old == "Short" ? null : data, kinds.Value(old)?.Data);
            Assert.Equal(
                Kinds().Where(value => value.Name != "Short" && value.Name != old).Select(value => (value.Name, Convert.ToHexString(value.Data))),
                kinds.Values.Where(value => value.Name != old && value.Name != "new " + name).Select(value => (value.Name, Convert.ToHexString(value.ReadData()))));
            Assert.Equal(s_time, kinds.LastWritten);
            Assert.Empty(hive.Warnings);
        }
    }

    [Fact]
    public void The_last_value_that_goes_leaves_a_key_without_a_list()
    {
        byte[] bytes = Edit(Hive(), editor => editor.Delete("Uml\u00e4ut", "GR\u00d6\u00dfE"));

        using HiveFile hive = HiveFile.Read(bytes, "edited");
        Assert.Empty(hive.Find("Uml\u00e4ut")!.Values);
        Assert.Equal(uint.MaxValue, BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(4100 + (int)hive.Find("Uml\u00e4ut")!.Cell + 40)));
        Assert.Empty(hive.Warnings);
    }

    [Fact]
    public void The_header_says_that_it_was_written_later_and_to_the_end()
    {
        byte[] before = Hive();
        byte[] after = Edit(before, editor => editor.Set("Empty", "x", RegistryData.Binary(new byte[70_000])));

        using HiveFile hive = HiveFile.Read(after, "edited");
        Assert.Equal((8u, 8u), (U32(after, 4), U32(after, 8)));
        Assert.Equal(s_time, hive.LastWritten);
        Assert.False(hive.IsDirty);
        Assert.Equal(after.Length - 4096, (int)U32(after, 40));
        Assert.Equal(0, (after.Length - 4096) % 4096);
        Assert.Equal(HiveFile.Checksum(after), U32(after, 508));
        Assert.Empty(hive.Warnings);
    }

    [Fact]
    public void A_change_to_what_is_there_already_changes_no_byte()
    {
        byte[] before = Hive();

        Assert.Equal(before, Edit(before, editor =>
        {
            editor.Set("Kinds", "NUMBER", RegistryData.DWord(0x12345678));
            editor.Delete("Kinds", "nothing of this name");
        }));
    }

    [Fact]
    public void Space_that_is_given_back_is_used_again()
    {
        byte[] grown = Edit(Hive(), editor => editor.Set("Empty", "x", RegistryData.Binary(new byte[50_000])));
        byte[] bytes = grown;
        for (int i = 0; i < 20; i++)
        {
            bytes = Edit(bytes, editor => editor.Delete("Empty", "x"));
            bytes = Edit(bytes, editor => editor.Set("Empty", "x", RegistryData.Binary(HiveBuilder.Pattern(50_000 - i))));
        }

        Assert.Equal(grown.Length, bytes.Length);
        using HiveFile hive = HiveFile.Read(bytes, "edited");
        Assert.Equal(HiveBuilder.Pattern(50_000 - 19), hive.Find("Empty")!.Value("x")!.ReadData());
        Assert.Equal(HiveBuilder.Pattern((2 * 16344) + 1000), hive.Find("Kinds")!.Value("Huge")!.ReadData());
    }

    [Fact]
    public void A_hive_with_changes_in_its_logs_is_refused_and_the_message_says_what_to_do()
    {
        byte[] dirty = new HiveBuilder { PrimarySequence = 8 }.Build(HiveBuilder.Sample);
        byte[] torn = Hive();
        torn[12] ^= 1;

        HiveDirtyException refused = Assert.Throws<HiveDirtyException>(() => Edit(dirty, _ => { }));
        Assert.Equal("hive", refused.Path);
        Assert.Contains("reg load", refused.Message, StringComparison.Ordinal);
        Assert.Throws<HiveDirtyException>(() => Edit(torn, _ => { }));
    }

    [Fact]
    public void A_key_that_is_not_there_is_named()
    {
        Assert.Contains(@"Kinds\None", Assert.Throws<KeyNotFoundException>(() => Edit(Hive(), editor => editor.Set(@"Kinds\None", "x", RegistryData.DWord(1)))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_change_that_failed_is_never_given_out()
    {
        byte[] hive = Hive();
        using HiveFile before = HiveFile.Read(hive, "hive");
        Write(hive, 4100 + (int)before.Find("Kinds")!.Cell + 36, 1000);
        var editor = new HiveEditor(OfflineWindows.Clean(hive), "hive", s_time);

        Assert.Throws<DumpFormatException>(() => editor.Set("Kinds", "x", RegistryData.DWord(1)));
        Assert.Throws<InvalidOperationException>(editor.ToArray);
    }

    [Fact]
    public void No_damaged_hive_does_more_than_be_refused()
    {
        var builder = new HiveBuilder();
        byte[] whole = builder.Build(HiveBuilder.Sample);
        uint[] values = [0, 1, 4, 0x20, 0x1000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFF8, uint.MaxValue, (uint)whole.Length, .. builder.Fields.Where(field => field.Name == "cell").Select(field => (uint)field.Offset - 4096)];
        int edited = 0;
        int refused = 0;
        foreach (DumpField field in builder.Fields)
        {
            foreach (uint value in values)
            {
                byte[] bytes = [.. whole];
                BitConverter.GetBytes(value).AsSpan(0, field.Size).CopyTo(bytes.AsSpan(field.Offset));
                try
                {
                    using HiveFile hive = HiveFile.Read(EditAll(OfflineWindows.Clean(bytes)), "edited");
                    _ = HiveFileTests.Walk(hive.Root).Take(1000).Sum(key => key.Values.Sum(v => v.ReadData().Length));
                    edited++;
                }
                catch (Exception e) when (e is DumpFormatException or HiveDirtyException or KeyNotFoundException)
                {
                    refused++;
                }
            }
        }

        Assert.True(edited > 100 && refused > 100, $"{edited} edited, {refused} refused");
    }

    internal static byte[] EditAll(byte[] bytes) => Edit(bytes, editor =>
    {
        editor.Set("Kinds", "Huge", RegistryData.String("short"));
        editor.Set("Kinds", "Bytes", RegistryData.Binary(new byte[200]));
        editor.Set("Kinds", "Long", RegistryData.DWord(1));
        editor.Set("Kinds", "another", RegistryData.Binary(HiveBuilder.Pattern(40_000)));
        editor.Delete("Kinds", "Expand");
        editor.Delete("Uml\u00e4ut", "Gr\u00f6\u00dfe");
        editor.Set("Empty", "first", RegistryData.MultiString(["a", "b"]));
    });

    private static byte[] Edit(byte[] bytes, Action<HiveEditor> edit)
    {
        var editor = new HiveEditor(bytes, "hive", s_time);
        edit(editor);
        return editor.ToArray();
    }

    private static byte[] Hive() => new HiveBuilder().Build(HiveBuilder.Sample);

    private static IReadOnlyList<(string Name, uint Type, byte[] Data)> Kinds() => HiveBuilder.Sample.Children.Single(node => node.Name == "Kinds").Values;

    private static (string Name, RegistryData Data)[] Replacements() =>
    [
        ("number", RegistryData.DWord(0xFFFFFFFE)),
        ("long number", RegistryData.QWord(ulong.MaxValue - 1)),
        ("text", RegistryData.String("contoso.sys fabrikam.sys")),
        ("path", RegistryData.ExpandString(@"%SystemRoot%\MEMORY.DMP")),
        ("list", RegistryData.MultiString(["one", "two", "\u4e09"])),
        ("nothing", RegistryData.Binary([])),
        ("few", RegistryData.Binary([1, 2, 3])),
        ("bytes", RegistryData.Binary(HiveBuilder.Pattern(5000))),
        ("piece", RegistryData.Binary(HiveBuilder.Pattern(16344))),
        ("pieces", RegistryData.Binary(HiveBuilder.Pattern(16345))),
        ("many pieces", RegistryData.Binary(HiveBuilder.Pattern(200_001))),
        ("\u540d", RegistryData.String(string.Empty)),
    ];

    private static uint U32(byte[] bytes, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(offset));

    private static void Write(byte[] bytes, int offset, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(offset), value);
}
