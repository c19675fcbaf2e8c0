using System.Text;

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

    private static byte[] Read(string name)
    {
        using Stream stream = typeof(TraceScript).Assembly.GetManifestResourceStream("Tracing." + name)!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return Encoding.UTF8.GetBytes(reader.ReadToEnd().Replace("\r\n", "\n"));
    }
}
