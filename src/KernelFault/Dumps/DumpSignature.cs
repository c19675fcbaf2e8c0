using System.Globalization;
using KernelFault.Formats;
using KernelFault.Memory;

namespace KernelFault.Dumps;

/// <summary>Decides by the first bytes which reader opens a file.</summary>
internal static class DumpSignature
{
    internal static CrashDump Open(string path)
    {
        using var file = new MappedFile(path);
        throw Unknown(path, file.SliceUpTo(0, 16));
    }

    private static DumpFormatException Unknown(string path, ReadOnlySpan<byte> start)
    {
        string bytes = string.Join(" ", start.ToArray().Select(b => b.ToString("x2", CultureInfo.InvariantCulture)));
        return new DumpFormatException(path, 0, $"expected a crash dump signature, found {(bytes.Length == 0 ? "an empty file" : bytes)}.");
    }
}
