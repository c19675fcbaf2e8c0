namespace KernelFault.Dumps.Process;

/// <summary>What .NET code was doing when the process ended.</summary>
/// <param name="RuntimeVersion">Version of the .NET runtime; null when not known.</param>
/// <param name="Exception">The exception of the faulting thread; null when it had none.</param>
/// <param name="Frames">.NET frames of the faulting thread, the innermost first.</param>
public sealed record ManagedCrash(string? RuntimeVersion, ManagedException? Exception, IReadOnlyList<ManagedFrame> Frames);
