namespace KernelFault.Health;

/// <summary>Says whether a crash of a Linux machine would leave a dump, and why not.</summary>
internal static class LinuxCrashCaptureJudge
{
    // The bit of kernel.sysrq that allows a key to crash the machine on purpose ("enable debugging dumps of processes etc.").
    private const long SysRqDump = 8;

    /// <summary>Judges.</summary>
    /// <param name="capture">What the machine would do.</param>
    /// <returns>What speaks for and against a dump.</returns>
    internal static IEnumerable<CaptureFinding> Findings(LinuxCrashCapture capture)
    {
        foreach (CaptureFinding finding in Kernel(capture))
        {
            yield return finding;
        }

        foreach (CaptureFinding finding in Target(capture))
        {
            yield return finding;
        }

        if (capture.PanicOnOops == false)
        {
            yield return new CaptureFinding(
                "OopsIsNoPanic", CaptureSeverity.Warning, "An oops kills a process and the kernel goes on: it leaves a log, no dump (kernel.panic_on_oops is 0).", "Set-CrashCapture -PanicOnOops $true");
        }

        if (capture.PanicTimeout == 0 && capture.IsCrashKernelLoaded != true)
        {
            yield return new CaptureFinding(
                "StaysDown", CaptureSeverity.Warning, "After a panic the machine stands still until somebody restarts it (kernel.panic is 0 and no crash kernel takes over).", "Set-CrashCapture -PanicTimeout 30");
        }

        if (capture.PstoreBackend is { } backend)
        {
            yield return new CaptureFinding(
                "LogInPstore", CaptureSeverity.Note, $"The end of the log of a panic is kept by {backend}" + (capture.PstoreRecords > 0 ? $"; {capture.PstoreRecords} records of earlier ones are there." : "."), capture.PstoreRecords > 0 ? "Save-CrashDump" : null);
        }

        if (capture.SysRq is { } sysRq && sysRq != 1 && (sysRq & SysRqDump) == 0)
        {
            yield return new CaptureFinding(
                "NoSysRqCrash", CaptureSeverity.Note, "A machine that hangs cannot be crashed by the keyboard (kernel.sysrq); root can by /proc/sysrq-trigger.", "Set-CrashCapture -SysRq 1");
        }
    }

    private static IEnumerable<CaptureFinding> Kernel(LinuxCrashCapture capture)
    {
        if (capture.IsCrashKernelLoaded is null && capture.ReservedBytes is null)
        {
            yield return new CaptureFinding("NoKexec", CaptureSeverity.Problem, "This kernel cannot load a crash kernel (no /sys/kernel/kexec_crash_size).", "Use a kernel built with CONFIG_CRASH_DUMP, or a hypervisor's own memory dump.");
            yield break;
        }

        if (capture.ReservedBytes == 0)
        {
            bool soon = capture.NextCrashKernel is not null && capture.CrashKernel is null;
            string text = capture.CrashKernel is { } argument
                ? $"No memory is reserved for a crash kernel although the kernel was given crashkernel={argument}: there was not enough of it, or the range does not fit this machine."
                : "No memory is reserved for a crash kernel: the kernel was started without crashkernel=" + (soon ? $" (the next boot has {capture.NextCrashKernel})." : ".");
            yield return new CaptureFinding("NoReservation", CaptureSeverity.Problem, text, soon ? "Restart the machine." : "Set-CrashCapture -CrashKernel 512M, then restart.");
        }
        else if (capture.IsCrashKernelLoaded == false)
        {
            yield return new CaptureFinding(
                "NotLoaded", CaptureSeverity.Problem, $"{capture.ReservedBytes / 1048576} MB are reserved, but no crash kernel is loaded.", capture.Service is null ? "Install kdump-tools (Debian, Ubuntu) or kexec-tools (Red Hat, SUSE)." : "Set-CrashCapture -Service $true");
        }

        if (capture.Service is null)
        {
            yield return new CaptureFinding(
                "NoService",
                capture.IsCrashKernelLoaded == true ? CaptureSeverity.Warning : CaptureSeverity.Problem,
                "Neither kdump-tools nor kdump is installed: nothing loads a crash kernel and writes its dump.",
                "Install kdump-tools (Debian, Ubuntu) or kexec-tools (Red Hat, SUSE).");
        }
        else if (capture.IsServiceEnabled == false)
        {
            yield return new CaptureFinding("ServiceOff", CaptureSeverity.Warning, $"{capture.Service} does not start at boot: after the next restart a crash leaves no dump.", "Set-CrashCapture -Service $true");
        }
    }

    private static IEnumerable<CaptureFinding> Target(LinuxCrashCapture capture)
    {
        if (capture.Target is not { } target)
        {
            yield break;
        }

        if (capture.TargetFreeBytes is not { } free)
        {
            yield return new CaptureFinding("RemoteTarget", CaptureSeverity.Note, $"Dumps go to {target}; how much space is free there is not known.", null);
        }
        else if (free < capture.ExpectedBytes)
        {
            // Compressed it is a half to a fifth of that.
            bool hopeless = free < capture.ExpectedBytes / 5;
            yield return new CaptureFinding(
                "TargetFull",
                hopeless ? CaptureSeverity.Problem : CaptureSeverity.Warning,
                $"{free / 1048576} MB are free in {target}; a dump takes up to {capture.ExpectedBytes / 1048576} MB before it is compressed.",
                "Make room there, or let dumps go elsewhere.");
        }
    }
}
