using System.Buffers.Binary;
using KernelFault.Formats;
using KernelFault.Formats.Registry;
using KernelFault.Tests.Builders;

namespace KernelFault.Tests.Formats.Registry;

public sealed class HiveFileTests
{
    [Fact]
    public void Keys_of_every_kind_of_list_are_there_in_order()
    {
        using HiveFile hive = Sample();

        Assert.Equal(["Empty", "Kinds", "Lists", "Uml\u00e4ut", "\u65e5\u672c"], hive.Root.SubKeys.Select(k => k.Name));
        Assert.Equal(["One", "Two"], hive.Find(@"Lists\Fast")!.SubKeys.Select(k => k.Name));
        Assert.Equal(["One", "Two"], hive.Find(@"Lists\Index")!.SubKeys.Select(k => k.Name));
        Assert.Equal(Enumerable.Range(0, 7).Select(i => $"Child{i}"), hive.Find(@"lists\ROOTS")!.SubKeys.Select(k => k.Name));
        Assert.Equal(@"Lists\Roots\Child6", hive.Find(@"Lists\Roots\child6")!.Path);
        Assert.Null(hive.Find(@"Lists\Roots\Child7"));
        Assert.Empty(hive.Warnings);
    }

    [Fact]
    public void Values_are_typed()
    {
        using HiveFile hive = Sample();
        HiveKey key = hive.Find("Kinds")!;

        Assert.Equal("default", key.Value(string.Empty)!.Text);
        Assert.Equal(@"%SystemRoot%\x", key.Value("expand")!.Text);
        Assert.Equal(HiveBuilder.Pattern(100), key.Value("Bytes")!.ReadData());
        Assert.Equal(new byte[] { 1, 2, 3 }, key.Value("Short")!.ReadData());
        Assert.Empty(key.Value("None")!.ReadData());
        Assert.Equal(0x12345678u, key.Value("Number")!.Number);
        Assert.Equal(0x12345678u, key.Value("Big")!.Number);
        Assert.Equal(@"\Registry\Machine", key.Value("Link")!.Text);
        Assert.Equal(["one", "two"], key.Value("Many")!.Texts);
        Assert.Equal(0x0102030405060708u, key.Value("Long")!.Number);
        Assert.Equal((HiveValueType)0xFFFF0012, key.Value("Own")!.Type);
        Assert.Null(key.Value("Own")!.Number);
        Assert.Equal(HiveBuilder.Pattern((2 * 16344) + 1000), key.Value("Huge")!.ReadData());
        Assert.Equal("KindsClass", key.ClassName);
        Assert.Equal(new DateTimeOffset(2025, 6, 7, 8, 9, 10, TimeSpan.Zero), key.LastWritten);
        Assert.Equal(42u, hive.Find("Uml\u00e4ut")!.Value("Gr\u00f6\u00dfe")!.Number);
        Assert.Equal("\u5024", hive.Find("\u65e5\u672c")!.Value("\u540d\u524d")!.Text);
        Assert.Empty(hive.Warnings);
    }

    [Fact]
    public void The_header_tells_when_it_was_written_and_whether_to_the_end()
    {
        using HiveFile clean = Sample();
        using HiveFile dirty = HiveFile.Read(new HiveBuilder { PrimarySequence = 8 }.Build(HiveBuilder.Sample), "dirty");

        Assert.Equal((false, "TEST", new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero)), (clean.IsDirty, clean.InternalName, clean.LastWritten));
        Assert.True(dirty.IsDirty);
        Assert.Contains(".LOG", Assert.Single(dirty.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_that_lies_in_itself_is_walked_once()
    {
        // The child's list is made the root's own list: the root's children would be the child's too, and the child its own.
        var builder = new HiveBuilder();
        byte[] bytes = builder.Build(new HiveBuilder.Node("ROOT", new HiveBuilder.Node("A", new HiveBuilder.Node("B"))));
        using HiveFile whole = HiveFile.Read(bytes, "whole");
        int root = Cell(whole.Root);
        int a = Cell(whole.Find("A")!);
        bytes.AsSpan(root + 28, 4).CopyTo(bytes.AsSpan(a + 28));

        using HiveFile hive = HiveFile.Read(bytes, "cycle");

        Assert.Equal(["", "A"], Walk(hive.Root).Select(k => k.Path));
        Assert.Contains(hive.Warnings, w => w.Contains("another parent", StringComparison.Ordinal));

        // And the root as a child of its own child.
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(root + 16), (uint)(a - 4100));
        int list = 4100 + (int)BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(root + 28));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(list + 4), (uint)(root - 4100));
        using HiveFile loop = HiveFile.Read(bytes, "loop");
        Assert.Single(Walk(loop.Root));
    }

    [Fact]
    public void What_is_no_hive_is_refused_by_name()
    {
        byte[] log = new HiveBuilder().Build(HiveBuilder.Sample);
        log[28] = 6;

        Assert.Equal("x", Assert.Throws<DumpFormatException>(() => HiveFile.Read(new byte[4096], "x")).Path);
        Assert.Equal(28, Assert.Throws<DumpFormatException>(() => HiveFile.Read(log, "SYSTEM.LOG1")).Offset);
    }

    internal static IEnumerable<HiveKey> Walk(HiveKey key) => [key, .. key.SubKeys.SelectMany(Walk)];

    private static int Cell(HiveKey key) => 4100 + (int)key.Cell;

    private static HiveFile Sample() => HiveFile.Read(new HiveBuilder().Build(HiveBuilder.Sample), "sample");
}
