using System.Globalization;
using KernelFault.Dumps;
using KernelFault.Knowledge;

namespace KernelFault.Analysis;

/// <summary>Looks stop codes up for a person, by what that person types. One instance serves any number of threads.</summary>
public sealed class BugCheckLookup
{
    private readonly KnowledgeBase _knowledge;
    private readonly BugCheckDecoder _decoder;

    /// <summary>A lookup in what is known.</summary>
    /// <param name="knowledge">Where codes are looked up.</param>
    public BugCheckLookup(KnowledgeBase knowledge)
    {
        _knowledge = knowledge ?? throw new ArgumentNullException(nameof(knowledge));
        _decoder = new BugCheckDecoder(knowledge);
    }

    /// <summary>Reads a number as people write stop codes and their parameters.</summary>
    /// <param name="text">
    /// <c>0x7E</c> and <c>7E</c> are hexadecimal, <c>126</c> is decimal as digits alone are, <c>fffff800`12345678</c> is how a
    /// debugger writes an address, and a negative number is what PowerShell makes of <c>0xC0000005</c>.
    /// </param>
    /// <param name="value">The number.</param>
    /// <returns>False if it is none.</returns>
    public static bool TryParseNumber(string text, out ulong value)
    {
        string digits = (text ?? throw new ArgumentNullException(nameof(text))).Trim().Replace("`", string.Empty);
        if (digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            return TryParseHex(digits.Substring(2), out value);
        }

        if (digits.StartsWith("-", StringComparison.Ordinal))
        {
            bool parsed = long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long negative);
            value = unchecked((ulong)negative);
            return parsed;
        }

        return (digits.Length < 16 && ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out value)) || TryParseHex(digits, out value);
    }

    /// <summary>The other code that digits alone may have been meant as: 50 is 0x32, and who types it often means 0x50.</summary>
    /// <param name="text">What was typed.</param>
    /// <returns>The code read as hexadecimal; null when the text is not ambiguous or that code is not known.</returns>
    public uint? OtherReading(string text) =>
        TryParseNumber(text, out ulong value)
        && TryParseHex(text.Trim(), out ulong other)
        && other != value
        && other <= uint.MaxValue
        && _knowledge.FindBugCheck((uint)other) is not null ? (uint)other : null;

    /// <summary>Explains a code.</summary>
    /// <param name="code">The code; the flag of small dumps is folded in.</param>
    /// <param name="parameters">Parameters to decode; may be empty.</param>
    /// <param name="buildNumber">Windows build, because some values changed their meaning; null counts as a current one.</param>
    /// <param name="architecture">Processor of the crashed machine.</param>
    /// <returns>The explanation; null when the code is not known.</returns>
    public BugCheckExplanation? Find(uint code, IReadOnlyList<ulong> parameters, uint? buildNumber, Architecture architecture) =>
        _knowledge.FindBugCheck(code) is BugCheckInfo info
            ? Explain(info, _decoder.Decode(code, parameters, buildNumber, architecture).Parameters)
            : null;

    /// <summary>Explains every code with a name.</summary>
    /// <param name="nameOrWildcard">A symbolic name, or a pattern with <c>*</c> and <c>?</c>; other names people use are found too.</param>
    /// <returns>The codes by number; empty when none matches.</returns>
    public IReadOnlyList<BugCheckExplanation> Find(string nameOrWildcard) =>
        _knowledge.FindBugChecks(nameOrWildcard).Select(info => Explain(info, [])).ToArray();

    private static bool TryParseHex(string digits, out ulong value) =>
        ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);

    private BugCheckExplanation Explain(BugCheckInfo info, IReadOnlyList<BugCheckParameter> decoded) => new()
    {
        Code = info.Code,
        Hex = info.Hex,
        Name = info.Name,
        Meaning = info.Meaning,
        FaultClass = FaultClassNames.Parse(info.FaultClass),
        IsLiveDump = info.IsLiveDump,
        Parameters = info.Parameters.Select(parameter => Explain(info, parameter, decoded.FirstOrDefault(value => value.Index == parameter.Index))).ToArray(),
        Causes = info.Causes.Select(_knowledge.Cause).OfType<string>().ToArray(),
        NextSteps = info.NextSteps.Select(_knowledge.NextStep).OfType<NextStepInfo>().Select(step => new NextStep(step.Text, step.Playbook)).ToArray(),
        Note = info.Note,
        SeeAlso = info.SeeAlso.Select(code => "0x" + code.ToString("X", CultureInfo.InvariantCulture)).ToArray(),
    };

    private static BugCheckParameterExplanation Explain(BugCheckInfo info, BugCheckParameterInfo parameter, BugCheckParameter? decoded)
    {
        IEnumerable<BugCheckValue> values = parameter.Values.Concat(parameter.Bits);
        if (parameter.Index == info.CaseParameter)
        {
            values = values.Concat(info.Cases.Select(chosen => new BugCheckValue(chosen.From, chosen.To, chosen.Meaning)));
        }

        return new BugCheckParameterExplanation
        {
            Index = parameter.Index,
            Meaning = decoded?.Meaning ?? parameter.Meaning,
            Value = decoded?.Value,
            Decoded = decoded?.Decoded,
            Values = values.Select(Text).Distinct().ToArray(),
        };
    }

    private static string Text(BugCheckValue value) => value.From == value.To
        ? FormattableString.Invariant($"0x{value.From:X}: {value.Text}")
        : FormattableString.Invariant($"0x{value.From:X} to 0x{value.To:X}: {value.Text}");
}
