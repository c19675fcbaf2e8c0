using System.Text;
using KernelFault.Hosts;
using KernelFault.Playbooks.Running;
using Xunit.Abstractions;

namespace KernelFault.Tests.Lab;

/// <summary>Actions on a kernel while it runs: rehearsed, done and taken back by a run, and what the kernel itself says of it.</summary>
[Collection("Guest")]
public class GuestActionTests(ITestOutputHelper output)
{
    private const string Steps = """
        version: 1
        name: guest-actions
        title: A module out and in, and an option
        description: Changes what a restart would change back.
        requires: { platform: Linux, elevated: true }
        steps:
          - id: state
            title: Where it is
            why: It is loaded by its file.
            action: get-module-state
            inputs: { name: kf_driver }
          - id: out
            title: Out
            why: To see it go.
            action: unload-module
            inputs: { name: kf_driver }
            changes: true
            rollback: { action: load-module, inputs: { name: kf_driver } }
          - id: option
            title: An option
            why: To see it set.
            action: set-kernel-option
            inputs: { options: { hung_task_panic: 1 } }
            changes: true
            rollback: { action: set-kernel-option, inputs: { options: { hung_task_panic: 1 }, restore: true } }
          - id: in
            title: In
            why: To see it come.
            action: load-module
            inputs: { name: kf_driver, file: "${{ results.state.path }}" }
            changes: true
            rollback: { action: unload-module, inputs: { name: kf_driver } }
        """;

    // Loaded or not, how often it was, the option now and for the next start.
    private const string State = "grep -c ^kf_driver /proc/modules; dmesg | grep -c 'kf_driver: ready'; cat /proc/sys/kernel/hung_task_panic; cat /etc/sysctl.d/*.conf | grep -c '^kernel.hung_task_panic *= *1'";

    [SkippableFact]
    public void Modules_and_options_of_a_running_kernel_are_changed_and_changed_back()
    {
        using IHost host = Guest.Connect();
        Skip.If(Guest.Shell(host, "modprobe kf_driver && modinfo -F version kf_driver") != "2.5.1", "the driver was not built for the guest's kernel");
        int loads = Loads("1", "0", "0");
        using var playbook = new GuestRun(Encoding.UTF8.GetBytes(Steps), "guest-actions.yaml", isBuiltIn: false, output);

        HostRun planned = playbook.Rehearse();
        Assert.Contains("Run modprobe -r kf_driver", Step(planned, "out").Plan);
        Assert.Contains("Unload kf_driver", Step(planned, "out").Plan);
        Assert.Contains(Step(planned, "option").Plan, step => step.Contains("/proc/sys/kernel/hung_task_panic", StringComparison.Ordinal));
        Assert.Equal(loads, Loads("1", "0", "0"));

        HostRun run = playbook.Run();
        Assert.Equal(RunStatus.Succeeded, run.Status);
        Assert.Equal((false, true), (Step(run, "out").Outputs["loaded"], Step(run, "out").Outputs["wasLoaded"]));
        Assert.Equal((true, false), (Step(run, "in").Outputs["loaded"], Step(run, "in").Outputs["wasLoaded"]));
        Assert.StartsWith("insmod /", Assert.Single(Step(run, "in").Steps).Text, StringComparison.Ordinal);
        Assert.Equal(loads + 1, Loads("1", "1", "1"));

        Assert.Equal(RunStatus.RolledBack, playbook.Undo().Status);
        Assert.Equal(loads + 2, Loads("1", "0", "0"));

        int Loads(string loaded, string now, string nextBoot)
        {
            string[] state = Guest.Shell(host, State).Split('\n');
            Assert.Equal((loaded, now, nextBoot), (state[0], state[2], state[3]));
            return int.Parse(state[1], System.Globalization.CultureInfo.InvariantCulture);
        }
    }

    private static StepRun Step(HostRun run, string id) => Assert.Single(run.Steps, step => step.Id == id);
}
