using System.Runtime.InteropServices;
using KernelFault.Memory;

namespace KernelFault.Dumps.Process;

/// <summary>
/// The .NET runtimes of this machine. A debugging library is code that runs in our process: it is taken from where .NET is
/// installed or where the caller says, never from a path that a dump names.
/// </summary>
internal sealed class LocalRuntimes(IReadOnlyList<string> given)
{
    private const int MaximumFolders = 512;

    /// <summary>Finds the folder of the runtime whose library is exactly the one that crashed.</summary>
    /// <param name="library">File name of the runtime's library, such as <c>libcoreclr.so</c>.</param>
    /// <param name="buildId">Its ELF build id in hexadecimal; null for PE.</param>
    /// <param name="timeStamp">Its PE timestamp.</param>
    /// <param name="size">Its PE image size.</param>
    /// <returns>The folder; null when that runtime is not here.</returns>
    internal string? Find(string library, string? buildId, uint timeStamp, uint size)
    {
        foreach (string folder in Folders().Take(MaximumFolders))
        {
            string path = Path.Combine(folder, library);
            if (File.Exists(path) && IsSame(path, buildId, timeStamp, size))
            {
                return folder;
            }
        }

        return null;
    }

    /// <summary>Whether a local image is exactly the one described.</summary>
    internal static bool IsSame(string path, string? buildId, uint timeStamp, uint size)
    {
        try
        {
            using var file = new MappedFile(path);
            if (buildId is not null)
            {
                // The id lies in the first segment, where offsets in the file and in memory are the same.
                return ElfBuildId.Read(new FileReader(file), default) == buildId;
            }

            ReadOnlySpan<byte> dos = file.SliceUpTo(0, 64);
            if (dos.Length < 64 || !dos.StartsWith("MZ"u8))
            {
                return false;
            }

            uint header = Windows.LittleEndian.UInt32(dos, 0x3C);
            return file.TrySlice(header, 0x60, out ReadOnlySpan<byte> pe)
                && Windows.LittleEndian.UInt32(pe, 8) == timeStamp
                && Windows.LittleEndian.UInt32(pe, 0x50) == size;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private IEnumerable<string> Folders()
    {
        foreach (string folder in given)
        {
            yield return folder;
        }

        string own = RuntimeEnvironment.GetRuntimeDirectory();
        yield return own;
        foreach (string root in Roots(own).Where(root => !string.IsNullOrEmpty(root)).Select(root => root!).Distinct(StringComparer.Ordinal))
        {
            foreach (string folder in Children(Path.Combine(root, "shared", "Microsoft.NETCore.App")))
            {
                yield return folder;
            }
        }

        if (RuntimeInformation.IsOSPlatform(OSPlatform.Windows))
        {
            string windows = Environment.GetFolderPath(Environment.SpecialFolder.Windows);
            yield return Path.Combine(windows, "Microsoft.NET", IntPtr.Size == 8 ? "Framework64" : "Framework", "v4.0.30319");
        }
    }

    private static IEnumerable<string?> Roots(string own)
    {
        // <root>/shared/Microsoft.NETCore.App/<version>/
        yield return Path.GetFullPath(Path.Combine(own, "..", "..", ".."));
        yield return Environment.GetEnvironmentVariable("DOTNET_ROOT");
        if (RuntimeInformation.IsOSPlatform(OSPlatform.Windows))
        {
            yield return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ProgramFiles), "dotnet");
        }
        else
        {
            yield return "/usr/share/dotnet";
            yield return "/usr/lib/dotnet";
            yield return "/usr/local/share/dotnet";
        }
    }

    private static string[] Children(string folder)
    {
        try
        {
            return Directory.Exists(folder) ? Directory.GetDirectories(folder) : [];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private sealed class FileReader(MappedFile file) : IMemoryReader
    {
        public int Read(VirtualAddress address, Span<byte> destination)
        {
            ulong offset = address.ToUInt64();
            ReadOnlySpan<byte> bytes = offset > long.MaxValue ? default : file.SliceUpTo((long)offset, destination.Length);
            bytes.CopyTo(destination);
            return bytes.Length;
        }
    }
}
