namespace KernelFault.Servicing;

/// <summary>The scripts of this part, kept beside it as text.</summary>
internal static class ServicingScript
{
    /// <summary>A script's text.</summary>
    /// <param name="name">File name, such as <c>servicing-state.ps1</c>.</param>
    internal static string Read(string name)
    {
        using Stream stream = typeof(ServicingScript).Assembly.GetManifestResourceStream("Servicing." + name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Replace("\r\n", "\n");
    }
}
