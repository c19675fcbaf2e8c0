using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace KernelFault.Playbooks.Running;

/// <summary>
/// The folder of a run: <c>playbook.yaml</c> (the bytes that ran), <c>run.jsonl</c>, a journal a machine in <c>hosts</c> and a folder
/// beside it for what its steps keep, <c>run.lock</c> (held open by the process that works on it) and <c>stop</c> (written to stop it).
/// </summary>
internal sealed class RunFolder
{
    private static readonly Regex s_id = new("^[0-9]{8}-[0-9]{6}-[a-z0-9]{6}$", RegexOptions.CultureInvariant);

    private RunFolder(string path) => Path = path;

    /// <summary>The folder.</summary>
    internal string Path { get; }

    internal string PlaybookFile => System.IO.Path.Combine(Path, "playbook.yaml");

    internal string JournalFile => System.IO.Path.Combine(Path, "run.jsonl");

    internal string StopFile => System.IO.Path.Combine(Path, "stop");

    private string LockFile => System.IO.Path.Combine(Path, "run.lock");

    /// <summary>A new id: the time and six random letters.</summary>
    internal static string NewId(DateTime time) => time.ToString("yyyyMMdd-HHmmss", System.Globalization.CultureInfo.InvariantCulture) + "-" + RandomLetters(6);

    /// <summary>Whether a text is the id of a run, and so no path.</summary>
    internal static bool IsId(string id) => s_id.IsMatch(id);

    /// <summary>Random lower-case letters and digits.</summary>
    internal static string RandomLetters(int count)
    {
        const string Letters = "abcdefghijkmnpqrstuvwxyz23456789"; // 32: each byte is as likely to give each
        byte[] bytes = new byte[count];
        using var random = RandomNumberGenerator.Create();
        random.GetBytes(bytes);
        return new string([.. bytes.Select(value => Letters[value % Letters.Length])]);
    }

    /// <summary>The folder of a run that is there.</summary>
    internal static RunFolder At(string path) => new(path);

    /// <summary>Makes the folder of a new run, for this user only: it holds what machines said.</summary>
    /// <exception cref="JournalException">It cannot be made.</exception>
    internal static RunFolder Create(string path)
    {
        try
        {
#if NET
            if (!OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
#endif
            Directory.CreateDirectory(System.IO.Path.Combine(path, "hosts"));
            return new RunFolder(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new JournalException($"The folder of the run cannot be made: {e.Message}", e);
        }
    }

    /// <summary>A name for a machine's journal: its number, and what of its name can be in a file's.</summary>
    internal static string HostFile(int index, string host)
    {
        const int MaximumName = 40;
        char[] safe = [.. host.Take(MaximumName).Select(c => c is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') or '-' or '_' ? c : '_')];
        return (index + 1).ToString("0000", System.Globalization.CultureInfo.InvariantCulture) + "-" + new string(safe);
    }

    /// <summary>The journal of a machine.</summary>
    internal string HostJournal(string file) => System.IO.Path.Combine(Path, "hosts", file + ".jsonl");

    /// <summary>The folder of a machine's evidence.</summary>
    internal string HostFolder(string file) => System.IO.Path.Combine(Path, "hosts", file);

    /// <summary>Says that this process works on the run.</summary>
    /// <returns>To be disposed when it does no more.</returns>
    /// <exception cref="PlaybookException">Another process does.</exception>
    internal IDisposable Lock()
    {
        // Who lists runs holds the file open for a moment.
        for (int tries = 0; ; tries++)
        {
            try
            {
                return new FileStream(LockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (tries < 10)
            {
                Thread.Sleep(50);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new PlaybookException($"Another process works on the run in '{Path}'.", e);
            }
        }
    }

    /// <summary>Whether a process works on the run now.</summary>
    internal bool IsActive()
    {
        if (!File.Exists(LockFile))
        {
            return false;
        }

        try
        {
            using var file = new FileStream(LockFile, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }

    /// <summary>A path below the folder as it is written down, with slashes.</summary>
    /// <returns>The path; null when it is not below the folder.</returns>
    internal string? Below(string path)
    {
        string root = System.IO.Path.GetFullPath(Path).TrimEnd('/', '\\') + System.IO.Path.DirectorySeparatorChar;
        string full = System.IO.Path.GetFullPath(path);
        return full.StartsWith(root, StringComparison.Ordinal) ? full.Substring(root.Length).Replace('\\', '/') : null;
    }
}
