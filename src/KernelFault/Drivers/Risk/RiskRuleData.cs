using System.Reflection;
using System.Text.Json;

namespace KernelFault.Drivers.Risk;

/// <summary>Reads <c>Data/driver-risk-rules.json</c>, which lies in the assembly: what there is to say of each rule.</summary>
internal static class RiskRuleData
{
    private const string Resource = "Drivers.Risk.driver-risk-rules.json";
    private static readonly Lazy<IReadOnlyList<RiskRule>> Read = new(Load);

    internal static IReadOnlyList<RiskRule> Rules => Read.Value;

    private static RiskRule[] Load()
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(Resource)!;
        using JsonDocument document = JsonDocument.Parse(stream);
        return [.. document.RootElement.GetProperty("rules").EnumerateArray().Select(Rule)];
    }

    private static RiskRule Rule(JsonElement rule) => new()
    {
        Id = rule.GetProperty("id").GetString()!,
        Title = rule.GetProperty("title").GetString()!,
        Description = rule.GetProperty("description").GetString()!,
        Weight = rule.GetProperty("weight").GetInt64(),
        Platforms = rule.GetProperty("platforms").EnumerateArray().Select(platform => platform.GetString()!).ToArray(),
        Actions = rule.GetProperty("actions").EnumerateArray().Select(action => (RiskAction)Enum.Parse(typeof(RiskAction), action.GetString()!)).ToArray(),
        Reference = rule.TryGetProperty("reference", out JsonElement reference) ? reference.GetString() : null,
    };
}
