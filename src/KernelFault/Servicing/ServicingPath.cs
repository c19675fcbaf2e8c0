namespace KernelFault.Servicing;

/// <summary>Checks paths of Windows that become arguments of its programs.</summary>
internal static class ServicingPath
{
    /// <summary>A whole path, such as <c>D:\Windows</c> or <c>\\server\share\image</c>.</summary>
    /// <param name="path">The path.</param>
    /// <param name="name">What it is, for the exception.</param>
    /// <exception cref="ArgumentException">It is none, or holds what no path of Windows holds.</exception>
    internal static string Whole(string path, string name)
    {
        bool hasDrive = path.Length >= 3 && path[0] is (>= 'A' and <= 'Z') or (>= 'a' and <= 'z') && path[1] == ':' && path[2] is '\\' or '/';
        bool isShare = path.StartsWith(@"\\", StringComparison.Ordinal) && path.Length > 4;
        bool isClean = path.IndexOfAny(['"', '*', '<', '>', '|']) < 0 && !path.Any(char.IsControl);
        return (hasDrive || isShare) && isClean ? path : throw new ArgumentException($"{name} is a whole path of Windows without wildcards and quotes, such as D:\\Windows; '{path}' is none.");
    }

    /// <summary>The folder that a folder lies in, such as <c>D:\</c> for <c>D:\Windows</c>.</summary>
    internal static string Parent(string path)
    {
        string trimmed = path.TrimEnd('\\', '/');
        int slash = trimmed.LastIndexOfAny(['\\', '/']);
        return slash < 0 ? path : slash == 2 ? trimmed.Substring(0, 3) : trimmed.Substring(0, slash);
    }

    /// <summary>The root of a path's drive, such as <c>D:\</c>; of a share the parent of the folder.</summary>
    internal static string Root(string path) => path[1] == ':' ? path[0] + ":\\" : Parent(path);
}
