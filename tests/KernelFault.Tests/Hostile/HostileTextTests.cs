using System.Text.Json;
using KernelFault.Analysis;
using KernelFault.Dumps;
using KernelFault.Reports;
using KernelFault.Tests.Builders;

namespace KernelFault.Tests.Hostile;

/// <summary>Text from a dump is data: what could drive a terminal, reorder a line or leave a folder comes out escaped, in objects, JSON and the page of text.</summary>
public class HostileTextTests
{
    private const string ClearScreen = "\u001b[2J\u001b[1;31m";
    private const string Reordered = "\u202Egnp.\u2066exe";

    public static TheoryData<string> Names { get; } =
    [
        ClearScreen + "contoso.sys",
        Reordered + ".sys",
        "two\r\nlines\t.sys",
        "zero\0inside.sys",
        "bell\u0007delete\u007f\u009b31m.sys",
        @"..\..\..\Windows\Temp\contoso.sys",
        "../../etc/contoso.sys",
        @"\??\C:\contoso\" + new string('a', 400) + ".sys",
        "\ud800unpaired.sys",
        "line\u2028separator\u2029.sys",
        "<script>alert('contoso')</script>.sys",
        "[link=file:///contoso]contoso[/].sys",
    ];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_driver_name_comes_out_clean_everywhere(string name)
    {
        SyntheticMachine machine = SyntheticCrashes.Desktop;
        IReadOnlyList<DriverEntry> drivers = [.. machine.Drivers.Select(d => d.Name == "contosonet.sys" ? d with { Name = name } : d)];
        WindowsTriageDumpBuilder dump = SyntheticCrashes.NetworkDriverWritesNull() with
        {
            Drivers = drivers,
            UnloadedDrivers = [new UnloadedEntry(name, 0xFFFF_F806_2B10_0000, 0xFFFF_F806_2B14_0000)],
        };

        KernelFaultAnalysis answer = SyntheticAnswerTests.Answer(dump);

        AssertClean(answer);
        Assert.Equal(0x1A4Fu, answer.Instruction!.Offset);

        // What is left of a backslash is the escape itself.
        Assert.All(
            answer.Modules.Select(m => m.Name).Concat(answer.UnloadedModules.Select(m => m.Name)),
            n => Assert.Matches(@"^([^/\\]|\\u[0-9a-f]{4})+$", n));
    }

    [Fact]
    public void Process_name_comment_and_version_come_out_clean()
    {
        WindowsTriageDumpBuilder dump = SyntheticCrashes.NetworkDriverWritesNull(SyntheticCrashes.Desktop with { ProcessName = "\u001b[2Jevil.e" }) with
        {
            Comment = ClearScreen + "made by " + "contoso\r\n\u009b31m",
            VersionUser = "\u001b]0;title\u0007",
        };
        using var file = new TemporaryFile(dump.Build());
        using var opened = (KernelFault.Dumps.Windows.WindowsTriageDump)CrashDump.Open(file.Path);

        Assert.DoesNotContain(opened.Header.Comment!, MustNotComeOut);
        Assert.Contains("made by", opened.Header.Comment, StringComparison.Ordinal);
        Assert.DoesNotContain(opened.Header.VersionUser!, MustNotComeOut);
        AssertClean(SyntheticAnswerTests.Answer(dump));
    }

    [Fact]
    public void A_program_and_comment_of_a_process_dump_come_out_clean()
    {
        var builder = new MinidumpBuilder { Program = @"C:\contoso\" + ClearScreen + Reordered, Comment = ClearScreen + "line\r\nline" };

        AssertProcessClean(builder.Build());
    }

    [Fact]
    public void A_program_of_a_core_file_comes_out_clean() =>
        AssertProcessClean(new ElfCoreBuilder { Name = "\u001b[2J\u0007evil" }.Build());

    [Fact]
    public void A_company_in_a_drivers_image_comes_out_clean()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("kf-image-");
        try
        {
            DriverImageBuilder builder = SyntheticCrashes.NetworkDriverImage();
            var hostile = new DriverImageBuilder { Driver = builder.Driver, Code = builder.Code, Functions = builder.Functions, Company = ClearScreen + Reordered };
            File.WriteAllBytes(Path.Combine(folder.FullName, "contosonet.sys"), hostile.Build());

            AssertClean(SyntheticAnswerTests.Answer(SyntheticCrashes.NetworkDriverWritesNull(), folder.FullName));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void AssertProcessClean(byte[] content)
    {
        using var file = new TemporaryFile(content);
        using var analyzer = new KernelFaultAnalyzer(new AnalysisOptions { UseLocalImages = false });
        AssertClean(analyzer.Analyze(file.Path));
    }

    private static void AssertClean(KernelFaultAnalysis answer)
    {
        using JsonDocument json = JsonDocument.Parse(PowerShellJson.Write(answer));
        AssertClean(json.RootElement);
        foreach (string line in AnalysisText.Render(answer, 100).Split('\n'))
        {
            Assert.DoesNotContain(line.TrimEnd('\r'), MustNotComeOut);
        }
    }

    private static void AssertClean(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (System.Text.Json.JsonProperty property in element.EnumerateObject())
                {
                    Assert.DoesNotContain(property.Name, MustNotComeOut);
                    AssertClean(property.Value);
                }

                break;
            case JsonValueKind.Array:
                foreach (JsonElement item in element.EnumerateArray())
                {
                    AssertClean(item);
                }

                break;
            case JsonValueKind.String:
                Assert.DoesNotContain(element.GetString()!, MustNotComeOut);
                break;
            default:
                break;
        }
    }

    private static bool MustNotComeOut(char c) => char.IsControl(c)
        || c is '\u061C' or '\u200E' or '\u200F' or '\u2028' or '\u2029' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069')
        || char.IsSurrogate(c);
}
