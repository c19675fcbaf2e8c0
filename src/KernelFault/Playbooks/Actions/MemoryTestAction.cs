using System.Globalization;
using KernelFault.Formats;
using KernelFault.Hosts;
using KernelFault.Servicing;

namespace KernelFault.Playbooks.Actions;

// What mdsched.exe does when it is told to: {memdiag} (its identifier is the same on every machine) becomes the boot manager's sequence
// for the next start alone. memtester locks memory and tests it while Linux runs: 0 is passed, bit 0 that it could not begin, bits 1 and 2
// that memory failed.

/// <summary><c>memory-test</c>: tests the memory.</summary>
internal sealed class MemoryTestAction : PlaybookAction
{
    private const string Program = "bcdedit.exe";
    private const string MemoryDiagnostic = "{b2721d73-1db4-4c62-bf78-c548a880142d}";
    private const int CouldNotBegin = 1;
    private const int MemoryFailed = 2 | 4;

    /// <inheritdoc/>
    public override PlaybookActionInfo Info { get; } = new()
    {
        Name = "memory-test",
        Title = "Test the memory",
        Description = "Windows: has the memory diagnostic of Windows run at the next start, in place of Windows; read-memory-test reads what it found. Linux: runs memtester on a part of the memory while the machine works, and waits for its end.",
        Platform = PlaybookPlatform.Any,
        Inputs =
        [
            new("mebibytes", PlaybookValueType.Integer, "Linux: how much memory is tested; it has to be free.") { Default = 256L, Minimum = 1, Maximum = 16 * 1024 * 1024 },
            new("loops", PlaybookValueType.Integer, "Linux: how often.") { Default = 1L, Minimum = 1, Maximum = 1000 },
        ],
        Outputs =
        [
            new("scheduled", PlaybookValueType.Boolean, "Whether the test runs at the next start: Windows."),
            new("passed", PlaybookValueType.Boolean, "Whether the memory passed; null on Windows, where it is not tested yet."),
            new("needsRestart", PlaybookValueType.Boolean, "Whether a restart is needed."),
        ],
        Changes = true,
        Repeat = ActionRepeat.Safe,
        Idempotence = "A test that is set for the next start is not set again; on Linux the memory is tested once more.",
        DryRun = "Looks for the test program and shows the command.",
    };

    /// <inheritdoc/>
    protected override HostPlan<ActionResult> Prepare(ActionContext context, HostFacts facts, CancellationToken cancellation) =>
        facts.Platform == HostPlatform.Windows ? Windows(context.Host, cancellation) : Linux(context, cancellation);

    private static HostPlan<ActionResult> Windows(IHost host, CancellationToken cancellation)
    {
        bool exists = Entries(host, MemoryDiagnostic, cancellation).Count > 0;
        bool isSet = Entries(host, "{bootmgr}", cancellation).Any(entry => entry.Value("bootsequence")?.IndexOf(MemoryDiagnostic, StringComparison.OrdinalIgnoreCase) >= 0);
        var call = new ProgramCall(Program, "/bootsequence", MemoryDiagnostic);
        return new HostPlan<ActionResult>((_, token) =>
        {
            var recorder = new HostStepRecorder(host);
            if (!isSet)
            {
                recorder.RunOrThrow(call, token);
            }

            return new ActionResult
            {
                Outputs = PlaybookValue.Map(("scheduled", true), ("passed", null), ("needsRestart", true)),
                Summary = "The memory is tested at the next start.",
                Changed = !isSet,
                NeedsRestart = true,
                Steps = recorder.Steps,
            };
        })
        {
            Steps = isSet ? [] : ["Run '" + HostStepRecorder.Text(call) + "'"],
            Guards = exists ? [] : [new HostGuard("NoMemoryTest", "This machine has no entry for the memory diagnostic of Windows among its boot entries.", CanForce: false)],
            Warnings = ["The machine is away for the time of the test, from some minutes to hours, and starts Windows afterwards by itself."],
        };
    }

    private static IReadOnlyList<BootEntry> Entries(IHost host, string id, CancellationToken cancellation)
    {
        ProgramResult result = host.Run(new ProgramCall(Program, "/enum", id, "/v"), cancellation);
        return result.ExitCode == 0 ? BootEntry.Parse(ProgramText.Decode(result.Output)) : [];
    }

    private static HostPlan<ActionResult> Linux(ActionContext context, CancellationToken cancellation)
    {
        IHost host = context.Host;
        bool exists = ((string[])["/usr/sbin/memtester", "/usr/bin/memtester", "/usr/local/bin/memtester", "/usr/local/sbin/memtester"]).Any(path => host.FindFile(path, cancellation) is not null);
        var call = new ProgramCall("memtester", (context.Integer("mebibytes") ?? 256).ToString(CultureInfo.InvariantCulture) + "M", (context.Integer("loops") ?? 1).ToString(CultureInfo.InvariantCulture))
        {
            Timeout = context.Timeout ?? TimeSpan.FromHours(12),
        };
        return new HostPlan<ActionResult>((progress, token) =>
        {
            progress.Report(new HostProgress("Testing memory", null));
            var recorder = new HostStepRecorder(host);
            ProgramResult result = recorder.Run(call, token);
            bool failed = (result.ExitCode & MemoryFailed) != 0 && result.ExitCode <= (CouldNotBegin | MemoryFailed);
            bool? passed = result.ExitCode == 0 ? true : failed ? false : null;
            return new ActionResult
            {
                Outputs = PlaybookValue.Map(("scheduled", false), ("passed", passed), ("needsRestart", false)),
                Summary = passed switch { true => "The memory passed.", false => "The memory failed.", null => "The memory could not be tested." },
                Failure = passed is null
                    ? PrintableText.Clean(FormattableString.Invariant($"'{HostStepRecorder.Text(call)}' ended with {result.ExitCode}: {ProgramText.Decode(result.Error.Length > 0 ? result.Error : result.Output).Trim()}"))
                    : null,
                Steps = recorder.Steps,
            };
        })
        {
            Steps = ["Run '" + HostStepRecorder.Text(call) + "'"],
            Guards = exists ? [] : [new HostGuard("NoMemoryTest", "memtester is not installed on this machine; the package is called memtester everywhere.", CanForce: false)],
        };
    }
}
