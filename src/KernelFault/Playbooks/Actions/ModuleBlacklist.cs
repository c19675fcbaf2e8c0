using System.Text;
using KernelFault.Drivers.Linux;
using KernelFault.Hosts;

namespace KernelFault.Playbooks.Actions;

// modprobe.d(5): 'blacklist' keeps a module from being loaded by an alias, which is how hardware asks for it; 'install NAME /bin/false'
// also when it is asked for by name or needed by another. The initramfs has its own copy of both the module and the configuration, so
// it is made anew when it holds the module; dracut leaves out what dracut.conf(5) calls omit_drivers.

/// <summary>What keeps a module out, and what makes that true in the initramfs.</summary>
internal static class ModuleBlacklist
{
    /// <summary>A file that says nothing.</summary>
    internal const string Nothing = "# Written by KernelFault; to be removed.\n";

    private static readonly TimeSpan s_rebuildTimeout = TimeSpan.FromMinutes(30);

    /// <summary>Our file for modprobe.</summary>
    /// <param name="name">The module, with underscores.</param>
    internal static string Path(string name) => $"/etc/modprobe.d/kernelfault-{name}.conf";

    /// <summary>Our file for dracut.</summary>
    /// <param name="name">The module, with underscores.</param>
    internal static string DracutPath(string name) => $"/etc/dracut.conf.d/kernelfault-{name}.conf";

    /// <summary>The files that keep a module out on this machine, with their content.</summary>
    /// <param name="state">The module.</param>
    internal static IReadOnlyList<(string Path, string Content)> Files(LinuxModuleState state)
    {
        string name = state.Name;
        string[] spellings = [.. new[] { name, name.Replace('_', '-') }.Distinct()];
        string header = $"# Written by KernelFault to keep the module {name} out. The playbook action unblacklist-module takes it back.\n";
        string modprobe = header + string.Concat(spellings.Select(spelling => $"blacklist {spelling}\n")) + string.Concat(spellings.Select(spelling => $"install {spelling} /bin/false\n"));
        return state.RebuildTool == "dracut" && state.IsInInitramfs != false
            ? [(Path(name), modprobe), (DracutPath(name), $"{header}omit_drivers+=\" {string.Join(" ", spellings)} \"\n")]
            : [(Path(name), modprobe)];
    }

    /// <summary>What makes the initramfs of every kernel anew; null where nothing known does.</summary>
    /// <param name="state">The module.</param>
    internal static ProgramCall? Rebuild(LinuxModuleState state) => state.RebuildTool switch
    {
        "update-initramfs" => new ProgramCall("update-initramfs", "-u", "-k", "all") { Timeout = s_rebuildTimeout },
        "dracut" => new ProgramCall("dracut", "-f", "--regenerate-all") { Timeout = s_rebuildTimeout },
        _ => null,
    };

    /// <summary>What a person should know where the initramfs cannot be made anew.</summary>
    /// <param name="state">The module.</param>
    internal static string? Warning(LinuxModuleState state) => state.RebuildTool is null && state.IsInInitramfs != false
        ? $"Neither update-initramfs nor dracut is here, and it is {(state.IsInInitramfs == true ? "so" : "not known")} that the initramfs holds {state.Name}: make it anew by your distribution's own tool."
        : null;

    /// <summary>The bytes of a file.</summary>
    /// <param name="content">Its text.</param>
    internal static byte[] Bytes(string content) => Encoding.ASCII.GetBytes(content);
}
