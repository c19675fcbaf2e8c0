using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Microsoft.Diagnostics.Runtime;

namespace KernelFault.Dumps.Process;

/// <summary>
/// Finds assemblies for ClrMD in folders that are trusted already, and nowhere else. Its own default would ask a symbol server.
/// </summary>
internal sealed class LocalImageLocator(IReadOnlyList<string> folders) : IFileLocator
{
    /// <inheritdoc/>
    public string? FindPEImage(string fileName, int buildTimeStamp, int imageSize, bool checkProperties)
    {
        string name = MinidumpModules.FileName(fileName);
        foreach (string folder in folders)
        {
            string path = Path.Combine(folder, name);
            if (name.IndexOfAny(Path.GetInvalidFileNameChars()) < 0
                && File.Exists(path)
                && LocalRuntimes.IsSame(path, null, unchecked((uint)buildTimeStamp), unchecked((uint)imageSize)))
            {
                return path;
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public string? FindPEImage(
        string fileName, SymbolProperties archivedUnder, ImmutableArray<byte> buildIdOrUUID, OSPlatform originalPlatform, bool checkProperties) => null;
}
