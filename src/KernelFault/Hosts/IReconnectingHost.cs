namespace KernelFault.Hosts;

/// <summary>A machine behind a connection that does not outlive a crash or a restart.</summary>
internal interface IReconnectingHost
{
    /// <summary>Connects anew to a machine that stopped by itself, and forgets what was known of it, such as its boot time.</summary>
    /// <param name="cancellation">Ends the work at once.</param>
    /// <exception cref="HostException">It is not reachable yet; or the connection was opened by somebody else and cannot be opened again.</exception>
    void Reconnect(CancellationToken cancellation);
}
