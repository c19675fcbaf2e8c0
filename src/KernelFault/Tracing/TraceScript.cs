using System.Text;
using KernelFault.Hosts;

namespace KernelFault.Tracing;

/// <summary>The programs for <c>/bin/sh</c> that trace, kept beside this file as text.</summary>
internal static class TraceScript
{
    /// <summary>Says what can be traced.</summary>
    internal static byte[] Look { get; } = Read("trace-look.sh");

    /// <summary>Traces.</summary>
    internal static byte[] Run { get; } = [.. Read("trace-clean.sh"), .. Read("trace-run.sh")];

    /// <summary>Waits until nothing is left.</summary>
    internal static byte[] Check { get; } = [.. Read("trace-clean.sh"), .. Read("trace-check.sh")];

    private static byte[] Read(string name) => Encoding.UTF8.GetBytes(HostScript.Read("Tracing." + name));
}
