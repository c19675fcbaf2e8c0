using System.Text;

namespace KernelFault.Health;

/// <summary>Makes the name of a file or folder out of text of another machine.</summary>
internal static class SafeName
{
    private const int MaximumLength = 128;

    private static readonly string[] s_devices = ["CON", "PRN", "AUX", "NUL", "COM", "LPT"];

    /// <summary>A name that every file system takes as it is.</summary>
    /// <param name="text">Any text.</param>
    /// <returns>Letters, digits, dots, dashes and underscores of ASCII; never empty, never dots alone, never a device of Windows.</returns>
    internal static string Of(string text)
    {
        var name = new StringBuilder(Math.Min(text.Length, MaximumLength));
        foreach (char c in text)
        {
            if (name.Length == MaximumLength)
            {
                break;
            }

            name.Append(c is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') or '.' or '-' or '_' ? c : '_');
        }

        string safe = name.ToString().TrimEnd('.');
        if (safe.Length == 0 || safe[0] == '.')
        {
            return "_" + safe;
        }

        string stem = safe.Split('.')[0].TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9').ToUpperInvariant();
        return Array.IndexOf(s_devices, stem) >= 0 ? "_" + safe : safe;
    }
}
