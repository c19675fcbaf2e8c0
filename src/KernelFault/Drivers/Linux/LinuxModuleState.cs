using System.Globalization;
using System.Text;
using KernelFault.Formats;
using KernelFault.Hosts;

namespace KernelFault.Drivers.Linux;

/// <summary>
/// How a module of a Linux kernel stands on a machine: whether it is loaded, may be loaded, and what stands on it. See modprobe.d(5),
/// modules-load.d(5) and the kernel's <c>Documentation/kbuild/modules.rst</c> for <c>modules.builtin</c>.
/// </summary>
internal sealed class LinuxModuleState
{
    private const int MaximumOutput = 4 * 1024 * 1024;

    private readonly List<(string Name, long Count, string[] Users)> _modules = [];
    private readonly List<(string What, string Module)> _essential = [];

    private LinuxModuleState(string name, string[] lines)
    {
        Name = name;
        List<string> configuration = [], configured = [], boot = [], dependents = [], own = [], text = [];
        foreach (string line in lines)
        {
            int tab = line.IndexOf('\t');
            if (tab < 0)
            {
                continue;
            }

            string value = PrintableText.Clean(line.Substring(tab + 1));
            switch (line.Substring(0, tab))
            {
                case "module":
                    AddModule(value.Split(' '));
                    break;
                case "builtin":
                    IsBuiltIn = true;
                    break;
                case "sysfs":
                    HasFolder = true;
                    break;
                case "file" when value.Length > 0:
                    Path = value;
                    break;
                case "version" when value.Length > 0:
                    Version = value;
                    break;
                case "dependent":
                    dependents.Add(value);
                    break;
                case "config" or "argument":
                    configuration.Add(value);
                    break;
                case "configured":
                    configured.Add(value);
                    break;
                case "boot":
                    boot.Add(value);
                    break;
                case "own":
                    own.Add(value.Substring(0, Math.Max(0, value.LastIndexOf(' '))));
                    OwnTime = Math.Max(OwnTime ?? 0, Number(value));
                    break;
                case "line":
                    text.Add(value);
                    break;
                case "root":
                    _essential.Add(("the root file system", Plain(value)));
                    break;
                case "network":
                    _essential.Add(("the network", Plain(value)));
                    break;
                case "tool":
                    RebuildTool = value;
                    break;
                case "image":
                    ImageTime = Number(value);
                    break;
                case "listed":
                    IsInInitramfs ??= false;
                    break;
                case "contained":
                    IsInInitramfs = true;
                    break;
                default:
                    break;
            }
        }

        (Configuration, ConfigurationFiles, BootFiles, Dependents, OwnFiles, OwnText) = (configuration, configured, boot, dependents, own, string.Concat(text.Select(one => one + "\n")));
        IsBuiltIn |= Path == "(builtin)" || (HasFolder && !IsLoaded);
    }

    /// <summary>Name with underscores, as the kernel has it.</summary>
    internal string Name { get; }

    /// <summary>Whether it is loaded.</summary>
    internal bool IsLoaded => _modules.Any(module => module.Name == Name);

    /// <summary>How often it is in use, with what uses it; 0 when it is not loaded.</summary>
    internal long UseCount => _modules.Where(module => module.Name == Name).Select(module => module.Count).FirstOrDefault();

    /// <summary>Names of the loaded modules that use it.</summary>
    internal IReadOnlyList<string> Users => _modules.Where(module => module.Name == Name).Select(module => module.Users).FirstOrDefault() ?? [];

    /// <summary>Whether it is a part of the kernel's image.</summary>
    internal bool IsBuiltIn { get; }

    /// <summary>Its file, as modprobe would load it; null when there is none.</summary>
    internal string? Path { get; }

    /// <summary>The version that its file has; null when it has none.</summary>
    internal string? Version { get; }

    /// <summary>Modules that need it, loaded or not; 20 at most.</summary>
    internal IReadOnlyList<string> Dependents { get; }

    /// <summary>What forbids it: lines of modprobe's configuration, and arguments of the kernel.</summary>
    internal IReadOnlyList<string> Configuration { get; }

    /// <summary>The files with such lines.</summary>
    internal IReadOnlyList<string> ConfigurationFiles { get; }

    /// <summary>The files that have it loaded at each start.</summary>
    internal IReadOnlyList<string> BootFiles { get; }

    /// <summary>Files of ours that forbid it.</summary>
    internal IReadOnlyList<string> OwnFiles { get; }

    /// <summary>The text of these files, one after the other.</summary>
    internal string OwnText { get; }

    /// <summary>When the newest of them was written, seconds since 1970; null when there is none.</summary>
    internal long? OwnTime { get; }

    /// <summary>When the initramfs was written, seconds since 1970; null when it was not found or not asked for.</summary>
    internal long? ImageTime { get; }

    /// <summary>Whether the initramfs of the running kernel holds it; null when that cannot be told or was not asked for.</summary>
    internal bool? IsInInitramfs { get; }

    /// <summary>What makes the initramfs here, <c>update-initramfs</c> or <c>dracut</c>; null for neither.</summary>
    internal string? RebuildTool { get; }

    /// <summary>Whether modprobe does not load it by an alias, or not at all.</summary>
    internal bool IsBlacklisted => Configuration.Count > 0;

    /// <summary>Whether modprobe does not load it even by its name.</summary>
    internal bool IsBlocked => Configuration.Any(line => line.StartsWith("module_blacklist=", StringComparison.Ordinal)
        || (line.StartsWith("install ", StringComparison.Ordinal) && (line.EndsWith("/false", StringComparison.Ordinal) || line.EndsWith("/true", StringComparison.Ordinal))));

    /// <summary>What of the running machine stands on it, by the modules that use it; null when nothing is known to.</summary>
    internal string? Carries
    {
        get
        {
            var standing = new HashSet<string>(StringComparer.Ordinal) { Name };
            var waiting = new Queue<string>([Name]);
            while (waiting.Count > 0)
            {
                string one = waiting.Dequeue();
                foreach (string user in _modules.Where(module => module.Name == one).SelectMany(module => module.Users).Where(standing.Add))
                {
                    waiting.Enqueue(user);
                }
            }

            string[] what = [.. _essential.Where(one => standing.Contains(one.Module)).Select(one => one.What).Distinct()];
            return what.Length == 0 ? null : string.Join(" and ", what);
        }
    }

    private bool HasFolder { get; }

    /// <summary>Asks a machine.</summary>
    /// <param name="host">The machine; it runs Linux.</param>
    /// <param name="name">Name of the module: letters, digits and underscores.</param>
    /// <param name="initramfs">Whether the initramfs is looked into, which takes some seconds.</param>
    /// <param name="cancellation">Ends the work at once.</param>
    /// <returns>How it stands.</returns>
    /// <exception cref="HostException">The machine does not answer.</exception>
    internal static LinuxModuleState Read(IHost host, string name, bool initramfs, CancellationToken cancellation)
    {
        var call = new ProgramCall("/bin/sh", initramfs ? ["-s", name, "initramfs"] : ["-s", name])
        {
            Input = Encoding.UTF8.GetBytes(HostScript.Read("Drivers.linux-module-state.sh")),
            Timeout = TimeSpan.FromMinutes(5),
            MaximumOutput = MaximumOutput,
        };
        ProgramResult result = host.Run(call, cancellation);
        string[] lines = ProgramText.Decode(result.Output).Split('\n');
        return lines.Contains("end")
            ? new LinuxModuleState(name, lines)
            : throw new HostException(host.Name, HostErrorKind.Failed, $"The machine did not tell how the module {name} stands (exit code {result.ExitCode}): {PrintableText.Clean(ProgramText.Decode(result.Error).Trim())}");
    }

    private static string Plain(string module) => module.Replace('-', '_');

    private static long Number(string value) =>
        long.TryParse(value.Split(' ').Last(), NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : 0;

    // NAME COUNT USERS, users each with a comma behind, or a dash for none.
    private void AddModule(string[] parts)
    {
        if (parts.Length >= 3)
        {
            _modules.Add((parts[0], long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out long count) ? count : 0, [.. parts[2].Split([','], StringSplitOptions.RemoveEmptyEntries).Where(user => user != "-" && user[0] != '[')]));
        }
    }
}
