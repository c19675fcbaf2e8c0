using KernelFault.Kernels.Linux.Types;

namespace KernelFault.Kernels.Linux.Tasks;

/// <summary>Offsets, in bytes, of the members of <c>struct task_struct</c> and what hangs from it, under whichever name this kernel has them.</summary>
internal sealed class LinuxTaskLayout
{
    private const string Task = "task_struct";

    private LinuxTaskLayout(KernelTypes types, uint tasks, uint pid, uint tgid, uint comm)
    {
        Tasks = tasks;
        Pid = pid;
        ThreadGroupId = tgid;
        Comm = comm;
        CommLength = Math.Min(types.LengthOf(Task, "comm") ?? 16, 64);

        // Renamed in 5.14, and halved.
        State = types.OffsetOf(Task, "__state") ?? types.OffsetOf(Task, "state");
        ExitState = types.OffsetOf(Task, "exit_state");
        Flags = types.OffsetOf(Task, "flags");

        // x86 moved it into thread_info in 5.16; arm64 had it there before.
        Cpu = types.OffsetOf(Task, "thread_info.cpu") ?? types.OffsetOf(Task, "cpu");
        Parent = types.OffsetOf(Task, "parent");
        Mm = types.OffsetOf(Task, "mm");
        Stack = types.OffsetOf(Task, "stack");
        SavedStackPointer = types.OffsetOf(Task, "thread.sp") ?? types.OffsetOf(Task, "thread.cpu_context.sp");

        // Renamed in 5.5.
        StartTime = types.OffsetOf(Task, "start_boottime") ?? types.OffsetOf(Task, "real_start_time");
        Signal = types.OffsetOf(Task, "signal");
        ThreadNode = types.OffsetOf(Task, "thread_node");
        ThreadHead = types.OffsetOf("signal_struct", "thread_head");
        CachedRss = types.OffsetOf(Task, "rss_stat.count");
        TotalVm = types.OffsetOf("mm_struct", "total_vm");

        // Plain counters, and counters of one part for each processor since 6.2.
        RssCount = types.OffsetOf("mm_struct", "rss_stat.count");
        RssCounters = RssCount is null ? types.OffsetOf("mm_struct", "rss_stat") : null;
        CounterSize = types.SizeOf("percpu_counter") ?? 0;
        CounterSum = types.OffsetOf("percpu_counter", "count") ?? 0;
        CounterParts = types.OffsetOf("percpu_counter", "counters") ?? 0;
    }

    internal uint Tasks { get; }

    internal uint Pid { get; }

    internal uint ThreadGroupId { get; }

    internal uint Comm { get; }

    internal uint CommLength { get; }

    internal uint? State { get; }

    internal uint? ExitState { get; }

    internal uint? Flags { get; }

    internal uint? Cpu { get; }

    internal uint? Parent { get; }

    internal uint? Mm { get; }

    internal uint? Stack { get; }

    internal uint? SavedStackPointer { get; }

    internal uint? StartTime { get; }

    internal uint? Signal { get; }

    internal uint? ThreadNode { get; }

    internal uint? ThreadHead { get; }

    internal uint? CachedRss { get; }

    internal uint? TotalVm { get; }

    internal uint? RssCount { get; }

    internal uint? RssCounters { get; }

    internal uint CounterSize { get; }

    internal uint CounterSum { get; }

    internal uint CounterParts { get; }

    /// <summary>Asks for every offset.</summary>
    /// <param name="types">The kernel's types.</param>
    /// <returns>Null when they do not describe a task.</returns>
    internal static LinuxTaskLayout? Find(KernelTypes types) =>
        types.OffsetOf(Task, "tasks") is { } tasks
        && types.OffsetOf(Task, "pid") is { } pid
        && types.OffsetOf(Task, "tgid") is { } tgid
        && types.OffsetOf(Task, "comm") is { } comm
            ? new LinuxTaskLayout(types, tasks, pid, tgid, comm)
            : null;
}
