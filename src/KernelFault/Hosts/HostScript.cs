using System.Text;

namespace KernelFault.Hosts;

/// <summary>The scripts of ours that hosts run, kept beside this file as text.</summary>
internal static class HostScript
{
    /// <summary>Starts a script in a PowerShell process; see <see cref="PowerShellProcess"/>.</summary>
    internal static string Bootstrap { get; } = Read("bootstrap.ps1");

    /// <summary>Runs a program with its arguments as data.</summary>
    internal static string RunProgram { get; } = Read("run-program.ps1");

    /// <summary>Everything with files.</summary>
    internal static string Files { get; } = Read("host-files.ps1");

    /// <summary>Reads keys of the registry; see <see cref="HostRegistry"/>.</summary>
    internal static string Registry { get; } = Read("registry-read.ps1");

    /// <summary>What the machine is, by PowerShell.</summary>
    internal static string Facts { get; } = Read("host-facts.ps1");

    /// <summary>What the machine is, by <c>/bin/sh</c>.</summary>
    internal static string UnixFacts { get; } = Read("unix-facts.sh");

    /// <summary>How settings of a Linux kernel are; see <see cref="LinuxSettings"/>.</summary>
    internal static string LinuxSettings { get; } = Read("linux-settings.sh");

    /// <summary>Runs a program in a channel of ssh; see OpenSshShell.</summary>
    internal static string ShellProgram { get; } = Read("shell-program.sh");

    /// <summary>Files by the tools of POSIX; see OpenSshShell.</summary>
    internal static string ShellFiles { get; } = Read("shell-files.sh");

    private static string Read(string name)
    {
        using Stream stream = typeof(HostScript).Assembly.GetManifestResourceStream("Hosts." + name)!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd().Replace("\r\n", "\n");
    }
}
