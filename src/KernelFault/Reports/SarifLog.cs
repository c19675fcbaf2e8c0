using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using KernelFault.Analysis;
using KernelFault.Drivers.Risk;

namespace KernelFault.Reports;

// Static Analysis Results Interchange Format 2.1.0 (OASIS). One run; rules sorted by id; results in the order they come; no times, ids of
// runs or version control, so that the same findings give the same bytes.

/// <summary>Writes findings as SARIF 2.1.0, which code scanning and editors read.</summary>
public static class SarifLog
{
    private const string Schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
    private const long Serious = 60;
    private const long Noticeable = 10;

    /// <summary>Writes what was found about drivers and crashes.</summary>
    /// <param name="risks">Risks of drivers: one result for each finding.</param>
    /// <param name="analyses">Answers about crashes: one result for each.</param>
    /// <returns>Indented JSON.</returns>
    public static string Write(IEnumerable<DriverRisk> risks, IEnumerable<KernelFaultAnalysis> analyses)
    {
        if (risks is null)
        {
            throw new ArgumentNullException(nameof(risks));
        }

        if (analyses is null)
        {
            throw new ArgumentNullException(nameof(analyses));
        }

        var results = new List<SarifResult>();
        var rules = new SortedDictionary<string, SarifRule>(StringComparer.Ordinal);
        foreach (DriverRisk risk in risks)
        {
            results.AddRange(risk.Findings.Select(finding => SarifContent.Result(risk, finding)));
        }

        foreach (string id in results.Select(result => result.RuleId).Distinct())
        {
            rules[id] = SarifContent.Rule(id);
        }

        foreach (KernelFaultAnalysis analysis in analyses)
        {
            SarifRule rule = SarifContent.Rule(analysis.FaultClass);
            rules[rule.Id] = rule;
            results.Add(SarifContent.Result(analysis, rule.Id));
        }

        return Write([.. rules.Values], results);
    }

    private static string Write(List<SarifRule> rules, List<SarifResult> results)
    {
        using var stream = new MemoryStream();

        // Names in other alphabets stay readable; what JSON requires is escaped all the same.
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("$schema", Schema);
            json.WriteString("version", "2.1.0");
            json.WriteStartArray("runs");
            json.WriteStartObject();
            WriteTool(json, rules);
            json.WriteStartArray("results");
            foreach (SarifResult result in results)
            {
                WriteResult(json, result, rules.FindIndex(rule => rule.Id == result.RuleId));
            }

            json.WriteEndArray();
            json.WriteString("columnKind", "utf16CodeUnits");
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void WriteTool(Utf8JsonWriter json, List<SarifRule> rules)
    {
        json.WriteStartObject("tool");
        json.WriteStartObject("driver");
        json.WriteString("name", "KernelFault");
        json.WriteString("semanticVersion", typeof(SarifLog).Assembly.GetName().Version!.ToString(3));
        json.WriteStartArray("rules");
        foreach (SarifRule rule in rules)
        {
            WriteRule(json, rule);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteRule(Utf8JsonWriter json, SarifRule rule)
    {
        json.WriteStartObject();
        json.WriteString("id", rule.Id);
        WriteText(json, "shortDescription", rule.Title);
        WriteText(json, "fullDescription", rule.Description);
        if (rule.HelpUri is not null)
        {
            json.WriteString("helpUri", rule.HelpUri);
        }

        json.WriteStartObject("defaultConfiguration");
        json.WriteString("level", Level(rule.Weight));
        json.WriteNumber("rank", rule.Weight);
        json.WriteEndObject();
        json.WriteStartObject("properties");
        json.WriteStartArray("tags");
        foreach (string tag in rule.Tags)
        {
            json.WriteStringValue(tag);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteResult(Utf8JsonWriter json, SarifResult result, int ruleIndex)
    {
        json.WriteStartObject();
        json.WriteString("ruleId", result.RuleId);
        json.WriteNumber("ruleIndex", ruleIndex);
        json.WriteString("level", Level(result.Weight));
        json.WriteNumber("rank", result.Weight);
        WriteText(json, "message", result.Text);
        json.WriteStartArray("locations");
        json.WriteStartObject();
        json.WriteStartObject("physicalLocation");
        json.WriteStartObject("artifactLocation");
        json.WriteString("uri", SarifContent.Uri(result.File ?? result.Name));
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteStartArray("logicalLocations");
        json.WriteStartObject();
        json.WriteString("name", result.Name);
        json.WriteString("fullyQualifiedName", $"{result.Machine}/{result.Name}");
        json.WriteString("kind", "module");
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteStartObject("fingerprints");
        json.WriteString("kernelFault/v1", Hash(result.Identity));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter json, string name, string text)
    {
        json.WriteStartObject(name);
        json.WriteString("text", text);
        json.WriteEndObject();
    }

    private static string Level(long weight) => weight >= Serious ? "error" : weight >= Noticeable ? "warning" : "note";

    private static string Hash(string identity)
    {
        using var sha = SHA256.Create();
#pragma warning disable CA1850 // netstandard2.0 has no HashData.
        return Formats.Hexadecimal.Of(sha.ComputeHash(Encoding.UTF8.GetBytes(identity))).ToLowerInvariant();
#pragma warning restore CA1850
    }
}
