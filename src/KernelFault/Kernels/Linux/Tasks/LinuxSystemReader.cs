using System.Text;
using KernelFault.Formats;
using KernelFault.Kernels.Linux.Types;
using KernelFault.Memory;

namespace KernelFault.Kernels.Linux.Tasks;

/// <summary>Reads what a kernel knows of its machine.</summary>
internal sealed class LinuxSystemReader
{
    // COMMAND_LINE_SIZE: 2048 on x86 and arm64; a boot configuration may make it longer.
    private const int MaximumCommandLine = 8192;

    // __NEW_UTS_LEN and a zero byte.
    private const int NameLength = 65;
    private const int NameCount = 6;
    private const double FixedPointOne = 2048;

    // 9999-12-31, the last day a DateTime holds.
    private const ulong MaximumSeconds = 253_402_300_799;
    private const int MaximumShift = 63;

    private readonly KernelData _kernel;
    private readonly LinuxTaskReader _tasks;
    private readonly int _pageSize;

    /// <summary>Prepares to read.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="tasks">Reads its tasks.</param>
    /// <param name="pageSize">Bytes in a page.</param>
    internal LinuxSystemReader(KernelData kernel, LinuxTaskReader tasks, int pageSize)
    {
        _kernel = kernel;
        _tasks = tasks;
        _pageSize = pageSize;
    }

    /// <summary>Reads all of it.</summary>
    internal LinuxSystem Read()
    {
        string?[] names = Names();
        ulong? timekeeper = Timekeeper();
        int? panicProcessor = PanicProcessor();
        return new LinuxSystem
        {
            NodeName = names[1],
            Release = names[2],
            Version = names[3],
            Machine = names[4],
            CommandLine = CommandLine(),
            CrashTime = timekeeper is { } clock ? CrashTime(clock) : null,
            UptimeSeconds = timekeeper is { } keeper ? Uptime(keeper) : null,
            ProcessorCount = ProcessorSet.Read(_kernel, "__cpu_present_mask")?.Count,
            OnlineProcessorCount = ProcessorSet.Read(_kernel, "__cpu_online_mask")?.Count,

            // Renamed in 5.0.
            MemoryBytes = (_kernel.WordOf("_totalram_pages") ?? _kernel.WordOf("totalram_pages")) * (ulong)_pageSize,
            LoadAverages = LoadAverages(),
            Taint = _kernel.WordOf("tainted_mask") is { } taint ? KernelTaint.Letters(taint) : null,
            PanicProcessor = panicProcessor,
            PanicTask = panicProcessor is { } cpu && ProcessorTasks.Current(_kernel, cpu) is { } task ? _tasks.Read(task) : null,
        };
    }

    /// <summary>The processor that panicked.</summary>
    /// <returns>Null when none did, or the kernel does not say.</returns>
    internal int? PanicProcessor() => _kernel.HalfWordOf("panic_cpu") is { } cpu && cpu < ProcessorSet.Maximum ? (int)cpu : null;

    private string?[] Names()
    {
        string?[] names = new string?[NameCount];
        byte[] bytes = new byte[NameLength * NameCount];
        ulong address = _kernel.Symbol("init_uts_ns");
        if (address != 0
            && _kernel.OffsetOf("uts_namespace", "name") is { } offset
            && _kernel.Memory.TryRead(new VirtualAddress(address + offset), bytes))
        {
            for (int i = 0; i < NameCount; i++)
            {
                names[i] = Text(bytes.AsSpan(i * NameLength, NameLength));
            }
        }

        return names;
    }

    private string? CommandLine()
    {
        if (_kernel.WordOf("saved_command_line") is not { } address)
        {
            return null;
        }

        byte[] bytes = new byte[MaximumCommandLine];
        return Text(bytes.AsSpan(0, _kernel.Memory.Read(new VirtualAddress(address), bytes)));
    }

    private double[]? LoadAverages()
    {
        ulong address = _kernel.Symbol("avenrun");
        return address != 0
            && _kernel.Word(address) is { } one
            && _kernel.Word(address + 8) is { } five
            && _kernel.Word(address + 16) is { } fifteen
                ? [one / FixedPointOne, five / FixedPointOne, fifteen / FixedPointOne]
                : null;
    }

    // Up to 6.12 the timekeeper is in a structure without a name, behind a sequence counter, and its working copy, which is the same
    // but for the moment of an update, is a variable of its own. Then the structure got a name, and since 6.17 there is an array of it.
    private ulong? Timekeeper() =>
        _kernel.Symbol("shadow_timekeeper") is not 0 and ulong copy ? copy
        : _kernel.OffsetOf("tk_data", "timekeeper") is not { } offset ? null
        : _kernel.Symbol("timekeeper_data") is not 0 and ulong array ? array + offset
        : _kernel.Symbol("tk_core") is not 0 and ulong core ? core + offset
        : null;

    private DateTime? CrashTime(ulong timekeeper) =>
        _kernel.OffsetOf("timekeeper", "xtime_sec") is { } offset && _kernel.Word(timekeeper + offset) is { } seconds && seconds is > 0 and <= MaximumSeconds
            ? new DateTime(1970, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddSeconds(seconds)
            : null;

    private double? Uptime(ulong timekeeper)
    {
        // The monotonic clock: nanoseconds at the last tick, and a shifted rest.
        if (_kernel.OffsetOf("timekeeper", "tkr_mono.base") is not { } atBase
            || _kernel.OffsetOf("timekeeper", "tkr_mono.xtime_nsec") is not { } atRest
            || _kernel.OffsetOf("timekeeper", "tkr_mono.shift") is not { } atShift
            || _kernel.Word(timekeeper + atBase) is not { } nanoseconds
            || _kernel.Word(timekeeper + atRest) is not { } rest
            || _kernel.HalfWord(timekeeper + atShift) is not { } shift
            || shift > MaximumShift)
        {
            return null;
        }

        return (nanoseconds + (rest >> (int)shift)) / 1e9;
    }

    private static string? Text(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOf((byte)0);
        bytes = end < 0 ? bytes : bytes.Slice(0, end);
        return bytes.IsEmpty ? null : PrintableText.Clean(Encoding.UTF8.GetString(bytes.ToArray()), MaximumCommandLine);
    }
}
