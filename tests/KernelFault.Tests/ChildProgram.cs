using KernelFault.Formats.Registry;
using KernelFault.Hosts;

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
            default:
                return 64;
        }
    }
}
