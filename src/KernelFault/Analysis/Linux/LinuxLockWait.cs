namespace KernelFault.Analysis.Linux;

/// <summary>A task that waits for a lock.</summary>
/// <param name="Task">The task that waits.</param>
/// <param name="ProcessId">Its id.</param>
/// <param name="Lock">What it waits for: <c>mutex</c>, <c>semaphore</c> or <c>rw-semaphore</c>.</param>
/// <param name="Owner">The task that likely holds it; null when the kernel did not find it.</param>
/// <param name="OwnerId">Its id; null with <paramref name="Owner"/>.</param>
public sealed record LinuxLockWait(string Task, long ProcessId, string Lock, string? Owner, long? OwnerId)
{
    /// <inheritdoc/>
    public override string ToString() => Owner is null
        ? FormattableString.Invariant($"{Task} ({ProcessId}) waits for a {Lock}; who holds it is not known")
        : FormattableString.Invariant($"{Task} ({ProcessId}) waits for a {Lock} that {Owner} ({OwnerId}) likely holds");
}
