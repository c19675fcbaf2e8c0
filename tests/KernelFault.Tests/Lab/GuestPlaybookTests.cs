using System.Security.Cryptography;
using KernelFault.Hosts;
using KernelFault.Playbooks;
using KernelFault.Playbooks.Actions;
using KernelFault.Playbooks.Loading;
using KernelFault.Playbooks.Running;
using Xunit.Abstractions;

namespace KernelFault.Tests.Lab;

/// <summary>From a crash to a machine that runs without what crashed it, by the playbook that comes with the library: on a real kernel.</summary>
[Collection("Guest")]
public class GuestPlaybookTests(ITestOutputHelper output)
{
    private const string Module = "kf_driver";

    [SkippableFact]
    public void A_module_that_crashes_the_machine_is_found_and_kept_out_and_let_in_again()
    {
        string folder = Directory.CreateTempSubdirectory("kf-test-").FullName;
        try
        {
            CrashByDriver();
            byte[] file = BuiltIn("linux-module-oops.yaml");
            Playbook playbook = new PlaybookLoader(PlaybookActions.BuiltIn).Read(file, "linux-module-oops.yaml", isBuiltIn: true);
            var services = new RunServices { Actions = PlaybookActions.BuiltIn };
            HostRun run;
            string runFolder;
            using (PlaybookRollout rollout = PlaybookRollout.Begin(
                new RunRequest { Playbook = playbook, PlaybookBytes = file, Targets = [Target()], Options = new RunOptions { Force = true } }, services, new RunStore(folder), default))
            {
                run = Take(rollout);
                runFolder = rollout.Folder!;
            }

            Assert.Equal(RunStatus.Succeeded, run.Status);
            Assert.Equal((Module, false, true), ((string?)run.Outputs["module"], Step(run, "gone").Outputs["loaded"], Step(run, "gone").Outputs["blacklisted"]));
            Assert.Equal(Module, Step(run, "analyse").Outputs["culpritModule"]);
            Assert.True(run.After!.BootTime > run.Before!.BootTime);
            Assert.Contains(run.Steps, step => step.Id == "blacklist" && step.Changed);
            AssertEvidence(run, runFolder);
            using (IHost host = Guest.Connect())
            {
                // The running machine itself, asked by nothing of ours.
                Assert.Equal(string.Empty, Guest.Shell(host, $"grep ^{Module} /proc/modules"));
                Assert.NotEqual(string.Empty, Guest.Shell(host, $"modprobe {Module} || echo refused"));
            }

            Undo(runFolder, services);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // A machine in the field: the driver is loaded at each start, and its fault comes when it is used.
    private static void CrashByDriver()
    {
        using IHost host = Guest.Connect();
        Skip.If(Guest.Shell(host, $"modinfo -F version {Module}") != "2.5.1", "the driver was not built for the guest's kernel");
        Guest.Shell(host, $"rm -rf /var/crash/*; echo {Module} > /etc/modules-load.d/{Module}.conf; modprobe {Module}; sysctl -q kernel.panic_on_oops=1; sync");
        Assert.StartsWith(Module, Guest.Shell(host, $"grep ^{Module} /proc/modules"), StringComparison.Ordinal);
        Guest.CrashBy(host, $"echo 1 > /sys/module/{Module}/parameters/use");
        using IHost back = Guest.Connect();
        Assert.StartsWith(Module, Guest.Shell(back, $"grep ^{Module} /proc/modules"), StringComparison.Ordinal);
    }

    private static RunTarget Target() => new("ssh://guest", _ => Guest.Connect());

    private static byte[] BuiltIn(string name)
    {
        using Stream stream = typeof(Playbook).Assembly.GetManifestResourceStream("Playbook." + name)!;
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    private static StepRun Step(HostRun run, string id) => Assert.Single(run.Steps, step => step.Id == id);

    // What a person is handed is what was found: the dump is among it, and each file is the one whose hash is in the journal.
    private static void AssertEvidence(HostRun run, string runFolder)
    {
        EvidenceFile[] evidence = [.. run.Steps.SelectMany(step => step.Evidence)];
        Assert.Contains(evidence, file => file.Path.Contains("dump.", StringComparison.Ordinal) && file.Length > 1_000_000);
        Assert.All(evidence, file =>
        {
            using FileStream stream = File.OpenRead(Path.Combine(runFolder, file.Path));
            Assert.Equal(file.Hash, Convert.ToHexStringLower(SHA256.HashData(stream)));
        });
        RemediationRun read = new RunStore(Path.GetDirectoryName(runFolder)).Read(Path.GetFileName(runFolder));
        Assert.Equal((RunStatus.Succeeded, run.Steps.Count, false), (read.Status, Assert.Single(read.Hosts).Steps.Count, read.IsActive));
    }

    private HostRun Take(PlaybookRollout rollout)
    {
        HostRun? run = null;
        while (!rollout.IsOver)
        {
            run = rollout.Take(TimeSpan.FromSeconds(1)) ?? run;
        }

        foreach (StepRun step in run!.Steps)
        {
            output.WriteLine($"{step.Id} {step.Action} {step.Status} {step.Seconds:0} s: {step.Summary} [{string.Join("; ", step.Steps)}]");
        }

        output.WriteLine($"{run.Status}: {run.Summary} {run.Seconds:0} s; {string.Join("; ", run.Changes)}");
        return run;
    }

    private void Undo(string runFolder, RunServices services)
    {
        using (PlaybookRollout undo = PlaybookRollout.Undo(new RunContinuation { Folder = runFolder, Connect = _ => Target(), Force = true }, services, rehearse: false, default))
        {
            Assert.Equal(RunStatus.RolledBack, Take(undo).Status);
        }

        using IHost host = Guest.Connect();
        Assert.Equal(string.Empty, Guest.Shell(host, $"ls /etc/modprobe.d/kernelfault-*; modprobe -c | grep {Module}"));
        Assert.StartsWith(Module, Guest.Shell(host, $"modprobe {Module} && grep ^{Module} /proc/modules; rm /etc/modules-load.d/{Module}.conf; modprobe -r {Module}"), StringComparison.Ordinal);
    }
}
