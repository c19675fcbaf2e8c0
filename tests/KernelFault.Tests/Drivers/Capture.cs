using System.IO.Compression;

namespace KernelFault.Tests.Drivers;

/// <summary>The outputs in the folder <c>Captures</c>: what a file is called says whether it was captured or built.</summary>
internal static class Capture
{
    /// <summary>The bytes of one, unpacked where its name ends with <c>.gz</c>.</summary>
    internal static byte[] Read(string name)
    {
        using Stream stream = typeof(Capture).Assembly.GetManifestResourceStream(name) ?? throw new ArgumentException($"There is no capture '{name}'.", nameof(name));
        using Stream plain = name.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(stream, CompressionMode.Decompress) : stream;
        using var content = new MemoryStream();
        plain.CopyTo(content);
        return content.ToArray();
    }
}
