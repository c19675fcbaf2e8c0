namespace KernelFault.Hosts;

/// <summary>What a script gave.</summary>
/// <param name="Output">The text it wrote, its lines joined with a line feed.</param>
/// <param name="Errors">Its error records, as text; a script that could not run at all is a <see cref="HostException"/> instead.</param>
/// <param name="Duration">How long it ran.</param>
public sealed record ScriptResult(string Output, IReadOnlyList<string> Errors, TimeSpan Duration);
