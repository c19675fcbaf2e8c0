#if !NET
using System.Runtime.InteropServices;
#endif

namespace KernelFault.Hosts;

/// <summary>A new folder for temporary files that only this user may enter.</summary>
internal static class PrivateFolder
{
    /// <summary>Makes it. Its path is short: the name of a socket in it has to fit into some hundred bytes.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    internal static string Create()
    {
#if NET
        return Directory.CreateTempSubdirectory("kf-").FullName;
#else
        string folder = Path.Combine(Path.GetTempPath(), "kf-" + Path.GetRandomFileName().Substring(0, 8));
        const uint OwnerOnly = 0x1C0; // 0700
        return MakeDirectory(folder, OwnerOnly) == 0 ? folder : throw new IOException($"The folder '{folder}' could not be made.");
#endif
    }

#if !NET
    [DllImport("libc", EntryPoint = "mkdir", BestFitMapping = false, ThrowOnUnmappableChar = true, CharSet = CharSet.Ansi)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int MakeDirectory([MarshalAs(UnmanagedType.LPStr)] string path, uint mode);
#endif
}
