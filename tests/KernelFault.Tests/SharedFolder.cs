namespace KernelFault.Tests;

/// <summary>
/// A folder whose content is made once and that many tests read. It lies beside the tests' own files and is made anew each time: who
/// runs tests ends their process before it could clean up, and the user's folder for temporary files is to stay clean.
/// </summary>
internal static class SharedFolder
{
    internal static string Make(string name)
    {
        string path = Path.Combine(AppContext.BaseDirectory, "made", name);
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }

        return Directory.CreateDirectory(path).FullName;
    }
}
