namespace KernelFault.Drivers;

// ImagePath of a driver's service is written in many ways: \SystemRoot\…, system32\… below the Windows folder, \??\C:\… as the object
// manager knows it, %SystemRoot%\…, C:\…; a driver without one is system32\drivers\NAME.sys.

/// <summary>Writes out where a driver's file is.</summary>
internal static class WindowsImagePath
{
    /// <summary>The whole path.</summary>
    /// <param name="imagePath">As the service has it; null or empty when it has none.</param>
    /// <param name="service">Name of the service.</param>
    /// <param name="windows">The Windows folder, such as <c>C:\Windows</c>.</param>
    /// <returns>The path; of a path on an unnamed volume what is written.</returns>
    internal static string Resolve(string? imagePath, string service, string windows)
    {
        string path = (imagePath ?? string.Empty).Trim().Trim('"').Replace('/', '\\');
        if (path.Length == 0)
        {
            return windows + @"\System32\drivers\" + service + ".sys";
        }

        foreach (string prefix in (string[])[@"\??\", @"\\?\", @"\DosDevices\", @"\GLOBAL??\"])
        {
            path = StartsWith(path, prefix) ? path.Substring(prefix.Length) : path;
        }

        foreach (string prefix in (string[])[@"\SystemRoot\", @"SystemRoot\", @"%SystemRoot%\", @"%windir%\"])
        {
            if (StartsWith(path, prefix))
            {
                string below = path.Substring(prefix.Length);
                return windows + "\\" + below;
            }
        }

        string drive = windows.Length > 1 && windows[1] == ':' ? windows.Substring(0, 2) : string.Empty;
        if (StartsWith(path, @"%SystemDrive%\"))
        {
            string below = path.Substring(@"%SystemDrive%".Length);
            return drive + below;
        }

        return path.Length > 1 && path[1] == ':' ? path
            : StartsWith(path, @"\Device\") ? path
            : path[0] == '\\' ? (path.Length > 1 && path[1] == '\\' ? path : drive + path)
            : windows + "\\" + path;
    }

    private static bool StartsWith(string path, string prefix) => path.StartsWith(prefix, StringComparison.OrdinalIgnoreCase);
}
