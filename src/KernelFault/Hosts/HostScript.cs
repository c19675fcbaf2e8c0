using System.Text;

namespace KernelFault.Hosts;

/// <summary>The scripts of ours that hosts run, kept as text in folders <c>Scripts</c> beside what uses them.</summary>
internal static class HostScript
{
    /// <summary>Starts a script in a PowerShell process; see <see cref="PowerShellProcess"/>.</summary>
    internal static string Bootstrap { get; } = Read("Hosts.bootstrap.ps1");

    /// <summary>Runs a program with its arguments as data.</summary>
    internal static string RunProgram { get; } = Read("Hosts.run-program.ps1");

    /// <summary>Everything with files.</summary>
    internal static string Files { get; } = Read("Hosts.host-files.ps1");

    /// <summary>Reads keys of the registry; see <see cref="HostRegistry"/>.</summary>
    internal static string Registry { get; } = Read("Hosts.registry-read.ps1");

    /// <summary>What the machine is, by PowerShell.</summary>
    internal static string Facts { get; } = Read("Hosts.host-facts.ps1");

    /// <summary>What the machine is, by <c>/bin/sh</c>.</summary>
    internal static string UnixFacts { get; } = Read("Hosts.unix-facts.sh");

    /// <summary>How settings of a Linux kernel are; see <see cref="LinuxSettings"/>.</summary>
    internal static string LinuxSettings { get; } = Read("Hosts.linux-settings.sh");

    /// <summary>Runs a program in a channel of ssh; see OpenSshShell.</summary>
    internal static string ShellProgram { get; } = Read("Hosts.shell-program.sh");

    /// <summary>Files by the tools of POSIX; see OpenSshShell.</summary>
    internal static string ShellFiles { get; } = Read("Hosts.shell-files.sh");

    /// <summary>A script of ours, its lines ended as Unix ends them.</summary>
    /// <param name="name">The part of the engine that has it and its file: <c>Health.linux-crash-files.sh</c>.</param>
    internal static string Read(string name)
    {
        using Stream stream = typeof(HostScript).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException("The library lacks its script " + name + ".");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd().Replace("\r\n", "\n");
    }
}
