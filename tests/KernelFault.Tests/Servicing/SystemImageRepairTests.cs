using KernelFault.Hosts;
using KernelFault.Servicing;

namespace KernelFault.Tests.Servicing;

/// <summary>Repairs from the store to the files; recordings that were built after the documented forms.</summary>
public sealed class SystemImageRepairTests
{
    [Fact]
    public void ADamagedSystemIsRepairedInTheRightOrder()
    {
        SystemImageRepairResult result = ServicingRecordings.Do(new SystemImageRepair(new()), ServicingRecordings.Play("image-repaired-de"));

        Assert.Equal(
            [
                "dism.exe /English /Online /Cleanup-Image /CheckHealth", "dism.exe /English /Online /Cleanup-Image /ScanHealth",
                "dism.exe /English /Online /Cleanup-Image /RestoreHealth", "sfc.exe /scannow", "sfc.exe /scannow",
            ],
            result.Steps.Select(step => step.Text));
        Assert.Equal([RepairStatus.Healthy, RepairStatus.Damaged, RepairStatus.Repaired], result.ComponentStore.Select(run => run.Status));
        Assert.Equal([RepairStatus.Repaired, RepairStatus.Healthy], result.SystemFiles.Select(run => run.Status));
        Assert.Equal((RepairStatus.Repaired, 2L, 0L), (result.Status, result.RepairedCount, result.NotRepairedCount));
        Assert.Empty(result.Warnings);
    }

    [Fact]
    public void WhatIsSoundIsNotRepaired()
    {
        using RecordedHost host = ServicingRecordings.Play("image-healthy-ja");

        SystemImageRepairResult result = ServicingRecordings.Do(new SystemImageRepair(new()), host);

        Assert.Equal((RepairStatus.Healthy, 3), (result.Status, result.Steps.Count));
        Assert.DoesNotContain(host.Calls, call => call.Arguments.Contains("/RestoreHealth"));
        Assert.Empty(result.NextSteps);
    }

    [Fact]
    public void AStoreThatWaitsForARestartEndsTheRepair()
    {
        HostRecording recording = ServicingRecordings.Load("image-healthy-ja");
        HostRecording waiting = recording with { Programs = [recording.Programs[0], recording.Programs[1] with { ExitCode = 3017 }] };

        SystemImageRepairResult result = ServicingRecordings.Do(new SystemImageRepair(new()), new RecordedHost("pc", waiting));

        Assert.Equal((RepairStatus.RestartPending, 2), (result.Status, result.Steps.Count));
        Assert.Empty(result.SystemFiles);
        Assert.NotEmpty(result.NextSteps);
    }

    [Fact]
    public void FilesAreLookedAtEvenWhenTheStoreCannotBeRepaired()
    {
        HostRecording recording = ServicingRecordings.Load("image-repaired-de");
        RecordedProgram[] programs = [.. recording.Programs.Select(program => program.Arguments.Contains("/RestoreHealth") ? program with { ExitCode = unchecked((int)0x800F081F) } : program)];

        SystemImageRepairResult result = ServicingRecordings.Do(new SystemImageRepair(new()), new RecordedHost("pc", recording with { Programs = programs }));

        Assert.Equal((RepairStatus.NotRepairable, 5), (result.Status, result.Steps.Count));
        Assert.Contains(result.NextSteps, step => step.Contains("-Source", StringComparison.Ordinal));
    }

    [Fact]
    public void ThePlanNamesEveryProgramAndRunsNone()
    {
        using RecordedHost host = ServicingRecordings.Play("image-repaired-de");

        HostPlan<SystemImageRepairResult> plan = new SystemImageRepair(new() { Source = [@"E:\sources\sxs"], LimitAccess = true }).Plan(host, CancellationToken.None);

        Assert.Equal(5, plan.Steps.Count);
        Assert.Equal(@"Run 'dism.exe /English /Online /Cleanup-Image /RestoreHealth /Source:E:\sources\sxs /LimitAccess' when the store is damaged", plan.Steps[2]);
        Assert.Empty(ServicingRecordings.Changes(host));
    }
}
