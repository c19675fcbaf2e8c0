using System.Text.Json;

namespace KernelFault.Knowledge;

/// <summary>Parses one entry of <c>bugchecks.json</c>; the layout is in <c>bugchecks.schema.json</c>.</summary>
internal sealed class BugCheckReader
{
    private readonly KnowledgeFile<BugCheckValueSet> _valueSets;

    /// <summary>A parser that resolves references to shared tables of values.</summary>
    /// <param name="valueSets">The shared tables.</param>
    internal BugCheckReader(KnowledgeFile<BugCheckValueSet> valueSets) => _valueSets = valueSets;

    /// <summary>Parses the entry whose opening brace the reader stands at.</summary>
    internal BugCheckInfo Read(ref Utf8JsonReader reader)
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

        while (KnowledgeReader.NextProperty(ref reader))
        {
            switch (reader.GetString())
            {
                case "code":
                    code = checked((uint)KnowledgeReader.ParseHex(KnowledgeReader.ReadText(ref reader)));
                    break;
                case "name":
                    name = KnowledgeReader.ReadText(ref reader);
                    break;
                case "meaning":
                    meaning = KnowledgeReader.ReadText(ref reader);
                    break;
                case "faultClass":
                    faultClass = KnowledgeReader.ReadText(ref reader);
                    break;
                case "liveDump":
                    isLiveDump = KnowledgeReader.ReadBoolean(ref reader);
                    break;
                case "causes":
                    causes = KnowledgeReader.ReadTexts(ref reader);
                    break;
                case "nextSteps":
                    nextSteps = KnowledgeReader.ReadTexts(ref reader);
                    break;
                case "note":
                    note = KnowledgeReader.ReadText(ref reader);
                    break;
                case "seeAlso":
                    seeAlso = Array.ConvertAll(KnowledgeReader.ReadTexts(ref reader), text => checked((uint)KnowledgeReader.ParseHex(text)));
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
                    caseParameter = KnowledgeReader.ReadNumber(ref reader);
                    break;
                case "cases":
                    cases = ReadCases(ref reader);
                    break;
                default:
                    throw KnowledgeReader.Unexpected("a property of a stop code", ref reader);
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

    private static ConfusedName[] ReadConfusedNames(ref Utf8JsonReader reader)
    {
        var names = new List<ConfusedName>();
        reader.Read();
        while (KnowledgeReader.NextProperty(ref reader))
        {
            string name = reader.GetString()!;
            names.Add(new ConfusedName(name, KnowledgeReader.ReadText(ref reader)));
        }

        return [.. names];
    }

    private BugCheckCase[] ReadCases(ref Utf8JsonReader reader)
    {
        var cases = new List<BugCheckCase>();
        reader.Read();
        while (KnowledgeReader.NextProperty(ref reader))
        {
            (ulong from, ulong to) = KnowledgeReader.ParseRange(reader.GetString()!);
            reader.Read();
            cases.Add(ReadCase(ref reader, from, to));
        }

        return [.. cases];
    }

    private BugCheckCase ReadCase(ref Utf8JsonReader reader, ulong from, ulong to)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return new BugCheckCase { From = from, To = to, Meaning = reader.GetString()! };
        }

        var result = new BugCheckCase { From = from, To = to, Meaning = string.Empty };
        while (KnowledgeReader.NextProperty(ref reader))
        {
            result = reader.GetString() switch
            {
                "meaning" => result with { Meaning = KnowledgeReader.ReadText(ref reader) },
                "faultClass" => result with { FaultClass = KnowledgeReader.ReadText(ref reader) },
                "causes" => result with { Causes = KnowledgeReader.ReadTexts(ref reader) },
                "nextSteps" => result with { NextSteps = KnowledgeReader.ReadTexts(ref reader) },
                "parameters" => result with { Parameters = ReadParameters(ref reader) },
                _ => throw KnowledgeReader.Unexpected("a property of a case", ref reader),
            };
        }

        return result;
    }

    private BugCheckParameterInfo[] ReadParameters(ref Utf8JsonReader reader)
    {
        var parameters = new List<BugCheckParameterInfo>();
        reader.Read();
        while (KnowledgeReader.NextProperty(ref reader))
        {
            int index = reader.GetString()![0] - '0';
            parameters.Add(ReadParameter(ref reader, index));
        }

        return [.. parameters];
    }

    private BugCheckParameterInfo ReadParameter(ref Utf8JsonReader reader, int index)
    {
        var parameter = new BugCheckParameterInfo { Index = index };
        reader.Read();
        while (KnowledgeReader.NextProperty(ref reader))
        {
            parameter = reader.GetString() switch
            {
                "kind" => parameter with { Kind = ParseKind(KnowledgeReader.ReadText(ref reader)) },
                "meaning" => parameter with { Meaning = KnowledgeReader.ReadText(ref reader) },
                "values" => parameter with { Values = KnowledgeReader.ReadValues(ref reader) },
                "valueSet" => parameter with { Values = ResolveSet(ref reader) },
                "bits" => parameter with { Bits = KnowledgeReader.ReadValues(ref reader) },
                "variants" => parameter with { Variants = ReadVariants(ref reader) },
                _ => throw KnowledgeReader.Unexpected("a property of a parameter", ref reader),
            };
        }

        return parameter;
    }

    private BugCheckVariant[] ReadVariants(ref Utf8JsonReader reader)
    {
        var variants = new List<BugCheckVariant>();
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var variant = new BugCheckVariant();
            while (KnowledgeReader.NextProperty(ref reader))
            {
                variant = reader.GetString() switch
                {
                    "fromBuild" => variant with { FromBuild = checked((uint)KnowledgeReader.ReadNumber(ref reader)) },
                    "beforeBuild" => variant with { BeforeBuild = checked((uint)KnowledgeReader.ReadNumber(ref reader)) },
                    "architectures" => variant with { Architectures = KnowledgeReader.ReadTexts(ref reader) },
                    "meaning" => variant with { Meaning = KnowledgeReader.ReadText(ref reader) },
                    "values" => variant with { Values = KnowledgeReader.ReadValues(ref reader) },
                    "valueSet" => variant with { Values = ResolveSet(ref reader) },
                    _ => throw KnowledgeReader.Unexpected("a property of a variant", ref reader),
                };
            }

            variants.Add(variant);
        }

        return [.. variants];
    }

    private IReadOnlyList<BugCheckValue> ResolveSet(ref Utf8JsonReader reader)
    {
        string name = KnowledgeReader.ReadText(ref reader);
        return _valueSets.Find(name)?.Values ?? throw new InvalidOperationException($"No table of values is called '{name}'.");
    }

    private static BugCheckParameterKind ParseKind(string name) =>
        Enum.TryParse(name, ignoreCase: true, out BugCheckParameterKind kind)
            ? kind
            : throw new InvalidOperationException($"No kind of parameter is called '{name}'.");
}
