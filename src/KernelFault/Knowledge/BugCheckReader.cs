namespace KernelFault.Knowledge;

/// <summary>Parses one entry of <c>bugchecks.json</c>; the layout is in <c>bugchecks.schema.json</c>.</summary>
internal sealed class BugCheckReader
{
    /// <summary>The kinds as the data write them, in the order of the enumeration; a test keeps both alike.</summary>
    internal static readonly string[] KindNames =
    [
        "number", "reserved", "faultAddress", "instruction", "codeAddress", "access", "irql", "status", "exceptionCode", "hResult",
        "selector", "trapFrame", "contextRecord", "exceptionRecord", "process", "thread", "processId", "threadId", "prcb",
        "processorNumber", "driverObject", "deviceObject", "irp", "mdl", "fileObject", "lock", "imageBase", "poolAddress", "poolTag",
        "poolType", "pteAddress", "pte", "pageFrame", "physicalAddress", "wheaRecord", "textAddress", "packedText", "address", "handle",
        "flags", "count", "bytes", "milliseconds", "seconds", "ticks", "sourceLine",
    ];

    private readonly KnowledgeFile<BugCheckValueSet> _valueSets;

    /// <summary>A parser that resolves references to shared tables of values.</summary>
    /// <param name="valueSets">The shared tables.</param>
    internal BugCheckReader(KnowledgeFile<BugCheckValueSet> valueSets) => _valueSets = valueSets;

    /// <summary>Parses the entry whose object the reader has entered.</summary>
    internal BugCheckInfo Read(ref KnowledgeReader reader)
    {
        uint code = 0;
        string name = string.Empty;
        string meaning = string.Empty;
        string faultClass = string.Empty;
        bool isLiveDump = false;
        int caseParameter = 1;
        string? note = null;
        string[] causes = [];
        string[] nextSteps = [];
        uint[] seeAlso = [];
        ConfusedName[] alsoSearchedAs = [];
        BugCheckCase[] cases = [];
        BugCheckParameterInfo[] parameters = [Unused(1), Unused(2), Unused(3), Unused(4)];

        while (reader.NextProperty() is { } property)
        {
            switch (property)
            {
                case "code":
                    code = checked((uint)KnowledgeReader.ParseHex(reader.ReadText()));
                    break;
                case "name":
                    name = reader.ReadText();
                    break;
                case "meaning":
                    meaning = reader.ReadText();
                    break;
                case "faultClass":
                    faultClass = reader.ReadText();
                    break;
                case "liveDump":
                    isLiveDump = reader.ReadBoolean();
                    break;
                case "causes":
                    causes = reader.ReadTexts();
                    break;
                case "nextSteps":
                    nextSteps = reader.ReadTexts();
                    break;
                case "note":
                    note = reader.ReadText();
                    break;
                case "seeAlso":
                    seeAlso = Array.ConvertAll(reader.ReadTexts(), text => checked((uint)KnowledgeReader.ParseHex(text)));
                    break;
                case "alsoSearchedAs":
                    alsoSearchedAs = ReadConfusedNames(ref reader);
                    break;
                case "parameters":
                    foreach (BugCheckParameterInfo parameter in ReadParameters(ref reader))
                    {
                        parameters[parameter.Index - 1] = parameter;
                    }

                    break;
                case "caseParameter":
                    caseParameter = reader.ReadNumber();
                    break;
                case "cases":
                    cases = ReadCases(ref reader);
                    break;
                default:
                    throw reader.Unexpected("a property of a stop code");
            }
        }

        return new BugCheckInfo
        {
            Code = code,
            Name = name,
            Meaning = meaning,
            FaultClass = faultClass,
            IsLiveDump = isLiveDump,
            Causes = causes,
            NextSteps = nextSteps,
            Parameters = parameters,
            CaseParameter = caseParameter,
            Cases = cases,
            AlsoSearchedAs = alsoSearchedAs,
            Note = note,
            SeeAlso = seeAlso,
        };
    }

    private static BugCheckParameterInfo Unused(int index) => new() { Index = index, Kind = BugCheckParameterKind.Reserved };

    private static ConfusedName[] ReadConfusedNames(ref KnowledgeReader reader)
    {
        var names = new List<ConfusedName>();
        reader.EnterObject();
        while (reader.NextProperty() is { } name)
        {
            names.Add(new ConfusedName(name, reader.ReadText()));
        }

        return [.. names];
    }

    private BugCheckCase[] ReadCases(ref KnowledgeReader reader)
    {
        var cases = new List<BugCheckCase>();
        reader.EnterObject();
        while (reader.NextProperty() is { } range)
        {
            (ulong from, ulong to) = KnowledgeReader.ParseRange(range);
            cases.Add(ReadCase(ref reader, from, to));
        }

        return [.. cases];
    }

    private BugCheckCase ReadCase(ref KnowledgeReader reader, ulong from, ulong to)
    {
        if (!reader.IsAtObject())
        {
            return new BugCheckCase { From = from, To = to, Meaning = reader.ReadText() };
        }

        reader.EnterObject();
        var result = new BugCheckCase { From = from, To = to, Meaning = string.Empty };
        while (reader.NextProperty() is { } property)
        {
            result = property switch
            {
                "meaning" => result with { Meaning = reader.ReadText() },
                "faultClass" => result with { FaultClass = reader.ReadText() },
                "causes" => result with { Causes = reader.ReadTexts() },
                "nextSteps" => result with { NextSteps = reader.ReadTexts() },
                "parameters" => result with { Parameters = ReadParameters(ref reader) },
                _ => throw reader.Unexpected("a property of a case"),
            };
        }

        return result;
    }

    private BugCheckParameterInfo[] ReadParameters(ref KnowledgeReader reader)
    {
        var parameters = new List<BugCheckParameterInfo>();
        reader.EnterObject();
        while (reader.NextProperty() is { } index)
        {
            parameters.Add(ReadParameter(ref reader, index[0] - '0'));
        }

        return [.. parameters];
    }

    private BugCheckParameterInfo ReadParameter(ref KnowledgeReader reader, int index)
    {
        var parameter = new BugCheckParameterInfo { Index = index };
        reader.EnterObject();
        while (reader.NextProperty() is { } property)
        {
            parameter = property switch
            {
                "kind" => parameter with { Kind = ParseKind(reader.ReadText()) },
                "meaning" => parameter with { Meaning = reader.ReadText() },
                "values" => parameter with { Values = reader.ReadValues() },
                "valueSet" => parameter with { Values = ResolveSet(ref reader) },
                "bits" => parameter with { Bits = reader.ReadValues() },
                "variants" => parameter with { Variants = ReadVariants(ref reader) },
                _ => throw reader.Unexpected("a property of a parameter"),
            };
        }

        return parameter;
    }

    private BugCheckVariant[] ReadVariants(ref KnowledgeReader reader)
    {
        var variants = new List<BugCheckVariant>();
        reader.EnterList();
        while (reader.NextElement())
        {
            var variant = new BugCheckVariant();
            reader.EnterObject();
            while (reader.NextProperty() is { } property)
            {
                variant = property switch
                {
                    "fromBuild" => variant with { FromBuild = checked((uint)reader.ReadNumber()) },
                    "beforeBuild" => variant with { BeforeBuild = checked((uint)reader.ReadNumber()) },
                    "architectures" => variant with { Architectures = reader.ReadTexts() },
                    "meaning" => variant with { Meaning = reader.ReadText() },
                    "values" => variant with { Values = reader.ReadValues() },
                    "valueSet" => variant with { Values = ResolveSet(ref reader) },
                    _ => throw reader.Unexpected("a property of a variant"),
                };
            }

            variants.Add(variant);
        }

        return [.. variants];
    }

    private IReadOnlyList<BugCheckValue> ResolveSet(ref KnowledgeReader reader)
    {
        string name = reader.ReadText();
        return _valueSets.Find(name)?.Values ?? throw new InvalidOperationException($"No table of values is called '{name}'.");
    }

    // Enum.TryParse would do, at several milliseconds of a cold start.
    private static BugCheckParameterKind ParseKind(string name)
    {
        for (int i = 0; i < KindNames.Length; i++)
        {
            if (KindNames[i] == name)
            {
                return (BugCheckParameterKind)i;
            }
        }

        throw new InvalidOperationException($"No kind of parameter is called '{name}'.");
    }
}
