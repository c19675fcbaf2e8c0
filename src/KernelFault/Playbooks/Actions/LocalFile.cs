using System.Security.Cryptography;
using KernelFault.Formats;
using KernelFault.Hosts;

namespace KernelFault.Playbooks.Actions;

/// <summary>A file here that a playbook names: one that lies beside it, or one that an earlier step of the run kept.</summary>
internal static class LocalFile
{
    /// <summary>The input with the hash that the file must have.</summary>
    internal const string HashInput = "hash";

    /// <summary>Finds a file, reads it, and compares it with the hash that the step gives.</summary>
    /// <param name="context">The playbook's folder and the run's, and the hash.</param>
    /// <param name="action">Name of the action, for the exception.</param>
    /// <param name="name">A path relative to the playbook's folder, with slashes, or the whole path of a file below the run's folder.</param>
    /// <param name="maximumLength">The most bytes that are taken.</param>
    /// <param name="hash">SHA-256 of it, 64 lower-case hexadecimal digits.</param>
    /// <returns>The bytes.</returns>
    /// <exception cref="PlaybookException">It cannot be read, is another one, or lacks the hash that a run with signatures needs.</exception>
    internal static byte[] Read(ActionContext context, string action, string name, long maximumLength, out string hash)
    {
        byte[] content = Read(Find(context, action, name), action, maximumLength);
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha.AppendData(content);
        hash = LocalFiles.HashText(sha.GetHashAndReset());
        if (context.Text(HashInput) is { } expected)
        {
            return expected.Trim().Equals(hash, StringComparison.OrdinalIgnoreCase)
                ? content
                : throw new PlaybookException($"'{action}': '{PrintableText.Clean(name, 200)}' has the SHA-256 {hash}, and the playbook says {PrintableText.Clean(expected, 80)}.");
        }

        // What a step of this run kept was not brought by anybody.
        return context.NeedsHash && !Path.IsPathRooted(name)
            ? throw new PlaybookException($"'{action}': '{PrintableText.Clean(name, 200)}' is signed by nobody. With its SHA-256 as the input '{HashInput}' the playbook's signature is one of it too: {hash}.")
            : content;
    }

    /// <summary>Finds it.</summary>
    /// <param name="context">The playbook's folder and the run's.</param>
    /// <param name="action">Name of the action, for the exception.</param>
    /// <param name="name">A path relative to the playbook's folder, with slashes, or the whole path of a file below the run's folder.</param>
    /// <returns>Its whole path; it exists.</returns>
    /// <exception cref="PlaybookException">It leads out of these folders, by itself or by a link, or is not there.</exception>
    private static string Find(ActionContext context, string action, string name)
    {
        string shown = PrintableText.Clean(name, 200);
        if (name.Length is 0 or > 1024 || name.Any(char.IsControl))
        {
            throw new PlaybookException($"'{action}': '{shown}' is no path of a file.");
        }

        if (Path.IsPathRooted(name))
        {
            string folder = Path.GetFullPath(context.Folder);
            string whole = Path.GetFullPath(name);
            return whole.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal)
                ? Walk(folder, whole.Substring(folder.Length + 1).Split(Path.DirectorySeparatorChar), action, shown)
                : throw new PlaybookException($"'{action}': '{shown}' is no file of this run. A file that the playbook brings is named relative to it.");
        }

        if (context.PlaybookFolder is null)
        {
            throw new PlaybookException($"'{action}': '{shown}' would lie beside the playbook, and a built-in one has no files beside it.");
        }

        return Walk(Path.GetFullPath(context.PlaybookFolder), name.Split('/'), action, shown);
    }

    // Each part is looked at: a link could lead anywhere, and so could the backslash, the colon and the dots of Windows.
    private static string Walk(string folder, string[] parts, string action, string shown)
    {
        string path = folder;
        foreach (string part in parts)
        {
            if (part.Length == 0 || part is "." or ".." || part.IndexOfAny(['\\', ':', '*', '?']) >= 0)
            {
                throw new PlaybookException($"'{action}': '{shown}' leads out of its folder, or is no plain path with slashes.");
            }

            path = Path.Combine(path, part);
            try
            {
                if ((File.GetAttributes(path) & FileAttributes.ReparsePoint) != 0)
                {
                    throw new PlaybookException($"'{action}': '{shown}' is or goes through a link.");
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new PlaybookException($"'{action}': '{shown}' is not there: {e.Message}", e);
            }
        }

        return File.Exists(path) ? path : throw new PlaybookException($"'{action}': '{shown}' is no file.");
    }

    /// <summary>Reads it.</summary>
    /// <param name="path">Its whole path.</param>
    /// <param name="action">Name of the action, for the exception.</param>
    /// <param name="maximumLength">The most bytes that are taken.</param>
    /// <returns>The bytes.</returns>
    /// <exception cref="PlaybookException">It is longer, or cannot be read.</exception>
    private static byte[] Read(string path, string action, long maximumLength)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            if (file.Length > maximumLength)
            {
                throw new PlaybookException($"'{action}': '{path}' has {file.Length} bytes; {maximumLength} at most are taken.");
            }

            byte[] content = new byte[file.Length];
            int read = 0;
            while (read < content.Length && file.Read(content, read, content.Length - read) is > 0 and var more)
            {
                read += more;
            }

            return read == content.Length ? content : throw new PlaybookException($"'{action}': '{path}' became shorter while it was read.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PlaybookException($"'{action}': '{path}' cannot be read: {e.Message}", e);
        }
    }
}
