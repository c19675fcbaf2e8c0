namespace KernelFault.Kernels.Linux.Tasks;

/// <summary>Names the state of a task as the kernel does (<c>task_state_index</c> of <c>include/linux/sched.h</c>).</summary>
internal static class LinuxTaskStates
{
    // TASK_* and EXIT_*: the same numbers since 4.14.
    private const uint Uninterruptible = 0x0002;
    private const uint Reported = 0x007f;
    private const uint NoLoad = 0x0400;
    private const uint RtLockWait = 0x1000;
    private const uint Frozen = 0x8000;

    /// <summary>Names the state.</summary>
    /// <param name="state">The member <c>__state</c>, or <c>state</c> before 5.14.</param>
    /// <param name="exitState">The member <c>exit_state</c>.</param>
    internal static LinuxTaskState Of(uint state, uint exitState)
    {
        if ((state & (Uninterruptible | NoLoad)) == (Uninterruptible | NoLoad) && exitState == 0)
        {
            return LinuxTaskState.Idle;
        }

        // A sleeper on a real-time lock and a frozen task are to the world what they were before those states came.
        if ((state & (RtLockWait | Frozen)) != 0)
        {
            return LinuxTaskState.Uninterruptible;
        }

        // The highest bit counts: a zombie may still be marked as it was before.
        uint shown = (state | exitState) & Reported;
        return shown switch
        {
            0 => LinuxTaskState.Running,
            < 0x02 => LinuxTaskState.Interruptible,
            < 0x04 => LinuxTaskState.Uninterruptible,
            < 0x08 => LinuxTaskState.Stopped,
            < 0x10 => LinuxTaskState.Traced,
            < 0x20 => LinuxTaskState.Dead,
            < 0x40 => LinuxTaskState.Zombie,
            _ => LinuxTaskState.Parked,
        };
    }

    /// <summary>The letter <c>ps</c> shows.</summary>
    /// <param name="state">The state.</param>
    internal static string Letter(LinuxTaskState state) => state switch
    {
        LinuxTaskState.Running => "R",
        LinuxTaskState.Interruptible => "S",
        LinuxTaskState.Uninterruptible => "D",
        LinuxTaskState.Stopped => "T",
        LinuxTaskState.Traced => "t",
        LinuxTaskState.Dead => "X",
        LinuxTaskState.Zombie => "Z",
        LinuxTaskState.Parked => "P",
        LinuxTaskState.Idle => "I",
        _ => "?",
    };
}
