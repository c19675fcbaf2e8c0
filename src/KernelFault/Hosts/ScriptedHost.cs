using System.Globalization;
using System.Text.Json;

namespace KernelFault.Hosts;

/// <summary>
/// A host that is reached by PowerShell scripts alone: programs and files go through fixed scripts of ours that take what they
/// are to do as data. The remote end needs nothing but Windows PowerShell 5.1 or later.
/// </summary>
/// <param name="name">The host as its user named it.</param>
/// <param name="kind">How it is reached.</param>
public abstract class ScriptedHost(string name, HostKind kind) : IHost, IReconnectingHost
{
    // Content goes in pieces: each is held in memory some times over as base64 and as objects.
    private const int ReadPiece = 32 * 1024 * 1024;
    private const int WritePiece = 4 * 1024 * 1024;

    private static readonly TimeSpan s_fileTimeout = TimeSpan.FromMinutes(10);

    private HostFacts? _facts;

    /// <inheritdoc/>
    public string Name { get; } = name;

    /// <inheritdoc/>
    public HostKind Kind { get; } = kind;

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    public HostFacts GetFacts(CancellationToken cancellation) => _facts ??= ReadFacts(cancellation);

    /// <inheritdoc/>
    public ScriptResult RunScript(ScriptCall call, CancellationToken cancellation) =>
        Invoke(call ?? throw new ArgumentNullException(nameof(call)), null, cancellation);

    /// <inheritdoc/>
    public ProgramResult Run(ProgramCall call, CancellationToken cancellation)
    {
        ProgramCallCheck.Verify(call ?? throw new ArgumentNullException(nameof(call)));
        return ScriptedProgram.Run(Name, call, Invoke, cancellation);
    }

    /// <inheritdoc/>
    public HostFile? FindFile(string path, CancellationToken cancellation)
    {
        string[] lines = File("find", path, null, null, cancellation);
        return lines.Length == 0 ? null : Entry(lines[0]);
    }

    /// <inheritdoc/>
    public IReadOnlyList<HostFile> ListFiles(string path, CancellationToken cancellation) =>
        [.. File("list", path, null, null, cancellation).Select(Entry).OrderBy(file => file.Path, StringComparer.OrdinalIgnoreCase)];

    /// <inheritdoc/>
    public byte[] ReadFile(string path, long maximumLength, CancellationToken cancellation)
    {
        var content = new MemoryStream();
        Read(path, 0, content, maximumLength, cancellation);
        return content.ToArray();
    }

    /// <inheritdoc/>
    public void CopyFrom(string path, long offset, Stream destination, CancellationToken cancellation) =>
        Read(path, offset, destination ?? throw new ArgumentNullException(nameof(destination)), long.MaxValue - offset, cancellation);

    /// <inheritdoc/>
    public void WriteFile(string path, byte[] content, CancellationToken cancellation)
    {
        if (content is null)
        {
            throw new ArgumentNullException(nameof(content));
        }

        string temporary = path + "." + Path.GetRandomFileName();
        try
        {
            for (int at = 0; at == 0 || at < content.Length; at += WritePiece)
            {
                byte[] piece = new byte[Math.Min(WritePiece, content.Length - at)];
                Array.Copy(content, at, piece, 0, piece.Length);
                File("append", temporary, json => json.WriteBoolean("first", at == 0), piece, cancellation);
            }

            File("replace", temporary, json => json.WriteString("target", path), null, cancellation);
        }
        catch (Exception e) when (e is HostException or OperationCanceledException)
        {
            Remove(temporary);
            throw;
        }
    }

    /// <inheritdoc/>
    public string HashFile(string path, CancellationToken cancellation) => File("hash", path, null, null, cancellation) is [string hash]
        ? hash
        : throw new HostException(Name, HostErrorKind.Failed, $"No hash of '{path}' came back.");

    /// <inheritdoc/>
    public HostFacts Restart(TimeSpan timeout, CancellationToken cancellation)
    {
        // What was known may be from before a crash.
        _facts = ReadFacts(cancellation);
        HostFacts before = HostRestart.Before(Name, _facts);
        bool windows = _facts.Platform == HostPlatform.Windows;
        HostRestart.Begin(this, windows ? HostRestart.WindowsProgram : HostRestart.UnixProgram, cancellation);
        _facts = null;
        return _facts = HostRestart.Wait(
            Name,
            before,
            token =>
            {
                Reconnect(token);
                return ReadFacts(token);
            },
            timeout,
            cancellation);
    }

    void IReconnectingHost.Reconnect(CancellationToken cancellation)
    {
        _facts = null;
        Reconnect(cancellation);
    }

    /// <summary>Runs a script.</summary>
    /// <param name="call">The script; it gets <see cref="ScriptCall.Json"/> as its first argument.</param>
    /// <param name="payload">Bytes that it gets in base64 as its second argument; null for none.</param>
    /// <param name="cancellation">Ends the script.</param>
    /// <returns>What it wrote.</returns>
    /// <exception cref="HostException">It could not be run.</exception>
    protected abstract ScriptResult Invoke(ScriptCall call, byte[]? payload, CancellationToken cancellation);

    /// <summary>Connects anew after a restart.</summary>
    /// <param name="cancellation">Ends the work at once.</param>
    /// <exception cref="HostException">It is not reachable yet.</exception>
    protected abstract void Reconnect(CancellationToken cancellation);

    /// <summary>Ends the connection.</summary>
    /// <param name="disposing">True when called from <see cref="Dispose()"/>.</param>
    protected abstract void Dispose(bool disposing);

    private HostFacts ReadFacts(CancellationToken cancellation)
    {
        HostFacts facts = WindowsFacts.Ask(Name, call => Invoke(call, null, cancellation));
        return facts.Platform == HostPlatform.Windows ? facts : UnixFacts.Ask(Name, call => Run(call, cancellation)) with { PowerShellVersion = facts.PowerShellVersion };
    }

    private void Read(string path, long offset, Stream destination, long maximumLength, CancellationToken cancellation)
    {
        long total = 0;
        while (true)
        {
            // One more than may come, to see that there is more.
            long count = Math.Min(ReadPiece, maximumLength - total) + 1;
            string[] lines = File(
                "read",
                path,
                json =>
                {
                    json.WriteNumber("offset", offset + total);
                    json.WriteNumber("count", count);
                },
                null,
                cancellation);
            long before = total;
            foreach (string line in lines)
            {
                byte[] piece = ScriptedProgram.FromBase64(Name, line);
                total += piece.Length;
                if (total > maximumLength)
                {
                    throw HostFileError.TooLarge(Name, path, maximumLength);
                }

                destination.Write(piece, 0, piece.Length);
            }

            if (total - before < count)
            {
                return;
            }
        }
    }

    private void Remove(string temporary)
    {
        try
        {
            using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            File("remove", temporary, null, null, soon.Token);
        }
        catch (Exception e) when (e is HostException or OperationCanceledException)
        {
            // The machine is gone; what is told is why the file was not written.
        }
    }

    private string[] File(string operation, string path, Action<Utf8JsonWriter>? more, byte[]? payload, CancellationToken cancellation)
    {
        string json = ScriptedProgram.Json(writer =>
        {
            writer.WriteString("operation", operation);
            writer.WriteString("path", path ?? throw new ArgumentNullException(nameof(path)));
            more?.Invoke(writer);
        });
        ScriptResult result = Invoke(new ScriptCall("host-files", HostScript.Files) { Json = json, Timeout = s_fileTimeout }, payload, cancellation);
        if (result.Errors.Count > 0)
        {
            throw new HostException(Name, HostErrorKind.Failed, $"'{path}': {result.Errors[0]}");
        }

        string[] lines = result.Output.Split(['\n'], StringSplitOptions.RemoveEmptyEntries);
        foreach (string line in lines)
        {
            if (line[0] == '!')
            {
                int blank = line.IndexOf(' ');
                throw line.StartsWith("!notFound ", StringComparison.Ordinal) ? HostFileError.Of(Name, path, new FileNotFoundException())
                    : line.StartsWith("!denied ", StringComparison.Ordinal) ? HostFileError.Of(Name, path, new UnauthorizedAccessException())
                    : new HostException(Name, HostErrorKind.Failed, $"'{path}': {line.Substring(blank + 1)}");
            }
        }

        return lines;
    }

    private HostFile Entry(string line)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            JsonElement entry = document.RootElement;
            long ticks = long.Parse(entry.GetProperty("ticks").GetString()!, NumberStyles.None, CultureInfo.InvariantCulture);
            return new HostFile(entry.GetProperty("path").GetString()!, entry.GetProperty("folder").GetBoolean(), entry.GetProperty("length").GetInt64(), new DateTime(ticks, DateTimeKind.Utc));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or OverflowException or ArgumentException)
        {
            throw new HostException(Name, HostErrorKind.Failed, "What it says of a file is damaged.", e);
        }
    }
}
