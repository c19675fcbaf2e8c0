using System.Text.Json;

namespace KernelFault.Tracing;

/// <summary>A function that the kernel's releases call by different names.</summary>
/// <param name="Names">Its names, the oldest first.</param>
/// <param name="Tracepoints">Tracepoints that tell the same, as <c>system/name</c>.</param>
/// <param name="Instead">Functions near it that may be probed.</param>
internal sealed record FunctionAlias(IReadOnlyList<string> Names, IReadOnlyList<string> Tracepoints, IReadOnlyList<string> Instead)
{
    private static readonly Lazy<FunctionAlias[]> s_all = new(Load);

    /// <summary>What is known of a name.</summary>
    /// <param name="name">Any of its names.</param>
    /// <returns>The function, the asked name first; with that name alone when nothing is known.</returns>
    internal static FunctionAlias Find(string name)
    {
        FunctionAlias? found = s_all.Value.FirstOrDefault(alias => alias.Names.Contains(name));
        return found is null ? new FunctionAlias([name], [], []) : found with { Names = [name, .. found.Names.Where(other => other != name)] };
    }

    private static FunctionAlias[] Load()
    {
        using Stream stream = typeof(FunctionAlias).Assembly.GetManifestResourceStream("Tracing.function-aliases.json")!;
        using JsonDocument document = JsonDocument.Parse(stream);
        return [.. document.RootElement.GetProperty("functions").EnumerateArray().Select(one => new FunctionAlias(Texts(one, "names"), Texts(one, "tracepoints"), Texts(one, "instead")))];
    }

    private static string[] Texts(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement list) ? [.. list.EnumerateArray().Select(one => one.GetString()!)] : [];
}
