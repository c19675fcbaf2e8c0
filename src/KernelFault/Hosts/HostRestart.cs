using System.Diagnostics;

namespace KernelFault.Hosts;

/// <summary>Tells a machine to restart, and waits until it is back.</summary>
internal static class HostRestart
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(3);

    // Seconds. A machine that sets its clock while it runs tells a boot time that is some seconds off. One that is set by more, as many
    // are when they start, is known by how far it is from ours.
    private const double Doubt = 10;

    /// <summary>What restarts Linux and macOS.</summary>
    internal static ProgramCall UnixProgram { get; } = new("shutdown", "-r", "now");

    /// <summary>What restarts Windows.</summary>
    internal static ProgramCall WindowsProgram { get; } = new("shutdown.exe", "/r", "/t", "0", "/f");

    /// <summary>Runs the program that restarts the machine.</summary>
    /// <param name="host">The machine.</param>
    /// <param name="program">The program.</param>
    /// <param name="cancellation">Ends the program; a restart under way goes on.</param>
    /// <exception cref="HostException">The machine refuses.</exception>
    internal static void Begin(IHost host, ProgramCall program, CancellationToken cancellation)
    {
        try
        {
            ProgramResult result = host.Run(program, cancellation);
            if (result.ExitCode != 0)
            {
                throw new HostException(host.Name, HostErrorKind.AccessDenied, $"It does not restart (exit code {result.ExitCode}): {ProgramText.Decode(result.Error).Trim()}");
            }
        }
        catch (HostException e) when (e.Kind == HostErrorKind.Unreachable)
        {
            // It was quicker than the answer.
        }
    }

    /// <summary>Asks until the machine answers with a later boot time.</summary>
    /// <param name="host">Name of the host.</param>
    /// <param name="before">What it was before the restart, with its boot time.</param>
    /// <param name="ask">Connects anew and asks for the facts.</param>
    /// <param name="timeout">How long the machine may be away.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <param name="pause">Time between two tries; null for the usual one.</param>
    /// <returns>The facts after the restart.</returns>
    /// <exception cref="HostException">It did not come back in time.</exception>
    internal static HostFacts Wait(string host, HostFacts before, Func<CancellationToken, HostFacts> ask, TimeSpan timeout, CancellationToken cancellation, TimeSpan? pause = null)
    {
        var clock = Stopwatch.StartNew();
        HostException? last = null;
        while (clock.Elapsed < timeout)
        {
            cancellation.WaitHandle.WaitOne(pause ?? s_pause);
            cancellation.ThrowIfCancellationRequested();
            try
            {
                HostFacts facts = ask(cancellation);
                if (IsLater(facts, before.BootTime, before.ClockAheadSeconds))
                {
                    return facts;
                }
            }
            catch (HostException e)
            {
                // As long as it starts it is unreachable, and a machine that is half up refuses users.
                last = e;
            }
        }

        throw new HostException(host, HostErrorKind.TimedOut, $"It did not come back within {timeout.TotalSeconds:0} s of its restart.", last);
    }

    /// <summary>Whether a machine was started anew, beyond what a clock that is set may make of it.</summary>
    /// <param name="now">The machine.</param>
    /// <param name="before">Its boot time at an earlier look, UTC by its clock; null when it did not tell.</param>
    /// <param name="ahead">How many seconds its clock was ahead then; null when that is not known: as much as now.</param>
    internal static bool IsLater(HostFacts now, DateTime? before, double? ahead)
    {
        if ((now.BootTime - before)?.TotalSeconds is not { } later)
        {
            return false;
        }

        // How far a clock is ahead is measured, and over a slow line not well: that makes no new start of one that it tells as before.
        double set = ahead is { } then ? (now.ClockAheadSeconds ?? 0) - then : 0;
        return Math.Abs(later) > Doubt && later - set > Doubt;
    }

    /// <summary>Facts that a later start can be told by.</summary>
    /// <exception cref="HostException">The machine does not tell when it was started.</exception>
    internal static HostFacts Before(string host, HostFacts facts) => facts.BootTime is not null ? facts
        : throw new HostException(host, HostErrorKind.NotSupported, "It does not tell when it was started, so a restart could not be seen to be over.");
}
