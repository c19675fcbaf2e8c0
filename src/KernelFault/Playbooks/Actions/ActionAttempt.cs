namespace KernelFault.Playbooks.Actions;

/// <summary>What a journal tells of an action that was begun and of whose end nothing is known.</summary>
/// <param name="StartTime">When it was begun, UTC by this machine's clock.</param>
/// <param name="BootTime">When the machine had been started then, UTC by its clock; null when it did not tell.</param>
/// <param name="ClockAheadSeconds">How many seconds its clock was ahead of this machine's then; null when that is not known.</param>
public sealed record ActionAttempt(DateTime StartTime, DateTime? BootTime, double? ClockAheadSeconds = null);
