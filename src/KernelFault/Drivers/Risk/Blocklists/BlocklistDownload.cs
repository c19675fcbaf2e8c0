using System.Net;
using KernelFault.Formats;

namespace KernelFault.Drivers.Risk.Blocklists;

/// <summary>Fetches block lists into a cache. Only encrypted addresses are asked, also behind redirections; plain ones on this machine itself.</summary>
/// <param name="cache">Where lists are kept.</param>
/// <param name="timeLimitSeconds">The longest one download may take.</param>
public sealed class BlocklistDownload(BlocklistCache cache, int timeLimitSeconds = BlocklistDownload.DefaultTimeLimit)
{
    /// <summary>Seconds a download may take, if nothing else is said.</summary>
    public const int DefaultTimeLimit = 300;

    private const int MaximumRedirections = 5;
    private const int Portion = 64 * 1024;

    /// <summary>Where the public lists are: LOLDrivers, and Microsoft's recommended driver block rules.</summary>
    public static IReadOnlyList<Uri> DefaultAddresses { get; } = [new("https://www.loldrivers.io/api/drivers.json"), new("https://aka.ms/VulnerableDriverBlockList")];

    /// <summary>True for an address that may be asked.</summary>
    /// <param name="address">Any address.</param>
    /// <returns>True for <c>https</c>, and for <c>http</c> to this machine.</returns>
    public static bool IsAllowed(Uri address) =>
        address is { IsAbsoluteUri: true } && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback));

    /// <summary>Fetches a list, reads it, and keeps it.</summary>
    /// <param name="address">Where it is.</param>
    /// <param name="cancellation">Ends the work at once; the old list then stays.</param>
    /// <returns>The list as it was kept.</returns>
    /// <exception cref="ArgumentException">The address may not be asked.</exception>
    /// <exception cref="DumpFormatException">What came is no block list, or too long: the old one stays.</exception>
    /// <exception cref="IOException">It could not be fetched or kept.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public DriverBlocklist Fetch(Uri address, CancellationToken cancellation = default)
    {
        if (!IsAllowed(address))
        {
            throw new ArgumentException($"'{address}' is not an address of https.", nameof(address));
        }

        string file = cache.NewFile();
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limit.CancelAfter(checked(timeLimitSeconds * 1000));
            try
            {
                Task.Run(() => SaveAsync(address, file, limit.Token), limit.Token).GetAwaiter().GetResult();
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                throw new IOException($"{address}: nothing whole came within {timeLimitSeconds} seconds.");
            }
            catch (HttpRequestException e)
            {
                throw new IOException($"{address}: {e.InnerException?.Message ?? e.Message}", e);
            }

            try
            {
                return cache.Keep(file, cancellation);
            }
            catch (DumpFormatException e)
            {
                throw new DumpFormatException(e.Message.Replace(file, address.ToString()), e);
            }
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static async Task SaveAsync(Uri address, string path, CancellationToken cancellation)
    {
        using var handler = new HttpClientHandler { AllowAutoRedirect = false, AutomaticDecompression = DecompressionMethods.GZip | DecompressionMethods.Deflate };
        using var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("KernelFault");
        Uri current = address;
        for (int hops = 0; ; hops++)
        {
            using HttpResponseMessage response = await client.GetAsync(current, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
            if ((int)response.StatusCode is >= 300 and < 400 && response.Headers.Location is { } location)
            {
                Uri next = new(current, location);
                if (hops == MaximumRedirections || !IsAllowed(next) || (next.Scheme == Uri.UriSchemeHttp && address.Scheme == Uri.UriSchemeHttps))
                {
                    throw new IOException($"{address}: redirected to {next}, which is not followed.");
                }

                current = next;
                continue;
            }

            if (!response.IsSuccessStatusCode)
            {
                throw new IOException($"{current}: answered {(int)response.StatusCode} {response.ReasonPhrase}.");
            }

            await CopyAsync(response, current, path, cancellation).ConfigureAwait(false);
            return;
        }
    }

    // The length a server announces is not believed: what comes is counted.
    private static async Task CopyAsync(HttpResponseMessage response, Uri address, string path, CancellationToken cancellation)
    {
#if NET
        using Stream source = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
#else
        using Stream source = await response.Content.ReadAsStreamAsync().ConfigureAwait(false);
#endif
        using var target = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        byte[] buffer = new byte[Portion];
        long total = 0;
        while (true)
        {
#pragma warning disable CA1835 // netstandard2.0 has no overloads for Memory<byte>.
            int read = await source.ReadAsync(buffer, 0, Portion, cancellation).ConfigureAwait(false);
            if (read == 0)
            {
                return;
            }

            total += read;
            if (total > DriverBlocklist.MaximumLength)
            {
                throw new DumpFormatException(address.ToString(), total, $"expected a block list of at most {DriverBlocklist.MaximumLength >> 20} MB, more came.");
            }

            await target.WriteAsync(buffer, 0, read, cancellation).ConfigureAwait(false);
#pragma warning restore CA1835
        }
    }
}
