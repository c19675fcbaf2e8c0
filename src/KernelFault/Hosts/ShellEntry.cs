using System.Globalization;
using System.Text;

namespace KernelFault.Hosts;

/// <summary>Reads what <c>shell-files.sh</c> prints of files: mode in hexadecimal, length, seconds since 1970, path, and a NUL.</summary>
internal static class ShellEntry
{
    // S_IFMT and S_IFDIR of POSIX' st_mode.
    private const int TypeMask = 0xF000;
    private const int Folder = 0x4000;

    internal static IEnumerable<HostFile> Read(string host, byte[] output) =>
        Encoding.UTF8.GetString(output).Split('\0').Where(entry => entry.Length > 0).Select(entry => Entry(host, entry));

    private static HostFile Entry(string host, string entry)
    {
        string[] parts = entry.Split([' '], 4);
        if (parts.Length < 4
            || !int.TryParse(parts[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out int mode)
            || !long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out long length)
            || !long.TryParse(parts[2], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long time))
        {
            throw new HostException(host, HostErrorKind.Failed, "What it says of a file is damaged.");
        }

        bool folder = (mode & TypeMask) == Folder;
        bool known = time is > -62135596800 and < 253402300800;
        return new HostFile(parts[3], folder, folder ? 0 : length, known ? DateTimeOffset.FromUnixTimeSeconds(time).UtcDateTime : null);
    }
}
