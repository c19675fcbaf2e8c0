namespace KernelFault.Verification;

/// <summary>What an output of <c>verifier.exe</c> says.</summary>
/// <param name="Level">The bits in force; null when the output names none.</param>
/// <param name="Files">Names of files in the list of drivers on disk.</param>
/// <param name="Drivers">Drivers with counts, as <c>/query</c> lists them.</param>
/// <param name="BootMode">The mode in the machine's language; null when the output has none.</param>
internal sealed record VerifierReport(long? Level, IReadOnlyList<string> Files, IReadOnlyList<VerifiedDriver> Drivers, string? BootMode);
