using KernelFault.Hosts;

namespace KernelFault.Tests.Lab;

/// <summary>The Debian guest of <c>tests/lab/guest.sh</c>, whose folder <c>KERNELFAULT_GUEST</c> names. Without it the tests that need it are skipped.</summary>
internal static class Guest
{
    internal static string Folder
    {
        get
        {
            string? folder = Environment.GetEnvironmentVariable("KERNELFAULT_GUEST");
            Skip.If(string.IsNullOrEmpty(folder), "KERNELFAULT_GUEST names no running guest of tests/lab/guest.sh");
            return folder;
        }
    }

    internal static IHost Connect() => new OpenSshHost("ssh://guest", new OpenSshOptions { ConfigurationFile = Path.Combine(Folder, "ssh_config"), ConnectTimeout = TimeSpan.FromSeconds(30) });

    /// <summary>What a command of the guest's shell writes.</summary>
    internal static string Shell(IHost host, string command)
    {
        ProgramResult result = host.Run(new ProgramCall("/bin/sh", "-c", command) { Timeout = TimeSpan.FromMinutes(3) }, default);
        return ProgramText.Decode(result.Output).Trim();
    }

    /// <summary>What is left of traces: empty when nothing is.</summary>
    internal static string LeftOfTraces(IHost host) => Shell(host, "cat /sys/kernel/tracing/kprobe_events; ls /sys/kernel/tracing/instances");
}
