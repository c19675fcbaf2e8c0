using System.Globalization;
using System.Text;
using KernelFault.Formats;
using KernelFault.Formats.Elf;

namespace KernelFault.Drivers.Linux;

/// <summary>The files of another machine, as <c>linux-drivers.sh</c> printed them there.</summary>
internal sealed class PrintedLinuxTree : ILinuxTree
{
    private const string FirstLine = "kernelfault-drivers 1";
    private const string LastLine = "end";
    private const int MaximumPaths = 200_000;
    private const int MaximumFolders = 16;
    private const int MaximumHexadecimal = 1024 * 1024;

    private readonly Dictionary<string, List<string>> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> _modules = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SortedSet<string>> _names = new(StringComparer.Ordinal);

    /// <summary>Reads what was printed.</summary>
    /// <param name="output">The bytes.</param>
    /// <param name="host">Name of the machine, for messages.</param>
    /// <exception cref="DumpFormatException">It is not what the program prints.</exception>
    internal PrintedLinuxTree(byte[] output, string host)
    {
        string[] lines = Encoding.UTF8.GetString(output).Split('\n');
        if (lines[0].TrimEnd('\r') != FirstLine)
        {
            throw new DumpFormatException(host, 0, $"expected '{FirstLine}', found '{PrintableText.Clean(lines[0], 80)}'.");
        }

        List<string>? content = null;
        foreach (string line in lines.Skip(1))
        {
            if (line.StartsWith("=", StringComparison.Ordinal))
            {
                content?.Add(line.Substring(1));
                continue;
            }

            IsWhole |= line == LastLine;
            content = line.Length < 3 || line[1] != ' ' || _files.Count + _modules.Count + _names.Count >= MaximumPaths ? null : Begin(line[0], line.Substring(2));
        }
    }

    /// <summary>False when the program did not come to its end.</summary>
    internal bool IsWhole { get; }

    public string? Text(string path) => _files.TryGetValue(path, out List<string>? lines) ? string.Join("\n", lines) : null;

    public byte[]? Bytes(string path) => _files.TryGetValue(path, out List<string>? lines) && lines.Count > 0 ? FromHexadecimal(lines[0]) : null;

    public IReadOnlyList<string> Names(string folder) => _names.TryGetValue(folder, out SortedSet<string>? names) ? [.. names] : [];

    public IReadOnlyList<string> Links(string folder) => Names(folder);

    public LinuxModuleFile? Module(string path, out long length, out string? sha256)
    {
        length = 0;
        sha256 = null;
        if (!_modules.TryGetValue(path, out List<string>? lines))
        {
            return null;
        }

        var information = new List<KeyValuePair<string, string>>();
        var warnings = new List<string>();
        ModuleSignature? signature = null;
        foreach (string line in lines)
        {
            int equals = line.IndexOf('=');
            string key = equals < 0 ? string.Empty : line.Substring(0, equals);
            string value = line.Substring(equals + 1);
            switch (key)
            {
                case "size":
                    _ = long.TryParse(value.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out length);
                    break;
                case "sha256":
                    sha256 = value.Length == 64 && value.All(IsDigit) ? value.ToLowerInvariant() : null;
                    break;
                case "tail":
                    using (var tail = new FileBytes(FromHexadecimal(value) ?? [], path))
                    {
                        signature = ModuleSignatureReader.Read(tail, warnings);
                    }

                    break;
                default:
                    information.Add(new KeyValuePair<string, string>(key, PrintableText.Clean(value, 4096)));
                    break;
            }
        }

        return new LinuxModuleFile { Path = path, Compression = null, Machine = 0, Information = information, BuildId = null, Signature = signature, Warnings = warnings };
    }

    private static bool IsDigit(char c) => c is (>= '0' and <= '9') or (>= 'a' and <= 'f') or (>= 'A' and <= 'F');

    private static byte[]? FromHexadecimal(string digits)
    {
        if (digits.Length % 2 != 0 || digits.Length > MaximumHexadecimal || !digits.All(IsDigit))
        {
            return null;
        }

        byte[] bytes = new byte[digits.Length / 2];
        for (int i = 0; i < bytes.Length; i++)
        {
            string pair = digits.Substring(i * 2, 2);
            bytes[i] = byte.Parse(pair, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        }

        return bytes;
    }

    private List<string>? Begin(char kind, string path)
    {
        if (kind is not ('f' or 'x' or 'd' or 'm'))
        {
            return null;
        }

        // A folder that is only named by what lies in it is there too.
        string entry = path;
        for (int slash = entry.LastIndexOf('/'), depth = 0; kind != 'm' && slash > 0 && depth < MaximumFolders; slash = entry.LastIndexOf('/'), depth++)
        {
            string folder = entry.Substring(0, slash);
            if (!_names.TryGetValue(folder, out SortedSet<string>? names))
            {
                _names.Add(folder, names = new SortedSet<string>(StringComparer.Ordinal));
            }

            if (!names.Add(entry.Substring(slash + 1)))
            {
                break;
            }

            entry = folder;
        }

        if (kind == 'd')
        {
            return null;
        }

        var lines = new List<string>();
        (kind == 'm' ? _modules : _files)[path] = lines;
        return lines;
    }
}
