using System.Management.Automation;
using KernelFault.Analysis;
using KernelFault.Dumps;
using KernelFault.Knowledge;

namespace KernelFault.Cmdlets;

/// <summary>Explains stop codes and decodes their parameters, with or without a dump.</summary>
[Cmdlet(VerbsCommon.Get, "BugCheck", DefaultParameterSetName = "Name")]
[OutputType(typeof(BugCheckExplanation))]
public sealed class GetBugCheckCommand : EngineCmdlet
{
    private readonly BugCheckLookup _lookup = new(KnowledgeBase.Default);

    /// <summary>Stop codes.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Code", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("StopCode", "BugCheckCode")]
    [ArgumentCompleter(typeof(BugCheckCodeCompleter))]
    [BugCheckNumberTransformation]
    [ValidateNotNullOrEmpty]
    public string[] Code { get; set; } = [];

    /// <summary>Names of stop codes.</summary>
    [Parameter(ParameterSetName = "Name")]
    [ArgumentCompleter(typeof(BugCheckNameCompleter))]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Name { get; set; } = ["*"];

    /// <summary>Values of the code's parameters.</summary>
    [Parameter(Position = 1, ParameterSetName = "Code", ValueFromPipelineByPropertyName = true)]
    [Alias("Parameters")]
    [ValidateCount(0, 4)]
    public string[] Parameter { get; set; } = [];

    /// <summary>The Windows build the values come from.</summary>
    [Parameter(ParameterSetName = "Code", ValueFromPipelineByPropertyName = true)]
    public uint? BuildNumber { get; set; }

    /// <summary>The processor the values come from.</summary>
    [Parameter(ParameterSetName = "Code", ValueFromPipelineByPropertyName = true)]
    public Architecture Architecture { get; set; } = Architecture.X64;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == "Name")
        {
            foreach (string name in Name)
            {
                WriteNamed(name);
            }

            return;
        }

        var values = new ulong[Parameter.Length];
        for (int i = 0; i < values.Length; i++)
        {
            if (!BugCheckLookup.TryParseNumber(Parameter[i], out values[i]))
            {
                WriteError(Problem("BugCheckParameter", ErrorCategory.InvalidArgument, $"'{Parameter[i]}' is not a number.", Parameter[i]));
                return;
            }
        }

        foreach (string code in Code)
        {
            WriteCode(code, values);
        }
    }

    private void WriteNamed(string name)
    {
        IReadOnlyList<BugCheckExplanation> found = _lookup.Find(name);
        WriteObject(found, enumerateCollection: true);
        if (found.Count == 0 && !WildcardPattern.ContainsWildcardCharacters(name))
        {
            WriteError(Problem("BugCheckNotFound", ErrorCategory.ObjectNotFound, $"No stop code has the name '{name}'. Wildcards match: -Name '*{name}*'.", name));
        }
    }

    private void WriteCode(string text, ulong[] values)
    {
        if (!BugCheckLookup.TryParseNumber(text, out ulong code) || code > uint.MaxValue)
        {
            WriteError(Problem("BugCheckCode", ErrorCategory.InvalidArgument, $"'{text}' is not a stop code: write 0x7E or 126, or use -Name.", text));
            return;
        }

        uint? other = _lookup.OtherReading(text);
        BugCheckExplanation? found = _lookup.Find((uint)code, values, BuildNumber, Architecture);
        if (found is null)
        {
            string hint = other is uint meant ? $" Did you mean 0x{meant:X}?" : string.Empty;
            WriteError(Problem("BugCheckNotFound", ErrorCategory.ObjectNotFound, $"The stop code 0x{code:X} is not known.{hint}", text));
            return;
        }

        if (other is not null)
        {
            WriteWarning($"{text} was read as a decimal number, 0x{code:X}. For 0x{other:X} write 0x{other:X}.");
        }

        // One code that was asked for is a page, a list of codes is a table: the format file goes by this name.
        var page = new PSObject(found);
        page.TypeNames.Insert(0, typeof(BugCheckExplanation).FullName + "#Page");
        WriteObject(page);
    }

    private static ErrorRecord Problem(string id, ErrorCategory category, string message, object target) =>
        new(new ArgumentException(Formats.PrintableText.Clean(message)), id, category, target);
}
