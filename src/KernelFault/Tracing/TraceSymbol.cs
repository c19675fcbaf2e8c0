using System.Globalization;

namespace KernelFault.Tracing;

/// <summary>A function in the kernel's table of symbols.</summary>
/// <param name="Name">Its name there, with what the compiler appended.</param>
/// <param name="Address">Its address; null when the machine hides addresses, which it does by zeros.</param>
/// <param name="Module">The module it is in; null for the kernel's own.</param>
internal sealed record TraceSymbol(string Name, ulong? Address, string? Module)
{
    /// <summary>Reads a line of <c>/proc/kallsyms</c>.</summary>
    /// <param name="line">Address, type and name, with blanks between.</param>
    /// <param name="module">The module in brackets; null for none.</param>
    /// <returns>The symbol; null when the line is of another form or the name is none.</returns>
    internal static TraceSymbol? Parse(string line, string? module)
    {
        string[] parts = line.Split(' ');
        if (parts.Length != 3 || !FunctionName.IsValid(parts[2]) || !ulong.TryParse(parts[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong address))
        {
            return null;
        }

        string? inside = module?.Trim().Trim('[', ']');
        return inside is null || FunctionName.IsValid(inside) ? new TraceSymbol(parts[2], address == 0 ? null : address, inside) : null;
    }
}
