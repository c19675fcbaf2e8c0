using System.Globalization;

namespace KernelFault.Health;

// What a dump needs, from "Overview of memory dump file options for Windows" and "Introduction to page files": a small one 2 MB on the
// drive of Windows, a complete one all memory and 257 MB. What the kernel's memory needs is known only when it is written; a third of
// all memory is seldom exceeded, and Windows itself takes no more than 32 GB for it.

/// <summary>Says whether a crash of a Windows machine would leave a dump, and why not.</summary>
internal static class WindowsCrashCaptureJudge
{
    private const long MegaByte = 1024 * 1024;
    private const long SmallNeed = 2 * MegaByte;
    private const long CompleteExtra = 257 * MegaByte;
    private const long KernelMost = 32L * 1024 * MegaByte;
    private const long KeepsAbove = 25L * 1024 * MegaByte;

    /// <summary>Judges.</summary>
    /// <param name="capture">What the machine would do.</param>
    /// <returns>What speaks for and against a dump.</returns>
    internal static IEnumerable<CaptureFinding> Findings(WindowsCrashCapture capture)
    {
        if (capture.DumpType is WindowsDumpType.None)
        {
            yield return new CaptureFinding("DumpOff", CaptureSeverity.Problem, "Windows writes nothing at a stop error (CrashDumpEnabled is 0).", "Set-CrashCapture -DumpType Automatic");
            yield break;
        }

        if (capture.DumpType is null)
        {
            yield return new CaptureFinding("DumpTypeUnknown", CaptureSeverity.Warning, "CrashDumpEnabled is missing or has a value that Windows does not document.", "Set-CrashCapture -DumpType Automatic");
        }

        foreach (CaptureFinding finding in capture.DedicatedDumpFile is null ? PageFile(capture) : Dedicated(capture))
        {
            yield return finding;
        }

        foreach (CaptureFinding finding in File(capture))
        {
            yield return finding;
        }

        if (capture.DumpType == WindowsDumpType.Small)
        {
            yield return new CaptureFinding("SmallOnly", CaptureSeverity.Note, "Only a small dump is written: enough to name a driver, not to look at memory.", "Set-CrashCapture -DumpType Automatic");
        }

        if (!capture.RestartsAutomatically)
        {
            yield return new CaptureFinding("StaysDown", CaptureSeverity.Note, "After a stop error the machine stands still until somebody restarts it; the dump is complete only after that.", "Set-CrashCapture -AutomaticRestart $true");
        }
    }

    private static IEnumerable<CaptureFinding> PageFile(WindowsCrashCapture capture)
    {
        // "?:" is every drive that Windows chooses, that of Windows first.
        WindowsPageFile? file = capture.PageFiles.FirstOrDefault(one => one.Path.StartsWith("?:", StringComparison.Ordinal) || one.Path.StartsWith(capture.SystemDrive, StringComparison.OrdinalIgnoreCase));
        if (file is null)
        {
            yield return new CaptureFinding(
                "NoPageFile",
                CaptureSeverity.Problem,
                $"There is no page file on {capture.SystemDrive}, the drive of Windows, and no dedicated dump file: a dump has nowhere to go.",
                "Set-CrashCapture -PageFile Automatic, or -DedicatedDumpFile on a drive with room.");
            yield break;
        }

        if (!file.IsManaged && !capture.IgnoresPageFileSize && Room(capture, file.MaximumBytes, "PageFileSmall", $"The page file {file.Path} may grow to {Size(file.MaximumBytes)}", "Set-CrashCapture -PageFile Automatic, or -DumpType Kernel.") is { } finding)
        {
            yield return finding;
        }
    }

    private static IEnumerable<CaptureFinding> Dedicated(WindowsCrashCapture capture)
    {
        if (capture.DedicatedDumpFileBytes is { } bytes && Room(capture, bytes, "DedicatedFileSmall", $"The dedicated dump file {capture.DedicatedDumpFile} has {Size(bytes)}", "Let Windows choose its size: remove DumpFileSize, or give more.") is { } finding)
        {
            yield return finding;
        }
    }

    private static IEnumerable<CaptureFinding> File(WindowsCrashCapture capture)
    {
        if (capture.DumpType == WindowsDumpType.Small)
        {
            yield break;
        }

        if (!capture.Overwrites && capture.DumpFileExists != false)
        {
            yield return capture.DumpFileExists == true
                ? new CaptureFinding("OldDumpStays", CaptureSeverity.Problem, $"{capture.DumpFile} exists and is not overwritten: the next crash leaves only a small dump.", "Save-CrashDump, then move the file away or use Set-CrashCapture -Overwrite $true.")
                : new CaptureFinding("OldDumpStays", CaptureSeverity.Warning, $"Dumps are not overwritten: if {capture.DumpFile} exists, the next crash leaves only a small dump.", "Set-CrashCapture -Overwrite $true");
        }

        if (capture.FreeBytes is { } free && Room(capture, free, "DiskNearlyFull", $"{Size(free)} are free for {capture.DumpFile}", "Make room there, or Set-CrashCapture -DumpFile on another drive.") is { } finding)
        {
            yield return finding;
        }

        if (capture is { AlwaysKeeps: false, IsInDomain: not true, FreeBytes: < KeepsAbove })
        {
            yield return new CaptureFinding(
                "MayBeDeleted", CaptureSeverity.Warning, $"Less than 25 GB are free for {capture.DumpFile}: outside of a domain Windows deletes the dump after it has reported it.", "Set-CrashCapture -KeepDump $true");
        }
    }

    private static CaptureFinding? Room(WindowsCrashCapture capture, long bytes, string id, string text, string remedy)
    {
        switch (capture.DumpType)
        {
            case WindowsDumpType.Small:
                return bytes < SmallNeed ? new CaptureFinding(id, CaptureSeverity.Problem, $"{text}; a small dump needs 2 MB.", remedy) : null;
            case WindowsDumpType.Complete when capture.MemoryBytes is { } memory:
                return bytes < memory + CompleteExtra ? new CaptureFinding(id, CaptureSeverity.Problem, $"{text}; a complete dump needs {Size(memory + CompleteExtra)}.", remedy) : null;
            case not null when capture.MemoryBytes is { } memory:
                long need = Math.Min(memory / 3, KernelMost);
                return bytes < need
                    ? new CaptureFinding(id, bytes < need / 8 ? CaptureSeverity.Problem : CaptureSeverity.Warning, $"{text}; the kernel's memory can take {Size(need)}, a third of {Size(memory)}.", remedy)
                    : null;
            default:
                return bytes < SmallNeed ? new CaptureFinding(id, CaptureSeverity.Problem, $"{text}; that is too little for any dump.", remedy) : null;
        }
    }

    private static string Size(long bytes) => string.Format(CultureInfo.InvariantCulture, "{0:#,0} MB", bytes / MegaByte);
}
