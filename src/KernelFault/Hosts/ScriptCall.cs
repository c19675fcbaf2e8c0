namespace KernelFault.Hosts;

/// <summary>
/// A PowerShell script of ours to run on a host, in Windows PowerShell 5.1 or later. What the script is to work on goes in as
/// data: the script's one parameter is a text of JSON, and nothing is ever written into the script itself.
/// </summary>
/// <param name="Name">Short name of the script, such as <c>driver-inventory</c>: for messages, records and recorded hosts.</param>
/// <param name="Script">The script. It starts with <c>param([string]$Json)</c> and writes text only.</param>
public sealed record ScriptCall(string Name, string Script)
{
    /// <summary>JSON for the script's parameter.</summary>
    public string Json { get; init; } = "{}";

    /// <summary>How long it may take, after which it is ended.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How many characters of output are kept; what is more ends the script with <see cref="HostErrorKind.TooLarge"/>.</summary>
    public long MaximumOutput { get; init; } = 256 * 1024 * 1024;
}
