using System.Runtime.InteropServices;

namespace KernelFault.Hosts;

/// <summary>Folders of this machine, where .NET has no way.</summary>
internal static class NativeFolder
{
    /// <summary>
    /// Has a folder's names reach the disk: on Unix a file that was renamed may have its old name again after a power cut, until its
    /// folder is written. Windows keeps names in a journal; nothing is done there. A file system that cannot do it is left alone.
    /// </summary>
    internal static void Flush(string folder)
    {
        if (Path.DirectorySeparatorChar != '/')
        {
            return;
        }

        int descriptor = Open(folder, 0);
        if (descriptor >= 0)
        {
            _ = Synchronize(descriptor);
            _ = Close(descriptor);
        }
    }

    [DllImport("libc", EntryPoint = "open", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open([MarshalAs(UnmanagedType.LPStr)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Synchronize(int descriptor);

    [DllImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int descriptor);
}
