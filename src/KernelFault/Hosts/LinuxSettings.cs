using System.Text;
using KernelFault.Formats;

namespace KernelFault.Hosts;

// Now: files of /proc/sys and /sys/module. Next boot: a file of ours in /etc/sysctl.d, and one in /etc/default/grub.d or grubby for
// arguments of the kernel. Both files are named to be read last, so that they win and taking a line away brings back what was before.

/// <summary>Settings of the kernel of a Linux machine: how they are, and how they are changed and restored.</summary>
internal sealed class LinuxSettings
{
    /// <summary>Our file for sysctl.</summary>
    internal const string SysctlPath = "/etc/sysctl.d/zz-kernelfault.conf";

    /// <summary>Our file for the arguments of the kernel, where the boot loader reads a folder.</summary>
    internal const string GrubPath = "/etc/default/grub.d/zz-kernelfault.cfg";

    /// <summary>The folder of the file that keeps how it was.</summary>
    internal const string StateFolder = "/var/lib/kernelfault";

    /// <summary>The file that keeps how it was.</summary>
    internal const string StatePath = StateFolder + "/settings.json";

    private const string GrubVariable = "GRUB_CMDLINE_LINUX_DEFAULT";

    private readonly Dictionary<string, string> _now = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string Value, string Path)> _configured = new(StringComparer.Ordinal);

    private LinuxSettings(string[] lines)
    {
        var state = new StringBuilder();
        var file = new StringBuilder();
        foreach (string line in lines)
        {
            string[] parts = line.Split(['\t'], 4);
            switch (parts[0])
            {
                case "now" when parts.Length == 3:
                    _now[parts[1]] = Plain(parts[2]);
                    break;
                case "cmdline" when parts.Length == 2:
                    Running = Arguments(parts[1]);
                    break;
                case "arguments" when parts.Length == 2:
                    LoaderArguments = Arguments(parts[1]);
                    break;
                case "conf" when parts.Length == 4:
                    string name = parts[2].Replace('/', '.');
                    if (parts[1] == SysctlPath)
                    {
                        Own[name] = Plain(parts[3]);
                    }

                    _configured[name] = (Plain(parts[3]), parts[1]);
                    break;
                case "loader" when parts.Length == 2:
                    Loader = parts[1] switch
                    {
                        "grub.d" => LinuxBootLoader.GrubFolder,
                        "grubby" => LinuxBootLoader.Grubby,
                        _ => LinuxBootLoader.Unknown,
                    };
                    break;
                case "boot":
                    file.Append(line, 5, line.Length - 5).Append('\n');
                    break;
                case "state":
                    state.Append(line, 6, line.Length - 6).Append('\n');
                    break;
                default:
                    break;
            }
        }

        OwnArguments = FromGrubFile(file.ToString());
        State = LinuxSettingState.Parse(state.ToString());
    }

    /// <summary>How the next boot's arguments are set here.</summary>
    internal LinuxBootLoader Loader { get; }

    /// <summary>The running kernel's arguments, in order, as <c>name=value</c> or <c>name</c>.</summary>
    internal IReadOnlyList<string> Running { get; } = [];

    /// <summary>The arguments that grubby knows for the default kernel.</summary>
    internal IReadOnlyList<string> LoaderArguments { get; } = [];

    /// <summary>What our file sets for sysctl.</summary>
    internal SortedDictionary<string, string> Own { get; } = new(StringComparer.Ordinal);

    /// <summary>The arguments in our file of the boot loader.</summary>
    internal IReadOnlyList<string> OwnArguments { get; }

    /// <summary>How it was before.</summary>
    internal LinuxSettingState State { get; }

    /// <summary>Asks a machine.</summary>
    /// <param name="host">The machine; it runs Linux.</param>
    /// <param name="settings">The settings whose value now is asked for.</param>
    /// <param name="cancellation">Ends the work at once.</param>
    /// <returns>The settings.</returns>
    /// <exception cref="HostException">The machine does not answer.</exception>
    internal static LinuxSettings Read(IHost host, IEnumerable<LinuxSetting> settings, CancellationToken cancellation)
    {
        string[] paths = [.. settings.Select(setting => setting.LivePath).OfType<string>().Distinct()];
        ProgramResult result = host.Run(new ProgramCall("/bin/sh", ["-s", .. paths]) { Input = Encoding.UTF8.GetBytes(HostScript.LinuxSettings), MaximumOutput = 8 * 1024 * 1024 }, cancellation);
        string[] lines = ProgramText.Decode(result.Output).Split('\n');
        return lines.Contains("end")
            ? new LinuxSettings(lines)
            : throw new HostException(host.Name, HostErrorKind.Failed, $"The machine did not tell its settings (exit code {result.ExitCode}): {ProgramText.Decode(result.Error).Trim()}");
    }

    /// <summary>The value of the running kernel.</summary>
    /// <param name="setting">The setting.</param>
    /// <returns>The value; empty for an argument without one; null when it is not set or not known.</returns>
    internal string? Now(LinuxSetting setting)
    {
        if (setting.LivePath is { } path && _now.TryGetValue(path, out string? value))
        {
            return value;
        }

        return setting.IsBootParameter ? Value(Running, setting.Name) : null;
    }

    /// <summary>Whether the running kernel has a file by which it is asked and told.</summary>
    /// <param name="setting">The setting.</param>
    internal bool HasLive(LinuxSetting setting) => setting.LivePath is { } path && _now.ContainsKey(path);

    /// <summary>The value after the next boot, as far as files say.</summary>
    /// <param name="setting">The setting.</param>
    /// <returns>The value, and the file that sets it (null for the running kernel's arguments); null when nothing sets it: the kernel's default.</returns>
    internal (string Value, string? Path)? NextBoot(LinuxSetting setting)
    {
        if (!setting.IsBootParameter)
        {
            return _configured.TryGetValue(setting.Name, out (string Value, string Path) configured) ? (configured.Value, configured.Path) : null;
        }

        if (Value(OwnArguments, setting.Name) is { } own)
        {
            return (own, GrubPath);
        }

        if (Loader == LinuxBootLoader.Grubby && LoaderArguments.Count > 0)
        {
            return Value(LoaderArguments, setting.Name) is { } value ? (value, null) : null;
        }

        // What runs came from elsewhere in the loader's configuration, unless it came from us and was taken away since.
        return Value(Running, setting.Name) is { } running ? (running, null) : null;
    }

    /// <summary>The last value of an argument, as the kernel takes it.</summary>
    /// <param name="arguments">Arguments.</param>
    /// <param name="name">Its name; dashes and underscores are the same.</param>
    /// <returns>The value; empty for one without; null when it is not there.</returns>
    internal static string? Value(IReadOnlyList<string> arguments, string name)
    {
        string? value = null;
        foreach (string argument in arguments)
        {
            int equals = argument.IndexOf('=');
            string own = equals < 0 ? argument : argument.Substring(0, equals);
            if (own.Replace('-', '_') == name.Replace('-', '_'))
            {
                value = equals < 0 ? string.Empty : argument.Substring(equals + 1);
            }
        }

        return value;
    }

    /// <summary>The content of our file for sysctl.</summary>
    /// <param name="values">What it sets.</param>
    internal static byte[] SysctlFile(IEnumerable<KeyValuePair<string, string>> values) =>
        Encoding.ASCII.GetBytes(Header + string.Concat(values.Select(value => $"{value.Key} = {value.Value}\n")));

    /// <summary>The content of our file of the boot loader.</summary>
    /// <param name="arguments">The arguments.</param>
    internal static byte[] GrubFile(IReadOnlyList<string> arguments) =>
        Encoding.ASCII.GetBytes(Header + (arguments.Count == 0 ? string.Empty : $"{GrubVariable}=\"${GrubVariable} {string.Join(" ", arguments)}\"\n"));

    private const string Header = "# Written by KernelFault. Set-KernelDebugOption -Restore and Set-CrashCapture -Restore take it back.\n";

    private static string[] FromGrubFile(string text)
    {
        string start = $"{GrubVariable}=\"${GrubVariable} ";
        string? line = text.Split('\n').LastOrDefault(one => one.StartsWith(start, StringComparison.Ordinal));
        return line is null ? [] : Arguments(line.Substring(start.Length).TrimEnd('"'));
    }

    private static string[] Arguments(string line) => PrintableText.Clean(line, 64 * 1024).Split([' '], StringSplitOptions.RemoveEmptyEntries);

    // The kernel writes tabs between the numbers of one setting, and people blanks.
    private static string Plain(string value) => PrintableText.Clean(string.Join(" ", value.Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries)), 4096);
}
