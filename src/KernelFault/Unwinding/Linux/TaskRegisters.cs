using KernelFault.Dumps;
using KernelFault.Kernels.Linux.Types;

namespace KernelFault.Unwinding.Linux;

// A task that does not run was left in the middle of __switch_to_asm (x86: struct inactive_task_frame at thread.sp) or cpu_switch_to
// (arm64: thread.cpu_context).

/// <summary>Reads where a task that does not run will go on.</summary>
internal static class TaskRegisters
{
    /// <summary>Reads the registers that were saved when the task was last switched away from.</summary>
    /// <param name="data">The kernel.</param>
    /// <param name="task">Address of the <c>task_struct</c>.</param>
    /// <param name="architecture">x64 or ARM64.</param>
    /// <returns>Those that a caller keeps; null when the kernel's types or the memory are not in the dump.</returns>
    internal static RegisterSet? Read(KernelData data, ulong task, Architecture architecture) =>
        architecture == Architecture.Arm64 ? ReadArm64(data, task) : ReadX64(data, task);

    private static RegisterSet? ReadX64(KernelData data, ulong task)
    {
        if (data.OffsetOf("task_struct", "thread.sp") is not { } offset || data.Word(unchecked(task + offset)) is not { } frame)
        {
            return null;
        }

        // The members have not changed since the structure is there (4.9).
        uint address = data.OffsetOf("inactive_task_frame", "ret_addr") ?? 48;
        uint bp = data.OffsetOf("inactive_task_frame", "bp") ?? 40;
        return data.Word(unchecked(frame + address)) is { } ip && data.Word(unchecked(frame + bp)) is { } rbp
            ? new RegisterSet(Architecture.X64, [new("rip", ip), new("rsp", unchecked(frame + address + 8)), new("rbp", rbp)])
            : null;
    }

    private static RegisterSet? ReadArm64(KernelData data, ulong task)
    {
        return Word("pc") is { } pc && Word("sp") is { } sp && Word("fp") is { } fp
            ? new RegisterSet(Architecture.Arm64, [new("pc", pc), new("sp", sp), new("fp", fp)])
            : null;

        ulong? Word(string name) =>
            data.OffsetOf("task_struct", "thread.cpu_context." + name) is { } offset ? data.Word(unchecked(task + offset)) : null;
    }
}
