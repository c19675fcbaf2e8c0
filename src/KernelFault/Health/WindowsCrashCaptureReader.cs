using System.Globalization;
using System.Text.Json;
using KernelFault.Formats;
using KernelFault.Hosts;

namespace KernelFault.Health;

/// <summary>Asks a Windows machine, running or not, what it would keep of a crash.</summary>
internal static class WindowsCrashCaptureReader
{
    private const int MaximumPageFiles = 64;
    private const long MegaByte = 1024 * 1024;

    /// <summary>Asks.</summary>
    /// <param name="host">The machine.</param>
    /// <param name="control">Its registry values.</param>
    /// <param name="cancellation">Ends the work at once.</param>
    /// <returns>What it would keep.</returns>
    internal static WindowsCrashCapture Read(IHost host, CrashControl control, CancellationToken cancellation)
    {
        (long? memory, bool? domain, long? free) = host.Kind == HostKind.OfflineWindows ? (null, null, null) : Facts(host, control.DumpFile, cancellation);
        return new WindowsCrashCapture
        {
            DumpType = Type(control),
            DumpFile = control.DumpFile,
            MinidumpFolder = control.MinidumpFolder,
            MinidumpCount = control.Number("MinidumpsCount"),
            Overwrites = control.Number("Overwrite") != 0,
            DumpFileExists = Exists(host, control.DumpFile, cancellation),
            RestartsAutomatically = control.Number("AutoReboot") is not (null or 0),
            WritesEvent = control.Number("LogEvent") is not (null or 0),
            AlwaysKeeps = control.Number("AlwaysKeepMemoryDump") is not (null or 0),
            DedicatedDumpFile = control.DedicatedDumpFile,
            DedicatedDumpFileBytes = control.DedicatedDumpFile is not null && control.Number("DumpFileSize") is { } size and > 0 ? size * MegaByte : null,
            IgnoresPageFileSize = control.Number("IgnorePagefileSize") is not (null or 0),
            PageFiles = [.. control.PagingFiles.Take(MaximumPageFiles).Select(text => PageFile(control.Expand(text))).OfType<WindowsPageFile>()],
            SystemDrive = control.SystemDrive,
            MemoryBytes = memory,
            FreeBytes = free,
            IsInDomain = domain,
        };
    }

    /// <summary>The dump type that the registry says; null for none, and for one that is not documented.</summary>
    internal static WindowsDumpType? Type(CrashControl control) => control.Number("CrashDumpEnabled") switch
    {
        0 => WindowsDumpType.None,
        1 => control.Number("FilterPages") == 1 ? WindowsDumpType.Active : WindowsDumpType.Complete,
        2 => WindowsDumpType.Kernel,
        3 => WindowsDumpType.Small,
        7 => WindowsDumpType.Automatic,
        _ => null,
    };

    // "C:\pagefile.sys 4096 8192": sizes in megabytes, 0 0 or none where Windows chooses.
    private static WindowsPageFile? PageFile(string text)
    {
        string[] parts = text.Trim().Split([' '], StringSplitOptions.RemoveEmptyEntries);
        int numbers = Enumerable.Reverse(parts).TakeWhile(part => long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out _)).Take(2).Count();
        if (parts.Length == numbers)
        {
            return null;
        }

        long Number(int fromEnd) => numbers >= fromEnd && long.TryParse(parts[parts.Length - fromEnd], NumberStyles.None, CultureInfo.InvariantCulture, out long value) && value < 1L << 32 ? value * MegaByte : 0;
        return new WindowsPageFile(PrintableText.Clean(string.Join(" ", parts.Take(parts.Length - numbers))), numbers == 2 ? Number(2) : 0, Number(1));
    }

    private static bool? Exists(IHost host, string path, CancellationToken cancellation)
    {
        try
        {
            return host.FindFile(path, cancellation) is { IsFolder: false };
        }
        catch (HostException e) when (e.Kind is HostErrorKind.AccessDenied or HostErrorKind.Failed)
        {
            return null;
        }
    }

    private static (long? Memory, bool? Domain, long? Free) Facts(IHost host, string dumpFile, CancellationToken cancellation)
    {
        string drive = dumpFile.Length > 2 && dumpFile[1] == ':' ? dumpFile.Substring(0, 2) : "C:";
        ScriptResult result = host.RunScript(
            new ScriptCall("windows-crash-facts", HostScript.Read("Health.windows-crash-facts.ps1")) { Json = JsonSerializer.Serialize(new Dictionary<string, string> { ["drive"] = drive }), Timeout = TimeSpan.FromMinutes(1) },
            cancellation);
        try
        {
            using JsonDocument document = JsonDocument.Parse(result.Output);
            JsonElement facts = document.RootElement;
            return (Number(facts, "memory"), facts.TryGetProperty("domain", out JsonElement domain) && domain.ValueKind is JsonValueKind.True or JsonValueKind.False ? domain.GetBoolean() : null, Number(facts, "free"));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new HostException(host.Name, HostErrorKind.Failed, "What it says of its memory and disks is damaged. " + PrintableText.Clean(result.Errors.Count > 0 ? result.Errors[0] : null), e);
        }
    }

    private static long? Number(JsonElement facts, string name) =>
        facts.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long number) && number >= 0 ? number : null;
}
