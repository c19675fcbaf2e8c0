namespace KernelFault.Health;

/// <summary>A file of a crash on a machine.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Path">Its whole path there; for the journal the command that gives it.</param>
/// <param name="Folder">Folder below the machine's own here, of safe names with slashes between; empty for none.</param>
/// <param name="Length">Length in bytes; 0 for the journal, whose length is not known before.</param>
/// <param name="LastWriteTime">When it was last written, UTC; null when the machine does not say.</param>
internal sealed record CrashFile(CrashFileKind Kind, string Path, string Folder, long Length, DateTime? LastWriteTime)
{
    /// <summary>Its name here: what every file system takes, and nothing that leads out of a folder.</summary>
    internal string Name => Kind == CrashFileKind.Journal ? "journal-last-boot.txt" : SafeName.Of(Path.Substring(Path.LastIndexOfAny(['/', '\\']) + 1));
}
