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

    // The emulator takes a connection also when the guest is away, and then nothing comes: the longer one waits for it, the later the next try.
    internal static IHost Connect() => new OpenSshHost("ssh://guest", new OpenSshOptions { ConfigurationFile = Path.Combine(Folder, "ssh_config"), ConnectTimeout = TimeSpan.FromSeconds(12) });

    /// <summary>What a command of the guest's shell writes.</summary>
    internal static string Shell(IHost host, string command)
    {
        ProgramResult result = host.Run(new ProgramCall("/bin/sh", "-c", command) { Timeout = TimeSpan.FromMinutes(3) }, default);
        return ProgramText.Decode(result.Output).Trim();
    }

    /// <summary>Makes a change that nothing speaks against.</summary>
    internal static TResult Execute<TResult>(IHost host, IHostChange<TResult> change)
    {
        HostPlan<TResult> plan = change.Plan(host, default);
        Assert.Empty(plan.Guards);
        return plan.Execute(new Progress<HostProgress>(), force: false, default);
    }

    /// <summary>Crashes the guest, and waits until the crash kernel has written the dump and the guest is up again.</summary>
    internal static void CrashBy(IHost host, string fault)
    {
        DateTime before = host.GetFacts(default).BootTime!.Value;
        Shell(host, "sync; setsid sh -c 'sleep 1; " + fault + "' < /dev/null > /dev/null 2>&1 &");
        DateTime end = DateTime.UtcNow.AddMinutes(8);
        while (DateTime.UtcNow < end)
        {
            Thread.Sleep(1000);
            try
            {
                using IHost again = Connect();
                if ((again.GetFacts(default).BootTime!.Value - before).TotalSeconds > 10)
                {
                    return;
                }
            }
            catch (HostException)
            {
                // It dumps, or starts.
            }
        }

        throw new TimeoutException("the guest did not come back");
    }

    /// <summary>What is left of traces: empty when nothing is.</summary>
    internal static string LeftOfTraces(IHost host) => Shell(host, "cat /sys/kernel/tracing/kprobe_events; ls /sys/kernel/tracing/instances");
}
