using System.Text;

namespace KernelFault.Health;

/// <summary>The programs that this part brings to machines.</summary>
internal static class HealthScript
{
    /// <summary>A program's text, its lines ended as Unix ends them.</summary>
    /// <param name="name">File name, such as <c>linux-crash-capture.sh</c>.</param>
    internal static string Read(string name)
    {
        using Stream stream = typeof(HealthScript).Assembly.GetManifestResourceStream("Health." + name)
            ?? throw new InvalidOperationException("The library lacks its script " + name + ".");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd().Replace("\r\n", "\n");
    }
}
