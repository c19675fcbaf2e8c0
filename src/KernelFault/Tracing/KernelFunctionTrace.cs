using System.Globalization;
using KernelFault.Hosts;

namespace KernelFault.Tracing;

/// <summary>
/// Traces a function of a Linux kernel for a time: a kprobe on its entry, and on its return when that is asked for, in an instance of
/// tracefs of its own. Probe and instance are removed afterwards, also when the work is cancelled or the connection breaks.
/// </summary>
/// <remarks>See the kernel's <c>Documentation/trace/kprobetrace.rst</c> and <c>ftrace.rst</c>.</remarks>
public sealed class KernelFunctionTrace : IHostChange<KernelFunctionTraceResult>
{
    // All that is written is kept by the hosts until the end.
    private const long MaximumOutput = 256L * 1024 * 1024;
    private const long MaximumRead = MaximumOutput - (8 * 1024 * 1024);
    private const int RefusedByKernel = 70;
    private const int NotRemoved = 75;

    // What an emulated machine takes to set, read to the end and remove.
    private static readonly TimeSpan s_around = TimeSpan.FromMinutes(4);

    private readonly KernelFunctionTraceOptions _options;
    private readonly Action<KernelTraceEvent> _told;

    /// <summary>A trace.</summary>
    /// <param name="options">What is traced.</param>
    /// <param name="told">
    /// Told of each event as it comes, on a thread of the host's. While it does not return nothing more is read, and the kernel drops
    /// its oldest events when its buffer is full: they are counted.
    /// </param>
    /// <exception cref="ArgumentException">A name that no function can have, or a number out of its range.</exception>
    public KernelFunctionTrace(KernelFunctionTraceOptions options, Action<KernelTraceEvent> told)
    {
        _options = options ?? throw new ArgumentNullException(nameof(options));
        _told = told ?? throw new ArgumentNullException(nameof(told));
        if (options.Function is null || !FunctionName.IsValid(options.Function))
        {
            throw new ArgumentException($"'{options.Function}' is no name of a function: letters, digits, _ . $ only, and no digit or dot at its beginning.", nameof(options));
        }

        if (options.Seconds is < 1 or > 86400 || options.Count < 1 || options.BufferKibibytes is < 64 or > 65536 || options.ProcessId.Any(id => id < 1) || options.ProcessId.Count > 1024)
        {
            throw new ArgumentException("1 to 86400 seconds, at least one event, 64 to 65536 KiB of buffer, and at most 1024 process ids above 0.", nameof(options));
        }
    }

    /// <inheritdoc/>
    public HostPlan<KernelFunctionTraceResult> Plan(IHost host, CancellationToken cancellation)
    {
        HostFacts facts = (host ?? throw new ArgumentNullException(nameof(host))).GetFacts(cancellation);
        HostGuard[] guards = [.. new[] { HostGuard.Linux(facts), HostGuard.Elevated(facts) }.OfType<HostGuard>()];
        if (guards.Length > 0)
        {
            return Refused(guards);
        }

        FunctionAlias alias = FunctionAlias.Find(_options.Function);
        TraceLook look = TraceLook.Read(host, alias, cancellation);
        if (Unable(look) is { } unable)
        {
            return Refused([unable]);
        }

        TraceSymbol[] symbols = [.. alias.Names.SelectMany(look.Find)];
        TraceTarget? target = symbols.FirstOrDefault(symbol => look.HasKprobes && !look.IsRefused(symbol)) is { } free
            ? TraceTarget.ByProbe(host, free, _options, facts.Architecture, cancellation)
            : Tracepoints(alias, look) is { Count: > 0 } tracepoints && symbols.Length > 0 ? TraceTarget.ByTracepoints(symbols[0], tracepoints, _options.ReturnValue) : null;
        if (target is null)
        {
            return Refused([symbols.Length == 0 ? NotFound(look) : NotAllowed(symbols[0], alias, look)]);
        }

        string folder = look.Folder!;
        return new HostPlan<KernelFunctionTraceResult>((_, token) => Execute(host, folder, target, token))
        {
            Steps = Steps(target),
            Warnings = target.Warnings.ToArray(),
        };
    }

    private static HostPlan<KernelFunctionTraceResult> Refused(HostGuard[] guards) => new((_, _) => throw new HostGuardException(guards)) { Steps = ["Trace a function of the kernel"], Guards = guards };

    private static IReadOnlyList<string> Tracepoints(FunctionAlias alias, TraceLook look) => [.. alias.Tracepoints.Where(look.HasTracepoint)];

    private static HostGuard? Unable(TraceLook look)
    {
        const string Id = "TracingUnavailable";
        return look switch
        {
            { Folder: null } => new HostGuard(Id, "There is no tracefs: mount it by 'mount -t tracefs nodev /sys/kernel/tracing', or the kernel was built without.", CanForce: false),
            { IsLockedDown: true } => new HostGuard(Id, "The kernel is locked down to 'confidentiality' and lets nobody trace it.", CanForce: false),
            { HasInstances: false } => new HostGuard(Id, "This kernel has no instances of tracefs (they came with 3.10), and what others trace there is not touched.", CanForce: false),
            { KprobesDisabled: true } => new HostGuard(Id, "Kprobes are switched off: echo 1 > /sys/kernel/debug/kprobes/enabled.", CanForce: false),
            _ => null,
        };
    }

    private static HostGuard NotAllowed(TraceSymbol symbol, FunctionAlias alias, TraceLook look)
    {
        if (!look.HasKprobes)
        {
            return new HostGuard("TracingUnavailable", "This kernel was built without kprobes for tracing (CONFIG_KPROBE_EVENTS).", CanForce: false);
        }

        TraceSymbol[] others = [.. alias.Instead.SelectMany(look.Find).Where(other => !look.IsRefused(other))];
        string instead = others.Length == 0 ? string.Empty : $" Near it these can be: {string.Join(", ", others.Select(other => other.Name).Distinct())}.";
        return new HostGuard(
            "FunctionRefused",
            $"The kernel lets no probe be set on {symbol.Name}: it is on its blacklist (/sys/kernel/debug/kprobes/blacklist), because a probe there could be hit while one is handled.{instead}",
            CanForce: false);
    }

    private HostGuard NotFound(TraceLook look) => new(
        "FunctionNotFound",
        look.Like.Count == 0
            ? $"This kernel has no function {_options.Function}, or it is inlined everywhere."
            : $"This kernel has no function {_options.Function}, or it is inlined everywhere. Similar ones: {string.Join(", ", look.Like)}.",
        CanForce: false);

    private string[] Steps(TraceTarget target)
    {
        string until = _options.Count is { } count ? $"{count} events, at most {_options.Seconds} s" : $"{_options.Seconds} s";
        return
        [
            .. target.Tracepoints.Select(tracepoint => $"Enable the tracepoint {tracepoint} in an instance of its own"),
            .. target.Probes.Select(probe => $"Set the probe '{probe.Kind} {probe.Definition}' in an instance of its own"),
            $"Read it for {until}, and remove it",
        ];
    }

    private KernelFunctionTraceResult Execute(IHost host, string folder, TraceTarget target, CancellationToken cancellation)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var steps = new HostStepRecorder(host);
        bool isFull = false;
        long read = 0;
        long told = 0;
        var reader = new TraceReader(host.Name, target, _options.Stack, one =>
        {
            if (told < (_options.Count ?? long.MaxValue))
            {
                told++;
                _told(one);
            }
        });
        var call = new ProgramCall("/bin/sh", Arguments(folder, target))
        {
            Input = TraceScript.Run,
            Timeout = TimeSpan.FromSeconds(_options.Seconds) + s_around,
            MaximumOutput = MaximumOutput,
            OnOutput = output =>
            {
                if (output.IsError || enough.IsCancellationRequested)
                {
                    return;
                }

                reader.Add(output.Bytes);
                read += output.Bytes.Length;
                isFull = read > MaximumRead;
                if (isFull || told == _options.Count)
                {
                    enough.Cancel();
                }
            },
        };
        ProgramResult? ended = null;
        try
        {
            ended = steps.Run(call, enough.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // There were enough.
        }

        reader.Finish();
        if (ended is not null && ended.ExitCode is not (0 or NotRemoved))
        {
            string said = ProgramText.Decode(ended.Error).Trim();
            throw new HostException(host.Name, HostErrorKind.Failed, ended.ExitCode == RefusedByKernel ? said : $"The trace broke off (exit code {ended.ExitCode}): {said}");
        }

        bool removed = ended is not null ? ended.ExitCode == 0 : IsRemoved(steps, folder, reader.Id, cancellation);
        return Result(host, target, reader, told, isFull, removed, steps.Steps);
    }

    private string[] Arguments(string folder, TraceTarget target) =>
    [
        "-s",
        folder,
        _options.Seconds.ToString(CultureInfo.InvariantCulture),
        _options.BufferKibibytes.ToString(CultureInfo.InvariantCulture),
        _options.Stack ? "1" : "0",
        string.Join(" ", _options.ProcessId.Select(id => id.ToString(CultureInfo.InvariantCulture))),
        string.Join(" ", target.Tracepoints),
        .. target.Probes.SelectMany(probe => new[] { probe.Kind, probe.Name, probe.Definition }),
    ];

    // A program that was ended has its guard remove what it set; it is waited for.
    private static bool IsRemoved(HostStepRecorder steps, string folder, int? id, CancellationToken cancellation)
    {
        if (id is null)
        {
            return false;
        }

        var call = new ProgramCall("/bin/sh", "-s", folder, id.Value.ToString(CultureInfo.InvariantCulture)) { Input = TraceScript.Check };
        return steps.Run(call, cancellation).ExitCode == 0;
    }

    private KernelFunctionTraceResult Result(IHost host, TraceTarget target, TraceReader reader, long told, bool isFull, bool removed, IReadOnlyList<HostStep> steps)
    {
        var warnings = new List<string>();
        if (reader.LostCount > 0)
        {
            warnings.Add($"{reader.LostCount} events were lost: they came faster than they were read. A larger buffer or a narrower trace (process, function) loses fewer.");
        }

        if (reader.DamagedCount > 0)
        {
            warnings.Add($"{reader.DamagedCount} lines of the trace could not be read.");
        }

        if (isFull)
        {
            warnings.Add($"It was ended before its time, after {MaximumRead >> 20} MiB.");
        }

        if (!removed)
        {
            warnings.Add("It is not known whether the probe and the instance are gone. Look into kprobe_events and instances of tracefs for names with 'kernelfault'.");
        }

        return new KernelFunctionTraceResult
        {
            ComputerName = host.Name,
            RequestedFunction = _options.Function,
            Function = target.Symbol.Name,
            Source = target.Tracepoints.Count > 0 ? KernelTraceSource.Tracepoint : KernelTraceSource.Kprobe,
            EventCount = told,
            Hits = reader.Hits,
            LostCount = reader.LostCount,
            DamagedCount = reader.DamagedCount,
            EndedByCount = told == _options.Count,
            IsRemoved = removed,
            Steps = steps,
            Warnings = warnings.ToArray(),
        };
    }
}
