using System.Text.Json;
using System.Text.RegularExpressions;
using KernelFault.Formats;
using KernelFault.Hosts;

namespace KernelFault.Playbooks.Actions;

/// <summary>Updates by the agent of Windows Update.</summary>
/// <param name="host">The machine.</param>
internal sealed class WindowsUpdates(IHost host)
{
    private const int MaximumUpdates = 500;

    // How the agent says what became of an update: OperationResultCode.
    private const long Succeeded = 2;
    private const long SucceededWithErrors = 3;

    private static readonly Regex s_article = new("^(KB)?([0-9]{6,8})$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));

    /// <summary>Asks for updates, and says what would be installed.</summary>
    internal HostPlan<ActionResult> Plan(string kind, IReadOnlyList<string> packages, TimeSpan? timeout, CancellationToken cancellation)
    {
        string[] articles = [.. packages.Select(Article)];
        JsonElement found = Run("find", kind, articles, [], timeout, cancellation);
        Update[] updates = [.. Updates(found)];
        return new HostPlan<ActionResult>((progress, token) =>
        {
            if (updates.Length == 0)
            {
                return UpdatesOutcome.Of([], [], needsRestart: false, [], []);
            }

            progress.Report(new HostProgress(FormattableString.Invariant($"Installing {updates.Length} updates"), null));
            DateTime start = DateTime.UtcNow;
            JsonElement done = Run("install", kind, articles, updates.Select(update => update.Id), timeout, token);
            Update[] results = [.. Updates(done)];
            HostStep[] steps =
            [
                .. results.Select(update => new HostStep { Text = "Install " + update.Title, StartTime = start, Seconds = (DateTime.UtcNow - start).TotalSeconds, ExitCode = null }),
            ];
            return UpdatesOutcome.Of(
                [.. results.Where(update => update.Result is Succeeded or SucceededWithErrors).Select(update => update.Title)],
                [.. results.Where(update => update.Result is not (Succeeded or SucceededWithErrors)).Select(update => update.Title)],
                done.TryGetProperty("restart", out JsonElement restart) && restart.ValueKind == JsonValueKind.True,
                steps,
                []);
        })
        {
            Steps = [.. updates.Select(update => "Install " + update.Title)],
        };
    }

    private static string Article(string text) => s_article.Match(text) is { Success: true } match
        ? match.Groups[2].Value
        : throw new PlaybookException(PrintableText.Clean($"packages: '{text}' is no number of an update, such as KB5031356."));

    private static IEnumerable<Update> Updates(JsonElement answer)
    {
        if (!answer.TryGetProperty("updates", out JsonElement updates) || updates.ValueKind != JsonValueKind.Array)
        {
            yield break;
        }

        foreach (JsonElement update in updates.EnumerateArray().Take(MaximumUpdates))
        {
            if (update.ValueKind == JsonValueKind.Object
                && update.TryGetProperty("id", out JsonElement id) && Guid.TryParse(id.GetString(), out Guid guid)
                && update.TryGetProperty("title", out JsonElement title) && title.ValueKind == JsonValueKind.String)
            {
                yield return new Update(guid, PrintableText.Clean(title.GetString()!), update.TryGetProperty("result", out JsonElement result) && result.ValueKind == JsonValueKind.Number ? result.GetInt64() : null);
            }
        }
    }

    private JsonElement Run(string operation, string kind, string[] articles, IEnumerable<Guid> ids, TimeSpan? timeout, CancellationToken cancellation)
    {
        string json = JsonSerializer.Serialize(new Dictionary<string, object> { ["operation"] = operation, ["kind"] = kind, ["articles"] = articles, ["ids"] = ids.Select(id => id.ToString("D")).ToArray() });
        ScriptResult result = host.RunScript(
            new ScriptCall("windows-update", HostScript.Read("Playbooks.windows-update.ps1")) { Json = json, Timeout = timeout ?? TimeSpan.FromHours(operation == "find" ? 1 : 4) }, cancellation);
        try
        {
            using JsonDocument document = JsonDocument.Parse(result.Output);
            JsonElement root = document.RootElement.Clone();
            return root.ValueKind == JsonValueKind.Object && !(root.TryGetProperty("error", out JsonElement error) && error.ValueKind == JsonValueKind.String)
                ? root
                : throw new HostException(host.Name, HostErrorKind.Failed, PrintableText.Clean("Windows Update failed: " + (root.ValueKind == JsonValueKind.Object ? root.GetProperty("error").GetString() : result.Output)));
        }
        catch (JsonException e)
        {
            throw new HostException(host.Name, HostErrorKind.Failed, PrintableText.Clean("Windows Update gave no answer: " + string.Join(" ", result.Errors.Prepend(result.Output)).Trim()), e);
        }
    }

    private sealed record Update(Guid Id, string Title, long? Result);
}
