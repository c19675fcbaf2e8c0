using System.Security.Cryptography;

namespace KernelFault.Hosts;

/// <summary>
/// A host that plays a <see cref="HostRecording"/> again, byte for byte, and keeps what it was asked. A call that was not recorded
/// is an <see cref="InvalidOperationException"/> that names it: no <see cref="HostException"/>, which the code under test might
/// take for a broken machine and work around.
/// </summary>
public sealed class RecordedHost : IHost
{
    private readonly HostRecording _recording;
    private readonly Dictionary<string, RecordedFile> _files;
    private readonly Dictionary<string, int> _played = new(StringComparer.Ordinal);
    private readonly List<RecordedCall> _calls = [];
    private HostFacts _facts;

    /// <summary>A host that answers from a recording.</summary>
    /// <param name="name">The host's name.</param>
    /// <param name="recording">Its answers.</param>
    public RecordedHost(string name, HostRecording recording)
    {
        Name = name ?? throw new ArgumentNullException(nameof(name));
        _recording = recording ?? throw new ArgumentNullException(nameof(recording));
        _facts = recording.Facts;
        IsWindows = _facts.Platform == HostPlatform.Windows;
        _files = new Dictionary<string, RecordedFile>(IsWindows ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
        foreach (RecordedFile file in recording.Files)
        {
            _files[file.Path] = file;
        }
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public HostKind Kind => HostKind.Recorded;

    /// <summary>What was asked so far, in order, without the reading of facts.</summary>
    public IReadOnlyList<RecordedCall> Calls => _calls;

    private bool IsWindows { get; }

    private string Separator => IsWindows ? "\\" : "/";

    /// <inheritdoc/>
    public HostFacts GetFacts(CancellationToken cancellation) => _facts;

    /// <inheritdoc/>
    public ProgramResult Run(ProgramCall call, CancellationToken cancellation)
    {
        ProgramCallCheck.Verify(call ?? throw new ArgumentNullException(nameof(call)));
        RecordedCall asked = Ask("Run", call.Program, cancellation, call.Arguments);
        RecordedProgram answer = Play(
            asked,
            _recording.Programs.Where(program => string.Equals(program.Program, call.Program, StringComparison.OrdinalIgnoreCase) && program.Arguments.SequenceEqual(call.Arguments)));
        ThrowFailure(answer.Failure, asked);
        Tell(call, answer.Output, isError: false, answer.Duration, cancellation);
        Tell(call, answer.Error, isError: true, TimeSpan.Zero, cancellation);
        return new ProgramResult(answer.ExitCode, answer.Output, answer.Error, answer.Duration);
    }

    /// <inheritdoc/>
    public ScriptResult RunScript(ScriptCall call, CancellationToken cancellation)
    {
        RecordedCall asked = Ask("RunScript", (call ?? throw new ArgumentNullException(nameof(call))).Name, cancellation, call.Json);
        RecordedScript answer = Play(asked, _recording.Scripts.Where(script => script.Name == call.Name && (script.Json is null || script.Json == call.Json)));
        ThrowFailure(answer.Failure, asked);
        return new ScriptResult(answer.Output, answer.Errors, TimeSpan.Zero);
    }

    /// <inheritdoc/>
    public HostFile? FindFile(string path, CancellationToken cancellation)
    {
        Ask("FindFile", path, cancellation);
        return _files.TryGetValue(path, out RecordedFile? file) ? Entry(file) : Below(path).Any() ? new HostFile(path, IsFolder: true, 0, null) : null;
    }

    /// <inheritdoc/>
    public IReadOnlyList<HostFile> ListFiles(string path, CancellationToken cancellation)
    {
        Ask("ListFiles", path, cancellation);
        var entries = new SortedDictionary<string, HostFile>(_files.Comparer as StringComparer ?? StringComparer.Ordinal);
        foreach ((RecordedFile file, string rest) in Below(path))
        {
            int end = rest.IndexOf(Separator, StringComparison.Ordinal);
            string name = end < 0 ? rest : rest.Substring(0, end);
            string whole = path.TrimEnd('\\', '/') + Separator + name;
            entries[whole] = end < 0 ? Entry(file) : new HostFile(whole, IsFolder: true, 0, null);
        }

        return entries.Count > 0 ? [.. entries.Values] : throw NoFile(path);
    }

    /// <inheritdoc/>
    public byte[] ReadFile(string path, long maximumLength, CancellationToken cancellation)
    {
        Ask("ReadFile", path, cancellation);
        byte[] content = Content(path);
        return content.Length <= maximumLength ? content : throw HostFileError.TooLarge(Name, path, maximumLength);
    }

    /// <inheritdoc/>
    public void WriteFile(string path, byte[] content, CancellationToken cancellation)
    {
        Ask("WriteFile", path, cancellation);
        _files[path] = new RecordedFile(path, content ?? throw new ArgumentNullException(nameof(content)));
    }

    /// <inheritdoc/>
    public void CopyFrom(string path, long offset, Stream destination, CancellationToken cancellation)
    {
        Ask("CopyFrom", path, cancellation);
        byte[] content = Content(path);
        int from = (int)Math.Min(offset, content.Length);
        (destination ?? throw new ArgumentNullException(nameof(destination))).Write(content, from, content.Length - from);
    }

    /// <inheritdoc/>
    public string HashFile(string path, CancellationToken cancellation)
    {
        Ask("HashFile", path, cancellation);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Content(path));
        return LocalFiles.HashText(hash.GetHashAndReset());
    }

    /// <inheritdoc/>
    public HostFacts Restart(TimeSpan timeout, CancellationToken cancellation)
    {
        RecordedCall asked = Ask("Restart", string.Empty, cancellation);
        return _facts = _recording.FactsAfterRestart ?? throw Unexpected(asked);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    // In pieces, as a program writes; one that took time takes it again.
    private static void Tell(ProgramCall call, byte[] bytes, bool isError, TimeSpan duration, CancellationToken cancellation)
    {
        int count = Math.Min(100, Math.Max(1, bytes.Length / 16));
        for (int index = 0; index < count; index++)
        {
            int from = (int)((long)bytes.Length * index / count);
            byte[] piece = new byte[(int)((long)bytes.Length * (index + 1) / count) - from];
            Array.Copy(bytes, from, piece, 0, piece.Length);
            if (piece.Length > 0)
            {
                call.OnOutput?.Invoke(new ProgramOutput(piece, isError));
            }

            if (duration > TimeSpan.Zero)
            {
                cancellation.WaitHandle.WaitOne(new TimeSpan(duration.Ticks / count));
            }

            cancellation.ThrowIfCancellationRequested();
        }
    }

    private static HostFile Entry(RecordedFile file) => new(file.Path, IsFolder: false, file.Content.Length, file.LastWriteTime);

    private RecordedCall Ask(string action, string target, CancellationToken cancellation, params string[] arguments)
    {
        cancellation.ThrowIfCancellationRequested();
        var call = new RecordedCall(action, target, arguments);
        _calls.Add(call);
        if (_recording.LogPath is { } log)
        {
            File.AppendAllText(log, call + "\n");
        }

        return call;
    }

    private T Play<T>(RecordedCall asked, IEnumerable<T> answers)
    {
        T[] recorded = [.. answers];
        if (recorded.Length == 0)
        {
            throw Unexpected(asked);
        }

        string key = string.Join("\0", asked.Arguments.Prepend(asked.Target).Prepend(asked.Action));
        _played.TryGetValue(key, out int played);
        _played[key] = played + 1;
        return recorded[Math.Min(played, recorded.Length - 1)];
    }

    private void ThrowFailure(HostErrorKind? failure, RecordedCall asked)
    {
        if (failure is HostErrorKind kind)
        {
            throw new HostException(Name, kind, $"'{asked.Target}' failed when this was recorded.");
        }
    }

    private InvalidOperationException Unexpected(RecordedCall asked) => new($"{Name}: this call was not recorded: {asked}");

    private IEnumerable<(RecordedFile File, string Name)> Below(string folder)
    {
        string start = folder.TrimEnd('\\', '/') + Separator;
        return _files.Values
            .Where(file => file.Path.StartsWith(start, IsWindows ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal))
            .Select(file => (file, file.Path.Substring(start.Length)));
    }

    private byte[] Content(string path) => _files.TryGetValue(path, out RecordedFile? file) ? file.Content : throw NoFile(path);

    private HostException NoFile(string path) => HostFileError.Of(Name, path, new FileNotFoundException());
}
