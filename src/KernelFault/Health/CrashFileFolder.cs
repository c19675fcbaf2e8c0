using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using KernelFault.Formats;
using KernelFault.Hosts;

namespace KernelFault.Health;

/// <summary>
/// The folder here with one machine's crash files. Its index says what was saved from where; a file on its way is called
/// <c>.part</c> after what it is of, so that only the same file's rest is ever added to it.
/// </summary>
/// <param name="folder">The folder; made when something is saved.</param>
internal sealed class CrashFileFolder(string folder)
{
    private const string IndexName = "kernelfault-crashes.json";

    private static readonly JsonSerializerOptions s_options = new() { WriteIndented = true, Converters = { new JsonStringEnumConverter() } };

    private readonly string _folder = Path.GetFullPath(folder);
    private Dictionary<string, SavedCrashFile>? _index;

    /// <summary>Bytes free here; null when that cannot be told.</summary>
    internal long? FreeBytes
    {
        get
        {
            try
            {
                return new DriveInfo(Existing(_folder)).AvailableFreeSpace;
            }
            catch (Exception e) when (HostFileError.Is(e))
            {
                return null;
            }
        }
    }

    /// <summary>Where a file comes to lie, unless another of that name is there.</summary>
    internal string PathOf(CrashFile file) => Path.Combine(_folder, file.Folder.Replace('/', Path.DirectorySeparatorChar), file.Name);

    /// <summary>The file as it was saved before; null when it was not, or is no longer here.</summary>
    internal SavedCrashFile? Saved(CrashFile file) =>
        Index().TryGetValue(file.Path, out SavedCrashFile? saved)
        && (file.Kind == CrashFileKind.Journal || saved.Length == file.Length)
        && saved.LastWriteTime == file.LastWriteTime
        && saved.Path is { } path
        && new FileInfo(path) is { Exists: true } here
        && here.Length == saved.Length
            ? saved
            : null;

    /// <summary>Copies a file.</summary>
    /// <param name="host">Where it is.</param>
    /// <param name="file">The file.</param>
    /// <param name="progress">Told how many bytes are here.</param>
    /// <param name="cancellation">Ends it at once; what is here stays for the next time.</param>
    /// <returns>What became of it. Only a machine that is gone is an exception.</returns>
    internal SavedCrashFile Save(IHost host, CrashFile file, Action<long> progress, CancellationToken cancellation)
    {
        try
        {
            string part = MakeFolder(file);
            SavedCrashFile saved = file.Kind == CrashFileKind.Journal ? SaveJournal(host, file, part, cancellation) : SaveFile(host, file, part, progress, cancellation);
            Index()[file.Path] = saved;
            WriteIndex();
            return saved;
        }
        catch (HostException e) when (e.Kind is not (HostErrorKind.Unreachable or HostErrorKind.Refused))
        {
            return Failed(host, file, e.Message);
        }
        catch (Exception e) when (HostFileError.Is(e))
        {
            return Failed(host, file, e.Message);
        }
    }

    private static SavedCrashFile Failed(IHost host, CrashFile file, string error) => new()
    {
        Host = host.Name, Kind = file.Kind, SourcePath = file.Path, Path = null, Length = file.Length, LastWriteTime = file.LastWriteTime, Sha256 = null,
        Status = SavedCrashStatus.Failed, Error = PrintableText.Clean(error),
    };

    private static string Existing(string folder)
    {
        while (!Directory.Exists(folder) && Path.GetDirectoryName(folder) is { } above)
        {
            folder = above;
        }

        return folder;
    }

    // Memory of a machine holds its secrets: nobody else is to read it here either.
    private static FileStream Open(string path, FileMode mode)
    {
#if NET
        var options = new FileStreamOptions { Mode = mode, Access = mode == FileMode.Append ? FileAccess.Write : FileAccess.ReadWrite };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, options);
#else
        return new FileStream(path, mode, mode == FileMode.Append ? FileAccess.Write : FileAccess.ReadWrite);
#endif
    }

    private static string Hash(string path, CancellationToken cancellation)
    {
        using var here = new LocalHost();
        return here.HashFile(path, cancellation);
    }

    private SavedCrashFile SaveFile(IHost host, CrashFile file, string part, Action<long> progress, CancellationToken cancellation)
    {
        bool resumed = new FileInfo(part) is { Exists: true, Length: > 0 } begun && begun.Length <= file.Length;
        for (int attempt = 0; ; attempt++)
        {
            using (FileStream stream = Open(part, resumed ? FileMode.Append : FileMode.Create))
            {
                using var counted = new CountingStream(stream, progress);
                host.CopyFrom(file.Path, stream.Length, counted, cancellation);
                stream.Flush(flushToDisk: true);
            }

            string there = host.HashFile(file.Path, cancellation);
            string here = Hash(part, cancellation);
            if (there == here)
            {
                return Keep(host, file, part, here, resumed ? SavedCrashStatus.Resumed : SavedCrashStatus.Saved);
            }

            File.Delete(part);
            if (attempt == 1 || !resumed)
            {
                throw new HostException(host.Name, HostErrorKind.Failed, $"'{file.Path}' is not the same here as there: it changed while it was copied. Try again.");
            }

            resumed = false;
        }
    }

    private SavedCrashFile SaveJournal(IHost host, CrashFile file, string part, CancellationToken cancellation)
    {
        ProgramResult result = host.Run(LinuxCrashFiles.Journal, cancellation);
        if (result.ExitCode != 0)
        {
            throw new HostException(host.Name, HostErrorKind.Failed, $"'{file.Path}' ended with {result.ExitCode}: {ProgramText.Decode(result.Error).Trim()}");
        }

        using (FileStream stream = Open(part, FileMode.Create))
        {
            stream.Write(result.Output, 0, result.Output.Length);
            stream.Flush(flushToDisk: true);
        }

        return Keep(host, file with { Length = result.Output.Length }, part, Hash(part, cancellation), SavedCrashStatus.Saved);
    }

    // An older crash's file of the same name stays: the new one gets its time into its name.
    private SavedCrashFile Keep(IHost host, CrashFile file, string part, string hash, SavedCrashStatus status)
    {
        string path = PathOf(file);
        for (int number = 0; File.Exists(path) && Hash(path, CancellationToken.None) != hash; number++)
        {
            string stamp = (file.LastWriteTime ?? DateTime.UtcNow).ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture) + (number == 0 ? string.Empty : "-" + number.ToString(CultureInfo.InvariantCulture));
            string name = PathOf(file);
            path = Path.Combine(Path.GetDirectoryName(name)!, Path.GetFileNameWithoutExtension(name) + "-" + stamp + Path.GetExtension(name));
        }

        if (File.Exists(path))
        {
            File.Delete(part);
        }
        else
        {
            File.Move(part, path);
        }

        return new SavedCrashFile
        {
            Host = host.Name, Kind = file.Kind, SourcePath = file.Path, Path = path, Length = file.Length, LastWriteTime = file.LastWriteTime, Sha256 = hash,
            Status = status, Error = null,
        };
    }

    private string MakeFolder(CrashFile file)
    {
        string path = PathOf(file);
#if NET
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        }
        else
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
#else
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
#endif
        return string.Format(CultureInfo.InvariantCulture, "{0}.{1:x}-{2:x}.part", path, file.Length, (file.LastWriteTime ?? default).Ticks);
    }

    private Dictionary<string, SavedCrashFile> Index()
    {
        if (_index is not null)
        {
            return _index;
        }

        _index = new Dictionary<string, SavedCrashFile>(StringComparer.Ordinal);
        try
        {
            foreach (SavedCrashFile file in JsonSerializer.Deserialize<SavedCrashFile[]>(File.ReadAllBytes(Path.Combine(_folder, IndexName)), s_options) ?? [])
            {
                if (file.Path is { Length: > 0 } path && !Path.IsPathRooted(path) && !path.Contains(".."))
                {
                    _index[file.SourcePath] = file with { Path = Path.Combine(_folder, path) };
                }
            }
        }
        catch (Exception e) when (e is JsonException || HostFileError.Is(e))
        {
            // There is none yet, or it is damaged: then all is copied again.
        }

        return _index;
    }

    // Paths in it begin at the folder, which may be moved.
    private void WriteIndex()
    {
        SavedCrashFile[] files = [.. Index().Values.Select(file => file with { Path = file.Path!.Substring(_folder.Length + 1) })];
        using var here = new LocalHost();
        here.WriteFile(Path.Combine(_folder, IndexName), JsonSerializer.SerializeToUtf8Bytes(files, s_options), CancellationToken.None);
    }
}
