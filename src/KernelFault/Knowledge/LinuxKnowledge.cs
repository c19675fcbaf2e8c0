using System.Text.Json;

namespace KernelFault.Knowledge;

/// <summary>Reads the data files on Linux that ship inside the library.</summary>
internal static class LinuxKnowledge
{
    /// <summary>Reads a data file.</summary>
    /// <typeparam name="T">What is made of it.</typeparam>
    /// <param name="name">Its name.</param>
    /// <param name="read">Makes it.</param>
    /// <returns>What was made.</returns>
    internal static T Read<T>(string name, Func<JsonElement, T> read)
    {
        using Stream stream = typeof(LinuxKnowledge).Assembly.GetManifestResourceStream("Knowledge." + name)
            ?? throw new InvalidOperationException($"The data file {name} is not in the library.");
        using var document = JsonDocument.Parse(stream);
        return read(document.RootElement);
    }
}
