namespace KernelFault.Drivers;

// Names of services and devices: plain, '@FILE,-ID' for a text in a file's resources, or '@INF,%KEY%;TEXT' with the text as it was
// when the driver was installed.

/// <summary>Texts of the registry that may stand elsewhere.</summary>
internal static class IndirectText
{
    /// <summary>The text; null when it stands in a file that is not looked into, or is empty.</summary>
    internal static string? Of(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        string trimmed = text!.Trim();
        if (trimmed[0] != '@')
        {
            return trimmed;
        }

        int end = trimmed.IndexOf(';');
        string rest = end < 0 ? string.Empty : trimmed.Substring(end + 1).Trim();
        return rest.Length == 0 ? null : rest;
    }
}
