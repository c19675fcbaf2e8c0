namespace KernelFault.Servicing;

/// <summary>What a repair needs to be begun.</summary>
/// <param name="WindowsDirectory">The folder of another Windows on the machine that is worked on; null for its own.</param>
/// <param name="OnlyLooks">Whether nothing is to be repaired.</param>
/// <param name="Bytes">How much room on the disk it may take, in bytes.</param>
internal sealed record ServicingNeeds(string? WindowsDirectory, bool OnlyLooks, long Bytes);
