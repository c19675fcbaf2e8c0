using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using KernelFault.Formats;
using KernelFault.Hosts;

namespace KernelFault.Playbooks.Actions;

/// <summary><c>wait-for</c>: waits for a time, or until something is so on the machine.</summary>
internal sealed class WaitForAction : PlaybookAction
{
    private const int MaximumTable = 16 * 1024 * 1024;

    private static readonly Regex s_service = new("^[A-Za-z0-9_][A-Za-z0-9_.@:$\\\\ -]{0,255}\\z", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
    // A large dump is written for minutes.
    private static readonly TimeSpan s_grace = TimeSpan.FromHours(1);

    private static readonly string[] s_kinds = ["seconds", "file", "service", "port", "program", "crash", "installed"];

    /// <inheritdoc/>
    public override PlaybookActionInfo Info { get; } = new()
    {
        Name = "wait-for",
        Title = "Wait until something is so",
        Description = "Waits for a time, or until a file is there, a service runs, something listens on a TCP port of the machine, a program ends with 0, a crash leaves a dump, or Windows has been installed over itself. While the machine does not answer it is waited for as well, and when it is back, it is connected to anew.",
        Platform = PlaybookPlatform.Any,
        Inputs =
        [
            new ActionInput("seconds", PlaybookValueType.Number, "Waits so long.") { Minimum = 0, Maximum = 86400 },
            new ActionInput("file", PlaybookValueType.Text, "Waits until this file or folder is there; its whole path."),
            new ActionInput("service", PlaybookValueType.Text, "Waits until this service runs: a unit of systemd, or a service of Windows by its short name."),
            new ActionInput("port", PlaybookValueType.Integer, "Waits until something listens on this TCP port.") { Minimum = 1, Maximum = 65535 },
            new ActionInput("program", PlaybookValueType.Text, "Waits until this program ends with exit code 0. It should only look."),
            new ActionInput("arguments", PlaybookValueType.TextList, "Arguments of the program, one by one."),
            new ActionInput("crash", PlaybookValueType.Text, "Waits until a crash after this time (ISO 8601, UTC by the clock of the machine that the run is on, such as run.startTime) has left a dump or a log, and that is not written to any more."),
            new ActionInput("installed", PlaybookValueType.Text, "Windows: waits until its setup is over and Windows was installed after this time (ISO 8601, UTC by the clock of the machine that the run is on, such as run.startTime)."),
            new ActionInput("timeout", PlaybookValueType.Number, "After how many seconds it fails; the step's timeout, or 300. At 0 it looks once.") { Minimum = 0, Maximum = 604800 },
            new ActionInput("from", PlaybookValueType.Text, "From when the timeout counts (ISO 8601, UTC, such as run.startTime), so that a run that was stopped and resumed does not wait all of it again; from the begin of the wait when absent."),
            new ActionInput("required", PlaybookValueType.Boolean, "Whether the step fails when the time is over. Without that 'happened' tells; a machine that does not answer by then is a failure all the same.") { Default = true },
            new ActionInput("interval", PlaybookValueType.Number, "How many seconds lie between two looks.") { Default = 5.0, Minimum = 0.1, Maximum = 3600 },
        ],
        Outputs =
        [
            new ActionOutput("waited", PlaybookValueType.Number, "How many seconds it took."),
            new ActionOutput("looks", PlaybookValueType.Integer, "How often it was looked; 0 for a wait by time."),
            new ActionOutput("happened", PlaybookValueType.Boolean, "Whether what was waited for is so."),
        ],
        Changes = false,
        Repeat = ActionRepeat.Safe,
        Idempotence = "It only looks, and waits anew.",
        DryRun = "Nothing: it looks when the step runs.",
    };

    /// <inheritdoc/>
    protected override HostPlan<ActionResult> Prepare(ActionContext context, HostFacts facts, CancellationToken cancellation)
    {
        string[] given = [.. s_kinds.Where(kind => context.Inputs.TryGetValue(kind, out object? value) && value is not null)];
        if (given.Length != 1)
        {
            throw Unusable($"one of {string.Join(", ", s_kinds)} is expected, and {given.Length} are given.");
        }

        if (given[0] == "seconds")
        {
            double seconds = context.Number("seconds")!.Value;
            return Look(token =>
            {
                Pause(TimeSpan.FromSeconds(seconds), token);
                return Result($"{Text(seconds)} s have passed.", TimeSpan.FromSeconds(seconds), 0, happened: true, null);
            });
        }

        DateTime? from = context.Time("from");
        (string what, Func<CancellationToken, bool?> isSo) = given[0] switch
        {
            "file" => ForFile(context),
            "service" => ForService(context),
            "port" => ForPort(context),
            "crash" => ("a crash has left a file", new NewCrash(context.Host, context.Time("crash")!.Value).IsThere),
            "installed" => ("Windows has been installed anew", new WindowsSetup(context.Host, context.Time("installed")!.Value).IsOver),
            _ => ForProgram(context),
        };

        // A machine that stops or starts fails at what it would do at other times.
        bool isPatient = given[0] is "crash" or "installed";
        return new HostPlan<ActionResult>((progress, token) => Wait(context, what, isSo, from, isPatient, progress, token));
    }

    private static ActionResult Wait(
        ActionContext context, string what, Func<CancellationToken, bool?> isSo, DateTime? from, bool isPatient, IProgress<HostProgress> progress, CancellationToken cancellation)
    {
        TimeSpan timeout = context.Number("timeout") is { } seconds ? TimeSpan.FromSeconds(seconds) : context.Timeout ?? TimeSpan.FromMinutes(5);
        TimeSpan interval = TimeSpan.FromSeconds(context.Number("interval") ?? 5);
        bool required = context.Flag("required");
        DateTime now = DateTime.UtcNow;
        TimeSpan before = from < now ? now - from.Value : TimeSpan.Zero;
        var clock = Stopwatch.StartNew();
        HostException? last = null;
        for (int looks = 1; ; looks++)
        {
            progress.Report(new HostProgress($"Waiting until {what}", timeout > TimeSpan.Zero ? Math.Min(100, 100 * (before + clock.Elapsed).TotalSeconds / timeout.TotalSeconds) : 100));
            try
            {
                if (last is not null)
                {
                    (context.Host as IReconnectingHost)?.Reconnect(cancellation);
                }

                bool? found = isSo(cancellation);
                if (found == true)
                {
                    return Result($"After {Text(clock.Elapsed.TotalSeconds)} s {what}.", clock.Elapsed, looks, happened: true, null);
                }

                last = null;
                if (found is null && timeout - before - clock.Elapsed > -s_grace)
                {
                    // As good as so: whoever looks for the first time when the time is over sees it all the same.
                    Pause(interval, cancellation);
                    continue;
                }
            }
            catch (HostException e) when (e.Kind is HostErrorKind.Unreachable or HostErrorKind.Refused or HostErrorKind.TimedOut || (isPatient && e.Kind == HostErrorKind.Failed))
            {
                last = e;
            }
            catch (HostException e) when (e.Kind == HostErrorKind.NotSupported && last is not null)
            {
                // A session that somebody else opened: it is gone for good.
                throw last;
            }

            TimeSpan left = timeout - before - clock.Elapsed;
            if (left <= TimeSpan.Zero)
            {
                string end = $"{Text(timeout.TotalSeconds)} s have passed, and it is not so that {what}.";
                return Result(end, clock.Elapsed, looks, happened: false, last is not null ? $"{end} {last.Message}" : required ? end : null);
            }

            Pause(left < interval ? left : interval, cancellation);
        }
    }

    private static string Text(double seconds) => seconds.ToString("0.#", CultureInfo.InvariantCulture);

    private static void Pause(TimeSpan time, CancellationToken cancellation)
    {
        cancellation.WaitHandle.WaitOne(time);
        cancellation.ThrowIfCancellationRequested();
    }

    private static ActionResult Result(string summary, TimeSpan waited, int looks, bool happened, string? failure) => new()
    {
        Outputs = PlaybookValue.Map(("waited", Math.Round(waited.TotalSeconds, 3)), ("looks", looks), ("happened", happened)),
        Summary = summary,
        Failure = failure,
    };

    // In /proc/net/tcp and tcp6: 'sl local_address rem_address st', the address hexadecimal with the port behind a colon, 0A for listening.
    private static bool ListensOnLinux(IHost host, int port, CancellationToken cancellation)
    {
        string end = ":" + port.ToString("X4", CultureInfo.InvariantCulture);
        foreach (string path in new[] { "/proc/net/tcp", "/proc/net/tcp6" })
        {
            string table;
            try
            {
                table = ProgramText.Decode(host.ReadFile(path, MaximumTable, cancellation));
            }
            catch (HostException e) when (e.Kind == HostErrorKind.NotFound)
            {
                continue; // A kernel without IPv6 has no second table.
            }

            if (table.Split('\n').Select(line => line.Split([' '], StringSplitOptions.RemoveEmptyEntries)).Any(parts => parts.Length > 3 && parts[3] == "0A" && parts[1].EndsWith(end, StringComparison.Ordinal)))
            {
                return true;
            }
        }

        return false;
    }

    private (string What, Func<CancellationToken, bool?> IsSo) ForFile(ActionContext context)
    {
        string path = HostPath.Of(context, Info.Name, "file");
        return ($"{path} is there", token => context.Host.FindFile(path, token) is not null);
    }

    private (string What, Func<CancellationToken, bool?> IsSo) ForService(ActionContext context)
    {
        string name = Needed(context, "service");
        if (!s_service.IsMatch(name))
        {
            throw Unusable($"'{PrintableText.Clean(name, 80)}' is no name of a service.");
        }

        // 4 is SERVICE_RUNNING; the word behind it is English everywhere.
        return ($"the service {name} runs", token => context.Host.GetFacts(token).Platform == HostPlatform.Windows
            ? ProgramText.Decode(context.Host.Run(new ProgramCall("sc.exe", "query", name), token).Output).Contains("RUNNING")
            : context.Host.Run(new ProgramCall("systemctl", "is-active", "--quiet", name), token).ExitCode == 0);
    }

    private static (string What, Func<CancellationToken, bool?> IsSo) ForPort(ActionContext context)
    {
        int port = (int)context.Integer("port")!.Value;
        string text = port.ToString(CultureInfo.InvariantCulture);
        return ($"something listens on port {text}", token => context.Host.GetFacts(token).Platform == HostPlatform.Linux
            ? ListensOnLinux(context.Host, port, token)
            : context.Host.RunScript(new ScriptCall("listening-ports", HostScript.Read("Playbooks.listening-ports.ps1")), token).Output.Split('\n').Any(line => line.Trim() == text));
    }

    private (string What, Func<CancellationToken, bool?> IsSo) ForProgram(ActionContext context)
    {
        ProgramCall call = ProgramInput.Of(context, Info.Name) with { Timeout = context.Timeout ?? TimeSpan.FromMinutes(1) };
        return ($"'{HostStepRecorder.Text(call)}' ends with 0", token => context.Host.Run(call, token).ExitCode == 0);
    }
}
