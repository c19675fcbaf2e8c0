// A path inside that Windows becomes a path on this machine component by component: names differ in case, as they do on Windows,
// and every link on the way is looked at. A link of a foreign disk may lead anywhere; one that leaves the disk is refused.
namespace KernelFault.Hosts;

/// <summary>Maps the paths of a Windows that is not running into the folder in which its disk lies.</summary>
internal sealed class OfflineWindowsPath
{
    private const int MaximumLinks = 32;
    private const int MaximumLength = 32 * 1024;

    private readonly string _host;
    private readonly string _root;
    private readonly string _windows;

    private OfflineWindowsPath(string host, string root, string windows) => (_host, _root, _windows) = (host, root, windows);

    /// <summary>Finds the Windows folder.</summary>
    /// <param name="folder">It, or the folder that holds it.</param>
    /// <exception cref="HostException">There is none.</exception>
    internal static OfflineWindowsPath Find(string folder)
    {
        string whole = Path.GetFullPath(folder);
        string trimmed = whole.Length > 1 ? whole.TrimEnd(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar) : whole;
        string? parent = Path.GetDirectoryName(trimmed);
        if (parent is not null && Child(trimmed, "System32") is not null)
        {
            return new OfflineWindowsPath(folder, WithSeparator(parent), Path.GetFileName(trimmed));
        }

        if (Child(whole, "Windows") is string windows && Child(Path.Combine(whole, windows), "System32") is not null)
        {
            return new OfflineWindowsPath(folder, WithSeparator(whole), windows);
        }

        throw new HostException(folder, HostErrorKind.NotFound, "There is no Windows: neither this folder nor 'Windows' in it has a folder System32.");
    }

    /// <summary>Where an existing file or folder lies; null when there is none.</summary>
    /// <exception cref="HostException">It would lie outside.</exception>
    internal string? Existing(string path) => Resolve(Components(path));

    /// <summary>Where a file lies or will lie.</summary>
    /// <exception cref="HostException">It would lie outside, or its folder is not there.</exception>
    internal string ForWriting(string path)
    {
        List<string> components = Components(path);
        if (Resolve(components) is string existing)
        {
            return existing;
        }

        string name = components.Count > 0 ? components[components.Count - 1] : string.Empty;
        string? folder = components.Count > 0 ? Resolve(components.GetRange(0, components.Count - 1)) : null;
        return folder is not null && name.IndexOfAny(['<', '>', '"', '|', '?', '*']) < 0
            ? Path.Combine(folder, name)
            : throw HostFileError.Of(_host, path, new DirectoryNotFoundException());
    }

    /// <summary>How that Windows writes the path of a file on this machine.</summary>
    internal string Windows(string local) => "C:\\" + local.Remove(0, _root.Length).Replace(Path.DirectorySeparatorChar, '\\');

    private static string WithSeparator(string folder) =>
        folder[folder.Length - 1] == Path.DirectorySeparatorChar ? folder : folder + Path.DirectorySeparatorChar;

    private static string? Child(string folder, string name)
    {
        try
        {
            if (File.Exists(Path.Combine(folder, name)) || Directory.Exists(Path.Combine(folder, name)))
            {
                return name;
            }

            return !Directory.Exists(folder)
                ? null
                : Directory.EnumerateFileSystemEntries(folder).Select(Path.GetFileName).FirstOrDefault(entry => string.Equals(entry, name, StringComparison.OrdinalIgnoreCase));
        }
        catch (Exception e) when (HostFileError.Is(e))
        {
            return null;
        }
    }

    private static bool StartsWith(string path, string start) => path.StartsWith(start, StringComparison.OrdinalIgnoreCase);

    // \SystemRoot is a link of the object manager, \??\ the folder of drive letters. A service's path without a drive is relative to
    // the Windows folder; any other that begins with a backslash is to the disk.
    private List<string> Components(string path)
    {
        string text = (path ?? throw new ArgumentNullException(nameof(path))).Replace('/', '\\').Trim();
        foreach (string start in (string[])["\\??\\", "\\\\?\\", "\\DosDevices\\"])
        {
            text = StartsWith(text, start) ? text.Remove(0, start.Length) : text;
        }

        string? below = null;
        foreach (string start in (string[])["\\SystemRoot", "%SystemRoot%", "%windir%"])
        {
            below ??= StartsWith(text, start) && (text.Length == start.Length || text[start.Length] == '\\') ? text.Remove(0, start.Length) : null;
        }

        bool drive = text.Length >= 2 && text[1] == ':';
        bool known = !drive || text[0] is 'C' or 'c';
        text = StartsWith(text, "%SystemDrive%") ? text.Remove(0, "%SystemDrive%".Length) : drive ? text.Remove(0, 2) : text;
        string mapped = below is not null ? _windows + below
            : text.Length > 0 && text[0] != '\\' && !drive ? _windows + "\\" + text
            : text;
        var components = mapped.Split('\\').Where(component => component.Length > 0 && component != ".").ToList();
        if (mapped.Length > MaximumLength || components.Exists(component => component == ".." || component.IndexOfAny([':', '\0']) >= 0) || StartsWith(text, "\\\\"))
        {
            throw Outside(path);
        }

        return known ? components : throw new HostException(_host, HostErrorKind.NotFound, $"'{path}' is on another drive than that Windows.");
    }

    private string? Resolve(List<string> components)
    {
        var waiting = new Stack<string>(Enumerable.Reverse(components));
        string found = _root;
        int links = 0;
        while (waiting.Count > 0)
        {
            if (Child(found, waiting.Pop()) is not string name)
            {
                return null;
            }

            found = Path.Combine(found, name);
            if ((File.GetAttributes(found) & FileAttributes.ReparsePoint) == 0)
            {
                continue;
            }

            string target = Target(found);
            if (++links > MaximumLinks || !WithSeparator(target).StartsWith(_root, StringComparison.Ordinal))
            {
                throw Outside(found);
            }

            // Anew from the root: what the link names may go through further links.
            foreach (string component in Enumerable.Reverse(target.Remove(0, Math.Min(_root.Length, target.Length)).Split(Path.DirectorySeparatorChar)))
            {
                if (component.Length > 0)
                {
                    waiting.Push(component);
                }
            }

            found = _root;
        }

        return found;
    }

#if NET
    private string Target(string link)
    {
        try
        {
            return File.ResolveLinkTarget(link, returnFinalTarget: false)?.FullName is string target ? Path.GetFullPath(target) : throw Outside(link);
        }
        catch (IOException)
        {
            throw Outside(link);
        }
    }
#else
    // .NET Framework cannot say where a link leads.
    private string Target(string link) => throw Outside(link);
#endif

    private HostException Outside(string path) => new(_host, HostErrorKind.AccessDenied, $"'{path}' may lie outside the folder of that Windows and is not touched.");
}
