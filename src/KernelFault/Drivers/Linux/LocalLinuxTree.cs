using System.Text;
using KernelFault.Formats.Elf;

namespace KernelFault.Drivers.Linux;

/// <summary>The files of this machine, or of a tree below a folder.</summary>
/// <param name="root">Put before each path; empty for the machine itself.</param>
internal sealed class LocalLinuxTree(string root) : ILinuxTree
{
    private const int MaximumFile = 16 * 1024 * 1024;
    private const int MaximumNames = 64 * 1024;

    public string? Text(string path) => Bytes(path) is { } bytes ? Encoding.UTF8.GetString(bytes).TrimEnd('\n') : null;

    // Files of /proc and /sys have no length before they are read.
    public byte[]? Bytes(string path)
    {
        try
        {
            using var file = new FileStream(root + path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1);
            using var content = new MemoryStream();
            byte[] buffer = new byte[16 * 1024];
            int read;
            while (content.Length < MaximumFile && (read = file.Read(buffer, 0, buffer.Length)) > 0)
            {
                content.Write(buffer, 0, read);
            }

            return content.ToArray();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return null;
        }
    }

    public IReadOnlyList<string> Names(string folder) => Entries(folder, linksOnly: false);

    public IReadOnlyList<string> Links(string folder) => Entries(folder, linksOnly: true);

    public LinuxModuleFile? Module(string path, out long length, out string? sha256)
    {
        length = 0;
        sha256 = null;
        var file = new FileInfo(root + path);
        if (!file.Exists)
        {
            return null;
        }

        length = file.Length;
        sha256 = FileHash.Sha256(file.FullName);
        return LinuxModuleFile.Open(file.FullName);
    }

    private List<string> Entries(string folder, bool linksOnly)
    {
        var names = new List<string>();
        try
        {
            foreach (FileSystemInfo entry in new DirectoryInfo(root + folder).EnumerateFileSystemInfos())
            {
                if ((!linksOnly || (entry.Attributes & FileAttributes.ReparsePoint) != 0) && names.Count < MaximumNames)
                {
                    names.Add(entry.Name);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Not there, or not for everybody: nothing is known of it.
        }

        names.Sort(StringComparer.Ordinal);
        return names;
    }
}
