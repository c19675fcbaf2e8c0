using KernelFault.Playbooks;
using KernelFault.Playbooks.Actions;
using KernelFault.Playbooks.Loading;
using KernelFault.Playbooks.Running;
using KernelFault.Reports;
using Xunit.Abstractions;

namespace KernelFault.Tests.Lab;

/// <summary>A playbook on the guest: rehearsed, run, taken back. Its folder is removed at the end.</summary>
internal sealed class GuestRun(byte[] file, string name, bool isBuiltIn, ITestOutputHelper output) : IDisposable
{
    private readonly Playbook _playbook = new PlaybookLoader(PlaybookActions.BuiltIn).Read(file, name, isBuiltIn);
    private readonly string _folder = Directory.CreateTempSubdirectory("kf-test-").FullName;
    private readonly RunServices _services = new() { Actions = PlaybookActions.BuiltIn, Report = new RunReport() };

    /// <summary>Folder of the run; null before it.</summary>
    internal string? Folder { get; private set; }

    /// <summary>The run as its journal has it.</summary>
    internal RemediationRun Journal => new RunStore(_folder).Read(Path.GetFileName(Folder!));

    private RunRequest Request => new() { Playbook = _playbook, PlaybookBytes = file, Targets = [Target()], Options = new RunOptions { Force = true } };

    /// <summary>Shows what would be done; what only looks is done.</summary>
    internal HostRun Rehearse()
    {
        using PlaybookRollout rollout = PlaybookRollout.Rehearse(Request, _services, check: true, default);
        return Take(rollout);
    }

    /// <summary>Does it.</summary>
    internal HostRun Run()
    {
        using PlaybookRollout rollout = PlaybookRollout.Begin(Request, _services, new RunStore(_folder), default);
        Folder = rollout.Folder;
        return Take(rollout);
    }

    /// <summary>Takes it back.</summary>
    internal HostRun Undo()
    {
        using PlaybookRollout rollout = PlaybookRollout.Undo(new RunContinuation { Folder = Folder!, Connect = _ => Target(), Force = true }, _services, rehearse: false, default);
        return Take(rollout);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static RunTarget Target() => new("ssh://guest", _ => Guest.Connect());

    private HostRun Take(PlaybookRollout rollout)
    {
        HostRun? run = null;
        while (!rollout.IsOver)
        {
            run = rollout.Take(TimeSpan.FromSeconds(1)) ?? run;
        }

        foreach (StepRun step in run!.Steps)
        {
            output.WriteLine($"{step.Id} {step.Action} {step.Status} {step.Seconds:0.0} s: {step.Summary} [{string.Join("; ", step.Steps)}]");
        }

        output.WriteLine($"{run.Status}: {run.Summary} {run.Seconds:0} s; {string.Join("; ", run.Changes)}");
        return run;
    }
}
