using System.Text;
using KernelFault.Formats;
using KernelFault.Kernels.Linux.Types;
using KernelFault.Memory;

namespace KernelFault.Kernels.Linux.Tasks;

/// <summary>Finds the tasks of a crashed machine.</summary>
/// <remarks>
/// Processes are on a list that begins at <c>init_task</c>, their threads on one that begins at the <c>signal_struct</c> they share;
/// idle tasks are on neither, but the run queue of their processor names them. All of it needs BTF. A list that the crash left damaged
/// gives what can be reached, and a warning.
/// </remarks>
internal sealed class LinuxTaskReader
{
    // PID_MAX_LIMIT of a 64-bit kernel.
    private const int MaximumTasks = 4 * 1024 * 1024;
    private const uint KernelThreadFlag = 0x0020_0000;
    private const int PointerSize = 8;

    // MM_FILEPAGES, MM_ANONPAGES and MM_SHMEMPAGES; 2 counts swapped pages.
    private static readonly int[] s_residentCounters = [0, 1, 3];

    private readonly KernelData _kernel;
    private readonly LinuxTaskLayout? _layout;
    private readonly int _pageSize;
    private readonly ICollection<string> _warnings;
    private readonly HashSet<ulong> _current = [];
    private IReadOnlyList<int>? _processors;

    /// <summary>Prepares to read tasks.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="pageSize">Bytes in a page.</param>
    /// <param name="warnings">Where it is said what cannot be read.</param>
    internal LinuxTaskReader(KernelData kernel, int pageSize, ICollection<string> warnings)
    {
        _kernel = kernel;
        _pageSize = pageSize;
        _warnings = warnings;
        _layout = kernel.Types is { } types ? LinuxTaskLayout.Find(types) : null;
        if (_layout is null)
        {
            warnings.Add("Tasks cannot be read: the kernel carries no BTF that describes them.");
            return;
        }

        foreach (int cpu in Processors)
        {
            if (ProcessorTasks.Current(kernel, cpu) is { } task)
            {
                _current.Add(task);
            }
        }
    }

    private IReadOnlyList<int> Processors => _processors ??= ProcessorSet.Read(_kernel, "__cpu_possible_mask") ?? [0];

    /// <summary>All tasks: the idle ones by processor, then the processes in the order they were started, each with its threads.</summary>
    internal IEnumerable<LinuxTask> ReadAll()
    {
        if (_layout is null)
        {
            yield break;
        }

        var seen = new HashSet<ulong>();
        foreach (int cpu in Processors)
        {
            if (ProcessorTasks.Idle(_kernel, cpu) is { } idle && seen.Add(idle) && Read(idle) is { } task)
            {
                yield return task;
            }
        }

        ulong first = _kernel.Symbol("init_task");
        if (first == 0)
        {
            _warnings.Add("Tasks cannot be listed: the kernel has no symbol init_task.");
            yield break;
        }

        foreach (ulong leader in KernelList.Walk(_kernel, first + _layout.Tasks, _layout.Tasks, MaximumTasks, "processes", _warnings))
        {
            if (!seen.Add(leader))
            {
                continue;
            }

            if (Read(leader) is not { } process)
            {
                _warnings.Add("The task at " + new VirtualAddress(leader).Hex + " is not in the dump.");
                continue;
            }

            yield return process;
            foreach (ulong thread in Threads(leader, process))
            {
                if (seen.Add(thread) && Read(thread) is { } task)
                {
                    yield return task;
                }
            }
        }
    }

    /// <summary>One task.</summary>
    /// <param name="address">Its <c>struct task_struct</c>.</param>
    /// <returns>Null when it is not in the dump, or what a task looks like is not known.</returns>
    internal LinuxTask? Read(ulong address)
    {
        if (_layout is null
            || _kernel.HalfWord(address + _layout.Pid) is not { } pid
            || _kernel.HalfWord(address + _layout.ThreadGroupId) is not { } tgid)
        {
            return null;
        }

        uint? state = HalfWord(address, _layout.State);
        uint flags = HalfWord(address, _layout.Flags) ?? 0;
        ulong mm = Word(address, _layout.Mm) ?? 0;
        return new LinuxTask
        {
            Address = new VirtualAddress(address),
            ThreadId = (int)pid,
            ProcessId = (int)tgid,
            ParentProcessId = Word(address, _layout.Parent) is { } parent ? (int?)_kernel.HalfWord(parent + _layout.ThreadGroupId) : null,
            Name = Name(address),
            State = state is null ? LinuxTaskState.Unknown : LinuxTaskStates.Of(state.Value, HalfWord(address, _layout.ExitState) ?? 0),
            Processor = HalfWord(address, _layout.Cpu) is { } cpu && cpu < ProcessorSet.Maximum ? (int)cpu : null,
            IsCurrent = _current.Contains(address),
            Flags = flags,
            IsKernelThread = (flags & KernelThreadFlag) != 0,
            AddressSpace = mm == 0 ? null : new VirtualAddress(mm),
            ResidentBytes = mm == 0 ? null : Resident(address, mm),
            VirtualBytes = mm == 0 ? null : Word(mm, _layout.TotalVm) * (ulong)_pageSize,
            StartSeconds = Word(address, _layout.StartTime) / 1e9,
            StackBase = Address(address, _layout.Stack),
            SavedStackPointer = Address(address, _layout.SavedStackPointer),
        };
    }

    private IEnumerable<ulong> Threads(ulong leader, LinuxTask process) =>
        _layout!.ThreadNode is { } node && _layout.ThreadHead is { } head && Word(leader, _layout.Signal) is { } signal && signal != 0
            ? KernelList.Walk(_kernel, signal + head, node, MaximumTasks, "threads of " + process.Name, _warnings)
            : [];

    private string Name(ulong address)
    {
        Span<byte> comm = stackalloc byte[64];
        comm = comm.Slice(0, (int)_layout!.CommLength);
        if (!_kernel.Memory.TryRead(new VirtualAddress(address + _layout.Comm), comm))
        {
            return string.Empty;
        }

        int end = comm.IndexOf((byte)0);
        return PrintableText.Clean(Encoding.UTF8.GetString(comm.Slice(0, end < 0 ? comm.Length : end).ToArray()));
    }

    // Counters may be below zero for a moment, as each processor adds its part later.
    private ulong? Resident(ulong task, ulong mm)
    {
        long pages = 0;
        foreach (int counter in s_residentCounters)
        {
            if (Counter(mm, counter) is not { } count)
            {
                return null;
            }

            // Until 6.1 a thread kept what it had not added yet.
            pages += count + (_layout!.CachedRss is { } cached ? (int)(_kernel.HalfWord(task + cached + (4 * (ulong)counter)) ?? 0) : 0);
        }

        return pages <= 0 ? 0 : unchecked((ulong)pages * (ulong)_pageSize);
    }

    private long? Counter(ulong mm, int counter)
    {
        if (_layout!.RssCount is { } plain)
        {
            return (long?)_kernel.Word(mm + plain + ((ulong)counter * PointerSize));
        }

        if (_layout.RssCounters is not { } counters)
        {
            return null;
        }

        ulong address = mm + counters + ((ulong)counter * _layout.CounterSize);
        if ((long?)_kernel.Word(address + _layout.CounterSum) is not { } sum)
        {
            return null;
        }

        ulong parts = _kernel.Word(address + _layout.CounterParts) ?? 0;
        foreach (int cpu in Processors)
        {
            if (parts != 0 && _kernel.PerCpu(parts, cpu) is { } part)
            {
                sum = unchecked(sum + (int)(_kernel.HalfWord(part) ?? 0));
            }
        }

        return sum;
    }

    private uint? HalfWord(ulong address, uint? offset) => offset is { } at ? _kernel.HalfWord(address + at) : null;

    private ulong? Word(ulong address, uint? offset) => offset is { } at ? _kernel.Word(address + at) : null;

    private VirtualAddress? Address(ulong address, uint? offset) => Word(address, offset) is { } value && value != 0 ? new VirtualAddress(value) : null;
}
