using System.Text.Json;
using KernelFault.Hosts;

namespace KernelFault.Servicing;

/// <summary>Asks for the known health of the component store where DISM's own words were not understood.</summary>
internal static class ComponentStoreHealth
{
    private const string Format = "kernelfault-component-store 1";
    private const int MaximumDepth = 8;

    /// <summary>Asks the machine.</summary>
    /// <param name="host">The machine.</param>
    /// <param name="image">The root of an offline image; null for the machine's own Windows.</param>
    /// <param name="cancellation">Ends the work at once.</param>
    /// <returns>How the store is; null when the machine does not say, as where DISM's module for PowerShell is missing.</returns>
    internal static RepairStatus? Ask(IHost host, string? image, CancellationToken cancellation)
    {
        string json = JsonSerializer.Serialize(new Dictionary<string, string?> { ["image"] = image });
        try
        {
            var call = new ScriptCall("component-store-health", HostScript.Read("Servicing.component-store-health.ps1")) { Json = json, Timeout = TimeSpan.FromMinutes(10), MaximumOutput = 1024 * 1024 };
            return Parse(host.RunScript(call, cancellation).Output);
        }
        catch (HostException)
        {
            return null;
        }
    }

    // DismImageHealthState
    private static RepairStatus? Parse(string answer)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(answer, new JsonDocumentOptions { MaxDepth = MaximumDepth });
            JsonElement root = document.RootElement;
            bool isOurs = root.ValueKind == JsonValueKind.Object && root.TryGetProperty("format", out JsonElement format) && format.ValueKind == JsonValueKind.String && format.GetString() == Format;
            return isOurs && root.TryGetProperty("health", out JsonElement health) && health.ValueKind == JsonValueKind.Number && health.TryGetInt32(out int state)
                ? state switch
                {
                    0 => RepairStatus.Healthy,
                    1 => RepairStatus.Damaged,
                    2 => RepairStatus.NotRepairable,
                    _ => null,
                }
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
