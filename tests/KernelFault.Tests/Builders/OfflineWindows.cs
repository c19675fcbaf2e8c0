using System.Buffers.Binary;
using KernelFault.Formats.Registry;

namespace KernelFault.Tests.Builders;

/// <summary>A folder of a Windows that is not running, with a SYSTEM hive; gone when the test is over.</summary>
internal sealed class OfflineWindows : IDisposable
{
    internal OfflineWindows(byte[] system)
    {
        Folder = Directory.CreateTempSubdirectory("kernelfault-").FullName;
        Config = Directory.CreateDirectory(Path.Combine(Folder, "Windows", "System32", "config")).FullName;
        File.WriteAllBytes(System, system);
    }

    internal string Folder { get; }

    internal string Config { get; }

    internal string System => Path.Combine(Config, "SYSTEM");

    /// <summary>A hive's header with its sequence numbers made equal, as after a whole writing.</summary>
    internal static byte[] Clean(byte[] hive)
    {
        byte[] clean = [.. hive];
        clean.AsSpan(4, 4).CopyTo(clean.AsSpan(8));
        BinaryPrimitives.WriteUInt32LittleEndian(clean.AsSpan(HiveFile.ChecksumOffset), HiveFile.Checksum(clean));
        return clean;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
