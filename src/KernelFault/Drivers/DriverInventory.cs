using KernelFault.Drivers.Linux;
using KernelFault.Drivers.Offline;
using KernelFault.Drivers.Windows;
using KernelFault.Formats;
using KernelFault.Hosts;

namespace KernelFault.Drivers;

/// <summary>The drivers of a machine, and what of them could not be learnt.</summary>
public sealed record DriverInventory
{
    /// <summary>The machine, as its host names it.</summary>
    public required string ComputerName { get; init; }

    /// <summary>Where it was read.</summary>
    public required DriverSource Source { get; init; }

    /// <summary>The drivers, by name.</summary>
    public required IReadOnlyList<KernelDriver> Drivers { get; init; }

    /// <summary>What could not be read of the machine as a whole; what is missing of one driver is told there.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Reads the drivers of a machine, from the best source it has.</summary>
    /// <param name="host">The machine.</param>
    /// <param name="cancellation">Ends the work at once.</param>
    /// <returns>Its drivers.</returns>
    /// <exception cref="HostException">The machine cannot be asked, or no source there answers.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static DriverInventory Read(IHost host, CancellationToken cancellation)
    {
        if (host is null)
        {
            throw new ArgumentNullException(nameof(host));
        }

        if (host.Kind == HostKind.OfflineWindows)
        {
            return new OfflineDriverInventory(host).Read(cancellation);
        }

        HostFacts facts = host.GetFacts(cancellation);
        return facts.Platform switch
        {
            HostPlatform.Linux => LinuxDriverInventory.Read(host, cancellation),
            HostPlatform.Windows => ReadWindows(host, cancellation),
            _ => throw new HostException(host.Name, HostErrorKind.NotSupported, "drivers are known of Windows and Linux only."),
        };
    }

    // CIM is the best source. Where there is no PowerShell, or its answer holds no drivers, programs of Windows' own say less.
    private static DriverInventory ReadWindows(IHost host, CancellationToken cancellation)
    {
        string reason;
        try
        {
            DriverInventory inventory = WindowsInventory.Read(host, cancellation);
            if (inventory.Drivers.Count > 0)
            {
                return inventory;
            }

            reason = inventory.Warnings.Count > 0 ? inventory.Warnings[0] : "it lists no drivers.";
        }
        catch (DumpFormatException e)
        {
            reason = e.Expected ?? e.Message;
        }
        catch (HostException e) when (e.Kind is HostErrorKind.NotFound or HostErrorKind.NotSupported or HostErrorKind.Failed or HostErrorKind.AccessDenied or HostErrorKind.TimedOut or HostErrorKind.TooLarge)
        {
            reason = e.Message;
        }

        return DriverQueryInventory.Read(host, reason, cancellation);
    }
}
