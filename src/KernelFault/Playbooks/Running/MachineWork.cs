using KernelFault.Hosts;

namespace KernelFault.Playbooks.Running;

/// <summary>A machine on a worker's thread: connects, works, and writes down also that it could not connect.</summary>
internal sealed class MachineWork(RunPlan plan, RunStartedHost entry, RunTarget target, CancellationToken cancellation)
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(3);

    /// <summary>Connects and does the work.</summary>
    /// <returns>What became of the machine.</returns>
    /// <exception cref="JournalException">The journal cannot be written.</exception>
    internal HostRun Run()
    {
        IHost host;
        try
        {
            host = Open();
        }
#pragma warning disable CA1031 // Whatever keeps a machine from being reached is what became of it.
        catch (Exception e) when (e is not JournalException)
#pragma warning restore CA1031
        {
            return plan.Unreachable(entry, target, e);
        }

        using (host)
        {
            return plan.Work(entry, target, host, cancellation);
        }
    }

    // A machine that was restarting when the console died may be away for a while yet.
    private IHost Open()
    {
        bool mayBeAway = plan.Rehearsal == RunRehearsal.None && File.Exists(plan.Folder.HostJournal(entry.File))
            && HostJournal.HistoryOf(JournalFile.Read(plan.Folder.HostJournal(entry.File))).RestartIsUnderWay;
        DateTime until = DateTime.UtcNow.AddSeconds(mayBeAway ? plan.Options.RestartTimeout : 0);
        while (true)
        {
            IHost? host = null;
            try
            {
                host = target.Open(cancellation);
                _ = host.GetFacts(cancellation);
                return host;
            }
            catch (HostException) when (DateTime.UtcNow < until)
            {
                host?.Dispose();
                cancellation.WaitHandle.WaitOne(s_pause);
                cancellation.ThrowIfCancellationRequested();
            }
            catch
            {
                host?.Dispose();
                throw;
            }
        }
    }
}
