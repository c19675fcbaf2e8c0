using System.Text;

namespace KernelFault.Drivers;

/// <summary>The programs that this library brings to other machines.</summary>
internal static class InventoryScript
{
    /// <summary>A program's text, its lines ended as Unix ends them.</summary>
    /// <param name="name">File name, such as <c>linux-drivers.sh</c>.</param>
    internal static string Read(string name)
    {
        using Stream stream = typeof(InventoryScript).Assembly.GetManifestResourceStream("Drivers." + name)
            ?? throw new InvalidOperationException("The library lacks its script " + name + ".");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd().Replace("\r\n", "\n");
    }
}
