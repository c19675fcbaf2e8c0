using System.Globalization;
using System.Text;
using System.Xml;
using KernelFault.Formats.Registry;
using KernelFault.Formats.Xz;
using KernelFault.Tests.Builders;

namespace KernelFault.Tests.Formats.Registry;

/// <summary>Every key, time and value of real hives, and of one written by hivexsh, against what hivex reads.</summary>
public sealed class HiveAgainstHivexTests
{
    [SkippableTheory]
    [InlineData("corpus/hives/BCD")]
    [InlineData("corpus/hives/SYSTEM_WIN_10_1709.xz")]
    public void Every_key_and_value_of_a_real_hive_is_the_one_that_hivex_reads(string name)
    {
        ExternalProgram.Require("hivexregedit");
        using TemporaryFile file = Unpacked(name);

        Compare(file.Path);
    }

    [SkippableTheory]
    [InlineData("corpus/hives/BCD")]
    [InlineData("corpus/hives/SYSTEM_WIN_10_1709.xz")]
    public void Every_key_of_a_real_hive_lies_and_was_written_where_and_when_hivex_says(string name)
    {
        ExternalProgram.Require("hivexml");
        using TemporaryFile file = Unpacked(name);
        var expected = new List<string>();
        using (XmlReader xml = XmlReader.Create(new StringReader(ExternalProgram.Run(".", "hivexml", file.Path)), new XmlReaderSettings { CheckCharacters = false }))
        {
            string? time = null;
            while (xml.Read())
            {
                // A node's own place comes before those of its values; a node that was never written has no time.
                switch (xml.NodeType == XmlNodeType.Element ? xml.Name : string.Empty)
                {
                    case "node":
                        time = string.Empty;
                        break;
                    case "mtime":
                        xml.Read();
                        time = xml.Value;
                        break;
                    case "byte_run" when time is not null:
                        expected.Add($"{xml.GetAttribute("file_offset")} {time}");
                        time = null;
                        break;
                }
            }
        }

        using HiveFile hive = HiveFile.Open(file.Path);

        Assert.Equal(expected, HiveFileTests.Walk(hive.Root).Select(k => FormattableString.Invariant($"{4096 + k.Cell} {k.LastWritten:yyyy-MM-ddTHH:mm:ssZ}")));
        Assert.True(expected.Count > 100);
    }

    [SkippableFact]
    public void A_hive_written_by_hivexsh_reads_as_hivex_reads_it()
    {
        ExternalProgram.Require("hivexsh", "hivexregedit");
        using var file = new TemporaryFile(new HiveBuilder().Build(new HiveBuilder.Node("ROOT")), ".hive");
        using var script = new TemporaryFile(
            """
            add Select
            cd Select
            setval 2
            Current
            dword:1
            Default
            dword:1
            cd \
            add ControlSet001
            cd ControlSet001
            add Services
            cd Services
            add contoso
            cd contoso
            setval 4
            ImagePath
            expandstring:System32\drivers\contoso.sys
            Type
            dword:1
            DependOnService
            hex:7:61,00,00,00,62,00,00,00,00,00
            Numbers
            qword:72623859790382856
            commit
            """u8,
            ".txt");
        ExternalProgram.Run(".", "hivexsh", "-w", "-f", script.Path, file.Path);

        Compare(file.Path);
        using HiveFile hive = HiveFile.Open(file.Path);
        HiveKey service = hive.Find(@"ControlSet001\Services\contoso")!;
        Assert.Equal(@"System32\drivers\contoso.sys", service.Value("ImagePath")!.Text);
        Assert.Equal(["a", "b"], service.Value("DependOnService")!.Texts);
        Assert.Equal(1u, hive.Find("Select")!.Value("Current")!.Number);
    }

    [SkippableFact]
    public void The_real_system_hive_names_its_services_and_that_it_is_dirty()
    {
        using TemporaryFile file = Unpacked("corpus/hives/SYSTEM_WIN_10_1709.xz");
        using HiveFile hive = HiveFile.Open(file.Path);

        ulong current = hive.Find("Select")!.Value("Current")!.Number!.Value;
        HiveKey services = hive.Find(FormattableString.Invariant($@"ControlSet{current:000}\Services"))!;

        Assert.True(hive.IsDirty);
        Assert.Equal("SYSTEM", hive.InternalName);
        Assert.Equal(@"system32\drivers\tcpip.sys", services.SubKey("Tcpip")!.Value("ImagePath")!.Text, ignoreCase: true);
        Assert.Equal(services.SubKeyCount, services.SubKeys.Count());
        Assert.Single(hive.Warnings);
    }

    internal static TemporaryFile Unpacked(string name)
    {
        byte[] bytes = File.ReadAllBytes(Corpus.File(name));
        return new TemporaryFile(XzReader.IsXz(bytes) ? XzReader.Expand(bytes, name, 64 * 1024 * 1024) : bytes, ".hive");
    }

    internal static void Compare(string path)
    {
        var expected = new SortedSet<string>(StringComparer.Ordinal);
        string key = string.Empty;
        foreach (string line in ExternalProgram.Run(".", "hivexregedit", "--export", "--prefix", "HIVE", path, "\\").Split('\n').Skip(1))
        {
            if (line.StartsWith('['))
            {
                key = line[5..^1].Trim('\\');
                expected.Add(key);
            }
            else if (line.Length > 0)
            {
                expected.Add(key + "\t" + Expected(line));
            }
        }

        using HiveFile hive = HiveFile.Open(path);
        var actual = new SortedSet<string>(StringComparer.Ordinal);
        foreach (HiveKey k in HiveFileTests.Walk(hive.Root))
        {
            string at = RawPath(k);
            actual.Add(at);
            foreach (HiveValue value in k.Values)
            {
                actual.Add($"{at}\t{value.RawName}\t{(long)value.Type:x}\t{Convert.ToHexString(value.ReadData())}");
            }
        }

        Assert.True(!expected.Except(actual).Any(), string.Join('\n', expected.Except(actual).Take(3)));
        Assert.True(!actual.Except(expected).Any(), string.Join('\n', actual.Except(expected).Take(3)));
        Assert.True(expected.Count > 4);
    }

    // "name"=hex(type):aa,bb   @=dword:0000002a
    private static string Expected(string line)
    {
        int end = 1;
        var name = new StringBuilder();
        if (line[0] == '"')
        {
            for (; line[end] != '"'; end++)
            {
                end += line[end] == '\\' ? 1 : 0;
                name.Append(line[end]);
            }

            end++;
        }

        string data = line[(end + 1)..];
        if (data.StartsWith("dword:", StringComparison.Ordinal))
        {
            return $"{name}\t4\t{Convert.ToHexString(BitConverter.GetBytes(uint.Parse(data.AsSpan(6), NumberStyles.HexNumber, CultureInfo.InvariantCulture)))}";
        }

        int colon = data.IndexOf(':', StringComparison.Ordinal);
        string type = data.StartsWith("hex(", StringComparison.Ordinal) ? data[4..(colon - 1)] : "3";
        return $"{name}\t{type}\t{data[(colon + 1)..].Replace(",", string.Empty, StringComparison.Ordinal).ToUpperInvariant()}";
    }

    private static string RawPath(HiveKey key) => key.Parent is null ? string.Empty : (RawPath(key.Parent) + "\\" + key.RawName).Trim('\\');
}
