using System.Diagnostics;
using System.Globalization;
using KernelFault.Formats.Registry;
using KernelFault.Hosts;
using KernelFault.Playbooks.Running;
using KernelFault.Tests.Playbooks.Running;

namespace KernelFault.Tests;

/// <summary>What tests run as a process of its own, to end it in the middle of its work: <c>dotnet KernelFault.Tests.dll WORK ARGUMENT…</c>.</summary>
internal static class ChildProgram
{
    private static int Main(string[] arguments)
    {
        switch (arguments)
        {
            case ["change-hive", string folder]:
                using (var host = new OfflineWindowsHost(folder))
                {
                    var changes = new RegistryChange[]
                    {
                        new(@"HKLM\SYSTEM\CurrentControlSet\Control\Session Manager\Memory Management", "VerifyDrivers", null),
                        new(@"HKLM\SYSTEM\CurrentControlSet\Control\Session Manager\Memory Management", "VerifyDriverLevel", RegistryData.DWord(0)),
                    };
                    new HostRegistry(host).Apply(changes, new HostStepRecorder(host), CancellationToken.None);
                }

                return 0;
            case ["run-playbook", string machine, string store, string write, string mode]:
                var services = new RunServices
                {
                    Actions = TestAction.All,
                    JournalWrite = KillTests.Fault(int.Parse(write, CultureInfo.InvariantCulture), mode, Process.GetCurrentProcess().Kill),
                };
                using (PlaybookRollout rollout = PlaybookRollout.Begin(RunFixture.Request(TestPlaybook.Twelve(), new SimulatedHost(machine)), services, new RunStore(store), CancellationToken.None))
                {
                    return RunFixture.TakeAll(rollout).TrueForAll(run => run.Status == RunStatus.Succeeded) ? 0 : 1;
                }

            case ["many-machines", string machines, string steps]:
                return ManyMachines.Report(int.Parse(machines, CultureInfo.InvariantCulture), int.Parse(steps, CultureInfo.InvariantCulture));
            default:
                return 64;
        }
    }
}
