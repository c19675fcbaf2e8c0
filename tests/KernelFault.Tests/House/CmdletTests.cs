using System.Management.Automation;
using System.Reflection;
using System.Text.RegularExpressions;

namespace KernelFault.Tests.House;

/// <summary>Conventions of PowerShell that every cmdlet of the built assembly keeps, now and later.</summary>
public class CmdletTests
{
    // Verbs that only look. Any other one changes something and must offer -WhatIf and -Confirm.
    private static readonly string[] s_lookingVerbs =
    [
        "Get", "Find", "Search", "Select", "Show", "Watch", "Format", "Compare", "Measure", "Test", "Trace", "Resolve",
        "ConvertFrom", "ConvertTo", "Convert", "Group", "Join", "Split", "Read", "Wait", "Out",
    ];

    // The lists in the shipped PowerShell are these classes; every constant is an approved verb.
    private static readonly HashSet<string> s_approvedVerbs = new Type[]
    {
        typeof(VerbsCommon), typeof(VerbsCommunications), typeof(VerbsData), typeof(VerbsDiagnostic),
        typeof(VerbsLifecycle), typeof(VerbsOther), typeof(VerbsSecurity),
    }.SelectMany(type => type.GetFields(BindingFlags.Public | BindingFlags.Static)).Select(field => (string)field.GetRawConstantValue()!).ToHashSet();

    public static TheoryData<string> CmdletTypes()
    {
        var types = new TheoryData<string>();
        foreach (Type type in Assembly.GetExportedTypes().Where(type => !type.IsAbstract && CmdletOf(type) is not null))
        {
            types.Add(type.FullName!);
        }

        return types;
    }

    private static Assembly Assembly => typeof(Cmdlets.EngineCmdlet).Assembly;

    [Theory]
    [MemberData(nameof(CmdletTypes))]
    public void HasAnApprovedVerb(string type) => Assert.Contains(Verb(type), s_approvedVerbs);

    [Theory]
    [MemberData(nameof(CmdletTypes))]
    public void HasASingularNoun(string type)
    {
        // "Analysis", "Process", "Status" are singular; other words that end in s are not.
        Assert.DoesNotMatch(new Regex("(?<![siu])s$"), Noun(type));
    }

    [Theory]
    [MemberData(nameof(CmdletTypes))]
    public void SaysWhatItWrites(string type) =>
        Assert.Contains(Of(type).GetCustomAttributesData(), attribute => attribute.AttributeType == typeof(OutputTypeAttribute));

    [Theory]
    [MemberData(nameof(CmdletTypes))]
    public void CanBeRehearsedWhenItChangesSomething(string type)
    {
        bool supports = CmdletOf(Of(type))!.NamedArguments.Any(argument => argument.MemberName == "SupportsShouldProcess" && argument.TypedValue.Value is true);

        Assert.True(supports || s_lookingVerbs.Contains(Verb(type)), $"{Verb(type)}-{Noun(type)} changes state and has no -WhatIf");
    }

    [Theory]
    [MemberData(nameof(CmdletTypes))]
    public void HasAHelpPageWithExamples(string type)
    {
        string page = File.ReadAllText(Path.Combine(Corpus.RepositoryRoot, "docs", "en-US", $"{Verb(type)}-{Noun(type)}.md"));

        Assert.Matches("(?s)## Examples.*### .*```powershell.*```output", page);
    }

    [Theory]
    [MemberData(nameof(CmdletTypes))]
    public void IsExportedByTheManifest(string type)
    {
        string manifest = File.ReadAllText(Path.Combine(Corpus.RepositoryRoot, "KernelFault.psd1"));
        Match exports = Regex.Match(manifest, @"CmdletsToExport\s*=\s*@\(([^)]*)\)");

        Assert.Contains($"'{Verb(type)}-{Noun(type)}'", exports.Groups[1].Value, StringComparison.Ordinal);
    }

    [Fact]
    public void TheManifestExportsNothingElse()
    {
        string manifest = File.ReadAllText(Path.Combine(Corpus.RepositoryRoot, "KernelFault.psd1"));
        Match exports = Regex.Match(manifest, @"CmdletsToExport\s*=\s*@\(([^)]*)\)");

        Assert.Equal(CmdletTypes().Count, Regex.Count(exports.Groups[1].Value, "'[^']+'"));
    }

    private static Type Of(string type) => Assembly.GetType(type, throwOnError: true)!;

    private static CustomAttributeData? CmdletOf(Type type) => type.GetCustomAttributesData().FirstOrDefault(attribute => attribute.AttributeType == typeof(CmdletAttribute));

    private static string Verb(string type) => (string)CmdletOf(Of(type))!.ConstructorArguments[0].Value!;

    private static string Noun(string type) => (string)CmdletOf(Of(type))!.ConstructorArguments[1].Value!;
}
