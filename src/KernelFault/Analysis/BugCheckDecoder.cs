using System.Globalization;
using KernelFault.Dumps;
using KernelFault.Knowledge;

namespace KernelFault.Analysis;

/// <summary>Says what a stop code and its parameters mean.</summary>
/// <remarks>
/// Which parameter means what, per code, per value of another parameter, per Windows build and per processor, is data
/// (<c>bugchecks.json</c>); here is only how to read such data. Holds nothing of one crash: one instance serves any
/// number of threads.
/// </remarks>
public sealed class BugCheckDecoder
{
    private const int ParameterCount = 4;

    private readonly KnowledgeBase _knowledge;

    /// <summary>A decoder over what is known.</summary>
    /// <param name="knowledge">Where codes and status values are looked up.</param>
    public BugCheckDecoder(KnowledgeBase knowledge)
    {
        _knowledge = knowledge ?? throw new ArgumentNullException(nameof(knowledge));
    }

    /// <summary>Decodes a bug check.</summary>
    /// <param name="rawCode">The code as stored; 0x1000007E is 0x7E of a small dump.</param>
    /// <param name="parameters">Its parameters as stored; those that are missing count as not given, those beyond four are ignored.</param>
    /// <param name="buildNumber">Windows build, because some values changed their meaning; null counts as a current one.</param>
    /// <param name="architecture">Processor of the crashed machine.</param>
    /// <returns>Code and parameters with names and meanings as far as they are documented.</returns>
    public StopCode Decode(uint rawCode, IReadOnlyList<ulong> parameters, uint? buildNumber, Architecture architecture)
    {
        if (parameters is null)
        {
            throw new ArgumentNullException(nameof(parameters));
        }

        BugCheckInfo? info = _knowledge.FindBugCheck(rawCode);
        BugCheckCase? chosen = FindCase(info, parameters);
        var decoded = new List<BugCheckParameter>(ParameterCount);
        for (int index = 1; index <= ParameterCount && index <= parameters.Count; index++)
        {
            ulong value = parameters[index - 1];
            BugCheckParameterInfo? parameter = Meaning(info, chosen, index);
            BugCheckVariant? variant = FindVariant(parameter, buildNumber, architecture);
            string? valueMeaning = parameter is null ? null : DecodeValue(parameter, variant, value, architecture);
            if (info is not null && index == info.CaseParameter && chosen is not null)
            {
                valueMeaning = chosen.Meaning;
            }

            decoded.Add(new BugCheckParameter
            {
                Index = index,
                Value = "0x" + value.ToString("x16", CultureInfo.InvariantCulture),
                Meaning = variant?.Meaning ?? parameter?.Meaning,
                Decoded = valueMeaning,
            });
        }

        return new StopCode
        {
            Code = KnowledgeBase.FoldMinidumpFlag(rawCode),
            RawCode = "0x" + rawCode.ToString("X8", CultureInfo.InvariantCulture),
            Name = info?.Name,
            Meaning = info?.Meaning,
            Parameters = decoded,
        };
    }

    /// <summary>Says which parameter is what: faulting address, instruction, trap frame and so on.</summary>
    /// <param name="rawCode">The code as stored.</param>
    /// <param name="parameters">Its parameters as stored.</param>
    /// <param name="buildNumber">Windows build; null counts as a current one.</param>
    /// <param name="architecture">Processor of the crashed machine.</param>
    /// <returns>What analysis needs of the code; without operands when the code is not known.</returns>
    internal BugCheckSemantics Interpret(uint rawCode, IReadOnlyList<ulong> parameters, uint? buildNumber, Architecture architecture)
    {
        uint code = KnowledgeBase.FoldMinidumpFlag(rawCode);
        BugCheckInfo? info = _knowledge.FindBugCheck(rawCode);
        if (info is null)
        {
            return new BugCheckSemantics { Code = code };
        }

        BugCheckCase? chosen = FindCase(info, parameters);
        string? faultClass = chosen?.FaultClass ?? info.FaultClass;
        var operands = new List<BugCheckOperand>(ParameterCount);
        AccessKind access = AccessKind.Unknown;
        for (int index = 1; index <= ParameterCount && index <= parameters.Count; index++)
        {
            BugCheckParameterInfo parameter = Meaning(info, chosen, index)!;
            ulong value = parameters[index - 1];
            if (parameter.Kind == BugCheckParameterKind.Reserved)
            {
                continue;
            }

            operands.Add(new BugCheckOperand(index, parameter.Kind, value));
            if (parameter.Kind == BugCheckParameterKind.Access)
            {
                access = ParseAccess(DecodeValue(parameter, FindVariant(parameter, buildNumber, architecture), value, architecture));
            }
            else if (parameter.Kind == BugCheckParameterKind.ExceptionCode && TryNarrowStatus(value, out uint status))
            {
                faultClass = _knowledge.FindStatus(status)?.FaultClass ?? faultClass;
            }
        }

        return new BugCheckSemantics
        {
            Code = code,
            FaultClass = FaultClassNames.Parse(faultClass),
            CaseValue = chosen is null ? null : parameters[info.CaseParameter - 1],
            CaseMeaning = chosen?.Meaning,
            Causes = chosen?.Causes ?? info.Causes,
            NextSteps = chosen?.NextSteps ?? info.NextSteps,
            Operands = operands,
            Access = access,
        };
    }

    /// <summary>A parameter as an NTSTATUS.</summary>
    /// <param name="value">The parameter: 32 bits, or sign-extended to 64 (seen in 0x1E, 0x7E, 0x7A, 0x116).</param>
    /// <param name="status">The status.</param>
    /// <returns>False when the value is wider than a status, so that it can be none.</returns>
    internal static bool TryNarrowStatus(ulong value, out uint status)
    {
        status = unchecked((uint)value);
        return value <= uint.MaxValue || value == unchecked((ulong)(int)status);
    }

    private static BugCheckCase? FindCase(BugCheckInfo? info, IReadOnlyList<ulong> parameters)
    {
        if (info is null || info.Cases.Count == 0 || info.CaseParameter > parameters.Count)
        {
            return null;
        }

        ulong selector = parameters[info.CaseParameter - 1];
        return info.FindCase(selector)
            ?? (TryNarrowStatus(selector, out uint narrow) && narrow != selector ? info.FindCase(narrow) : null);
    }

    private static BugCheckParameterInfo? Meaning(BugCheckInfo? info, BugCheckCase? chosen, int index)
    {
        if (chosen is not null)
        {
            foreach (BugCheckParameterInfo parameter in chosen.Parameters)
            {
                if (parameter.Index == index)
                {
                    return parameter;
                }
            }
        }

        return info?.Parameters[index - 1];
    }

    private static BugCheckVariant? FindVariant(BugCheckParameterInfo? parameter, uint? buildNumber, Architecture architecture)
    {
        if (parameter is null || parameter.Variants.Count == 0)
        {
            return null;
        }

        uint build = buildNumber ?? uint.MaxValue;
        string name = architecture switch
        {
            Architecture.X86 => "x86",
            Architecture.X64 => "x64",
            Architecture.Arm64 => "arm64",
            Architecture.Arm => "arm",
            _ => string.Empty,
        };
        foreach (BugCheckVariant variant in parameter.Variants)
        {
            if ((variant.FromBuild is not { } from || build >= from)
                && (variant.BeforeBuild is not { } before || build < before)
                && (variant.Architectures.Count == 0 || variant.Architectures.Contains(name)))
            {
                return variant;
            }
        }

        return null;
    }

    private string? DecodeValue(BugCheckParameterInfo parameter, BugCheckVariant? variant, ulong value, Architecture architecture)
    {
        // A variant replaces the table: where it has none, the value says nothing there.
        IReadOnlyList<BugCheckValue> values = variant?.Values ?? parameter.Values;
        ulong narrow = TryNarrowStatus(value, out uint low) ? low : value;
        foreach (BugCheckValue entry in values)
        {
            if ((value >= entry.From && value <= entry.To) || (narrow >= entry.From && narrow <= entry.To))
            {
                return entry.Text;
            }
        }

        return parameter.Bits.Count > 0
            ? BugCheckValueText.Bits(parameter.Bits, value)
            : BugCheckValueText.Describe(parameter.Kind, value, architecture, _knowledge);
    }

    private static AccessKind ParseAccess(string? decoded) => decoded switch
    {
        "read" => AccessKind.Read,
        "write" => AccessKind.Write,
        "execute" => AccessKind.Execute,
        _ => AccessKind.Unknown,
    };
}
