using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.RegularExpressions;
using KernelFault.Hosts;

namespace KernelFault.Playbooks.Actions;

/// <summary><c>notify</c>: tells a webhook.</summary>
internal sealed class NotifyAction : PlaybookAction
{
    private static readonly Regex s_header = new("^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}\\z", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(30);

    private readonly TimeSpan _firstPause;

    /// <summary>The action.</summary>
    /// <param name="firstPause">How long the first pause between two tries is; each further one is twice as long. Null for a second.</param>
    internal NotifyAction(TimeSpan? firstPause = null) => _firstPause = firstPause ?? TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public override PlaybookActionInfo Info { get; } = new()
    {
        Name = "notify",
        Title = "Tell a webhook",
        Description = "Sends JSON to an address by POST, from this machine: 'computer' and 'message', and what 'body' has. Answers 2xx are a success; 408, 429 and 5xx, and an address that does not answer, are tried again. Redirections are not followed.",
        Platform = PlaybookPlatform.Any,
        WorksOffline = true,
        Inputs =
        [
            new ActionInput("url", PlaybookValueType.Text, "The address: https, or http on this machine (loopback). Only its host appears in results.") { Required = true },
            new ActionInput("message", PlaybookValueType.Text, "A text for a person."),
            new ActionInput("body", PlaybookValueType.Map, "More fields of the JSON."),
            new ActionInput("header", PlaybookValueType.Map, "Headers of the request, such as Authorization. They never appear in results."),
            new ActionInput("retries", PlaybookValueType.Integer, "How often it is tried again, after 1, 2, 4 … s.") { Default = 3L, Minimum = 0, Maximum = 10 },
        ],
        Outputs =
        [
            new ActionOutput("status", PlaybookValueType.Integer, "Status of the last answer; null when there was none."),
            new ActionOutput("attempts", PlaybookValueType.Integer, "How often it was tried."),
        ],
        Changes = false,
        Repeat = ActionRepeat.Safe,
        Idempotence = "A second message is sent, which does no harm to the machine.",
        DryRun = "Says which host would be told. Nothing is sent.",
    };

    /// <inheritdoc/>
    protected override HostPlan<ActionResult> Prepare(ActionContext context, HostFacts facts, CancellationToken cancellation)
    {
        Uri address = Address(context);
        KeyValuePair<string, string>[] headers = Headers(context);
        byte[] body = Body(context);
        int retries = (int)Math.Min(context.Integer("retries") ?? 3, 10);
        return new HostPlan<ActionResult>((_, token) => SendAsync(address, headers, body, retries, token).GetAwaiter().GetResult())
        {
            Steps = [$"Tell {Shown(address)} by POST, {body.Length.ToString(CultureInfo.InvariantCulture)} bytes of JSON"],
        };
    }

    // The path of a webhook's address is often its secret.
    private static string Shown(Uri address) => address.GetLeftPart(UriPartial.Authority);

    private static bool IsWorthAnotherTry(int status) => status is 408 or 429 or >= 500;

    private static byte[] Body(ActionContext context)
    {
        IReadOnlyDictionary<string, object?>? more = context.Inputs.TryGetValue("body", out object? value) ? value as IReadOnlyDictionary<string, object?> : null;
        (string, object?)[] fields = [("computer", context.Host.Name), ("message", context.Text("message")), .. (more ?? PlaybookValue.Map()).Select(pair => (pair.Key, pair.Value))];
        return JsonSerializer.SerializeToUtf8Bytes(PlaybookValue.Map(fields));
    }

    private Uri Address(ActionContext context)
    {
        // What is wrong with it is told without it: it may hold a secret.
        return Uri.TryCreate(Needed(context, "url"), UriKind.Absolute, out Uri? address) && address.UserInfo.Length == 0
            && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback))
            ? address
            : throw Unusable("'url' is an address of https, or of http on this machine (loopback), without a user.");
    }

    private KeyValuePair<string, string>[] Headers(ActionContext context)
    {
        IReadOnlyDictionary<string, object?>? given = context.Inputs.TryGetValue("header", out object? value) ? value as IReadOnlyDictionary<string, object?> : null;
        KeyValuePair<string, string>[] headers = [.. (given ?? PlaybookValue.Map()).Select(pair => new KeyValuePair<string, string>(pair.Key, PlaybookValue.Text(pair.Value)))];
        return headers.Length <= 50 && headers.All(header => s_header.IsMatch(header.Key) && header.Value.Length <= 8192 && !header.Value.Any(char.IsControl))
            ? headers
            : throw Unusable("'header' has names as HTTP allows them, and values without control characters; 50 at most.");
    }

    private async Task<ActionResult> SendAsync(Uri address, KeyValuePair<string, string>[] headers, byte[] body, int retries, CancellationToken cancellation)
    {
        using var handler = new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false, MaxResponseHeadersLength = 64 };
        using var client = new HttpClient(handler) { Timeout = s_timeout };
        TimeSpan pause = _firstPause;
        for (int attempt = 1; ; attempt++)
        {
            int? status = null;
            string said;
            try
            {
                using HttpRequestMessage request = Request(address, headers, body);
                // Of the answer the status alone is read: what else it has never comes here.
                using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
                status = (int)response.StatusCode;
                if (response.IsSuccessStatusCode)
                {
                    return Result(address, status, attempt, null);
                }

                said = $"answered {status.Value.ToString(CultureInfo.InvariantCulture)}{(status is >= 300 and < 400 ? ", a redirection, which is not followed" : string.Empty)}";
            }
            catch (HttpRequestException e)
            {
                said = "cannot be told: " + (e.InnerException?.Message ?? e.Message);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                said = $"did not answer within {s_timeout.TotalSeconds.ToString("0", CultureInfo.InvariantCulture)} s";
            }

            if (attempt > retries || (status is { } code && !IsWorthAnotherTry(code)))
            {
                return Result(address, status, attempt, $"{Shown(address)} {said}.");
            }

            await Task.Delay(pause, cancellation).ConfigureAwait(false);
            pause = new TimeSpan(pause.Ticks * 2);
        }
    }

    private static HttpRequestMessage Request(Uri address, KeyValuePair<string, string>[] headers, byte[] body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.TryAddWithoutValidation("User-Agent", "KernelFault");
        foreach (KeyValuePair<string, string> header in headers)
        {
            if (!request.Headers.TryAddWithoutValidation(header.Key, header.Value))
            {
                // One of those that belong to the content.
                request.Content.Headers.Remove(header.Key);
                request.Content.Headers.TryAddWithoutValidation(header.Key, header.Value);
            }
        }

        return request;
    }

    private static ActionResult Result(Uri address, int? status, int attempts, string? failure) => new()
    {
        Outputs = PlaybookValue.Map(("status", status), ("attempts", attempts)),
        Summary = failure ?? $"{Shown(address)} was told.",
        Failure = failure,
    };
}
