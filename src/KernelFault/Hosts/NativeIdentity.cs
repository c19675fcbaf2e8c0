using System.Runtime.InteropServices;

namespace KernelFault.Hosts;

/// <summary>Asks the system for the rights of this process.</summary>
internal static class NativeIdentity
{
    /// <summary>True for root and for an administrator's full token.</summary>
    internal static bool IsElevated => Path.DirectorySeparatorChar == '\\' ? IsUserAnAdmin() : GetEffectiveUserId() == 0;

    [DllImport("shell32.dll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool IsUserAnAdmin();

    [DllImport("libc", EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint GetEffectiveUserId();
}
