using System.Text;
using KernelFault.Hosts;
using KernelFault.Playbooks;
using KernelFault.Playbooks.Actions;
using KernelFault.Playbooks.Loading;
using KernelFault.Playbooks.Running;
using KernelFault.Tests.Builders;
using KernelFault.Tests.Hosts;

namespace KernelFault.Tests.Playbooks.Running;

/// <summary>What is said where a playbook for a Windows that does not run meets a machine that does, and the other way round.</summary>
public sealed class OfflineRefusalTests : IDisposable
{
    private readonly RunFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void APlaybookForAFolderIsToldToBeGivenOne()
    {
        // Neither is it Windows nor does it run as root, and neither is what the user did wrong.
        _fixture.Host.IsElevated = false;
        HostRun run = Run("{ platform: Windows, elevated: true, offline: true }", "get-verifier", _fixture.Host);

        Assert.Equal(RunStatus.Refused, run.Status);
        Assert.Equal("The playbook is for the folder of a Windows that is not running, and this machine runs: name that folder instead.", run.Summary);
    }

    [Theory]
    [InlineData("{ platform: Windows }", "get-verifier", "The playbook is for a machine that runs, and this is the folder of a Windows that does not.")]
    [InlineData("{ platform: Windows, offline: any }", "read-memory-test", "'read-memory-test' needs a machine that runs: in the folder of a Windows nothing can be run.")]
    public void WhatNeedsAMachineThatRunsIsNotForAFolder(string requires, string action, string expected)
    {
        using var windows = new OfflineWindows(HostRegistryTests.VerifiedHive());

        HostRun run = Run(requires, action, new OfflineWindowsHost(windows.Folder));

        Assert.Equal(RunStatus.Refused, run.Status);
        Assert.Equal(expected, run.Summary);
    }

    [Fact]
    public void AnActionThatNeedsNoneWorksInBoth()
    {
        using var windows = new OfflineWindows(HostRegistryTests.VerifiedHive());

        Assert.Equal(RunStatus.Succeeded, Run("{ platform: Windows, offline: any }", "get-verifier", new OfflineWindowsHost(windows.Folder)).Status);
    }

    private HostRun Run(string requires, string action, IHost host)
    {
        byte[] bytes = Encoding.UTF8.GetBytes($"version: 1\nname: one\ntitle: One\ndescription: One.\nrequires: {requires}\nsteps:\n  - {{ id: one, title: One, action: {action} }}\n");
        Playbook playbook = new PlaybookLoader(PlaybookActions.BuiltIn).Read(bytes, Path.Combine(_fixture.Folder, "one.yaml"), isBuiltIn: false);
        var request = new RunRequest { Playbook = playbook, PlaybookBytes = bytes, Targets = [new RunTarget(host.Name, _ => host)] };
        using PlaybookRollout rollout = PlaybookRollout.Begin(request, _fixture.Services with { Actions = PlaybookActions.BuiltIn }, _fixture.Store, CancellationToken.None);
        return Assert.Single(RunFixture.TakeAll(rollout));
    }
}
