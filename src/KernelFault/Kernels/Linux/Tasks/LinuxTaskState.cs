namespace KernelFault.Kernels.Linux.Tasks;

/// <summary>What a task is doing, as <c>ps</c> and <c>/proc/PID/stat</c> tell it.</summary>
public enum LinuxTaskState : long
{
    /// <summary>The dump does not tell.</summary>
    Unknown = 0,

    /// <summary>R: running, or ready to run.</summary>
    Running,

    /// <summary>S: waiting for an event; a signal wakes it.</summary>
    Interruptible,

    /// <summary>D: waiting for an event; no signal wakes it.</summary>
    Uninterruptible,

    /// <summary>T: stopped by a signal.</summary>
    Stopped,

    /// <summary>t: stopped by a debugger.</summary>
    Traced,

    /// <summary>X: ended and about to be removed.</summary>
    Dead,

    /// <summary>Z: ended; its parent has not asked for its exit status.</summary>
    Zombie,

    /// <summary>P: a kernel thread put aside, as when its processor is offline.</summary>
    Parked,

    /// <summary>I: a kernel thread that waits for work without counting as load.</summary>
    Idle,
}
