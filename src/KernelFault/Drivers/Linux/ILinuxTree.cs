using KernelFault.Formats.Elf;

namespace KernelFault.Drivers.Linux;

/// <summary>The files of a Linux that tell of its modules: on this machine, or as another machine printed them.</summary>
internal interface ILinuxTree
{
    /// <summary>A file's text without the line break at its end; null when it is not there or may not be read.</summary>
    string? Text(string path);

    /// <summary>A file's bytes; null when it is not there or may not be read.</summary>
    byte[]? Bytes(string path);

    /// <summary>Names in a folder, ascending; none when it is not there.</summary>
    IReadOnlyList<string> Names(string folder);

    /// <summary>Names of the links in a folder, ascending.</summary>
    IReadOnlyList<string> Links(string folder);

    /// <summary>A module's file.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="length">Bytes of the file.</param>
    /// <param name="sha256">SHA-256 of the file; null when it could not be computed.</param>
    /// <returns>What it says; null when it is not there.</returns>
    /// <exception cref="Formats.DumpFormatException">It is none.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    LinuxModuleFile? Module(string path, out long length, out string? sha256);
}
