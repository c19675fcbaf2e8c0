namespace KernelFault.Hosts;

/// <summary>Writes a file of this machine so that the old or the new content is there at any moment, never a part of it.</summary>
internal static class WholeFile
{
    /// <summary>Writes it. What is written lies beside it until it is whole, under a name that nobody has; on failure it is gone again.</summary>
    /// <param name="path">Whole path; its folder exists. A link stays one: what it leads to gets the content.</param>
    /// <param name="write">Writes the content.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    internal static void Write(string path, Action<Stream> write)
    {
        string target = Target(path);
        string temporary = Beside(target);
        try
        {
            using (FileStream stream = Create(temporary, target))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            Replace(temporary, target);
            NativeFolder.Flush(Path.GetDirectoryName(target)!);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Finds out whether it can be written. Nothing is changed, and nothing is left behind.</summary>
    /// <param name="path">Whole path.</param>
    /// <exception cref="IOException">It cannot be written, such as where there is no such folder.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    internal static void Try(string path)
    {
        string target = Target(path);
        if (File.Exists(target))
        {
            new FileStream(target, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete).Dispose();
        }

        string temporary = Beside(target);
        new FileStream(temporary, FileMode.CreateNew, FileAccess.Write).Dispose();
        File.Delete(temporary);
    }

    private static string Beside(string target) => target + "." + Path.GetRandomFileName();

    private static string Target(string path)
    {
#if NET
        return new FileInfo(path).LinkTarget is null ? path : File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName;
#else
        return path;
#endif
    }

    // A copy has the permissions of what it was copied from; on Windows it is Replace that keeps them.
    private static FileStream Create(string temporary, string target)
    {
        bool copied = Path.DirectorySeparatorChar == '/' && File.Exists(target);
        if (copied)
        {
            File.Copy(target, temporary);
        }

        return new FileStream(temporary, copied ? FileMode.Truncate : FileMode.CreateNew, FileAccess.Write, FileShare.None);
    }

    private static void Replace(string temporary, string target)
    {
        if (File.Exists(target))
        {
            File.Replace(temporary, target, null);
        }
        else
        {
            File.Move(temporary, target);
        }
    }
}
