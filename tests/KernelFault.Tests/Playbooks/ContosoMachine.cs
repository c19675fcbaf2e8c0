using System.Text.Json.Nodes;
using KernelFault.Hosts;
using KernelFault.Tests.Playbooks.Actions;
using Recordings = KernelFault.Tests.Verification.Recordings;

namespace KernelFault.Tests.Playbooks;

/// <summary>
/// A machine with the invented driver contosonet. What verifier.exe says is built after the captured output of a machine without
/// verified drivers and Microsoft's page on it; the registry and the drivers are in the form of our scripts.
/// </summary>
internal static class ContosoMachine
{
    internal static string Sample => Path.Combine(Corpus.RepositoryRoot, "samples", "network-driver-null-write.dmp");

    internal static HostFacts Facts(int start) => Acting.Windows with { BootTime = RecordedWindows.Boot(start) };

    /// <summary>The machine between two starts.</summary>
    /// <param name="start">Which start.</param>
    /// <param name="verified">Whether Driver Verifier is set on the driver.</param>
    /// <param name="dump">Whether a crash has left a dump.</param>
    /// <param name="programs">Programs besides.</param>
    /// <param name="script">A script besides.</param>
    /// <param name="crashed">When the dump was written; just after this test began when absent.</param>
    /// <param name="content">The dump; the sample when absent.</param>
    internal static RecordedHost Play(
        int start, bool verified, bool dump = false, RecordedProgram[]? programs = null, RecordedScript? script = null, DateTime? crashed = null, byte[]? content = null)
    {
        HostRecording recording = Recordings.Load(verified ? "on-english-built" : "off-english-built");
        HostRecording off = Recordings.Load("off-english-built");
        JsonNode registry = JsonNode.Parse(recording.Scripts.Single(one => one.Name == "registry-read").Output)!;
        registry["keys"]![0]!["values"]!.AsArray().Add(JsonNode.Parse("""{"name":"PagingFiles","type":7,"data":["?:\\pagefile.sys"]}"""));
        registry["keys"]!.AsArray().Add(JsonNode.Parse("""{"key":"SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion","values":[{"name":"SystemRoot","type":1,"data":"C:\\Windows"}],"subKeys":[]}"""));
        JsonNode inventory = JsonNode.Parse(off.Scripts.Single(one => one.Name == "driver-inventory").Output)!;
        inventory["devices"] = JsonNode.Parse("""[{"id":"PCI\\1","name":"Contoso Card","service":"contosonet","class":"NET","inf":"oem3.inf","provider":"Contoso","version":"9.8.7.6"}]""");
        return new RecordedHost("PC1", recording with
        {
            Facts = Facts(start),
            Programs = [.. programs ?? [], .. recording.Programs.Where(one => programs?.Any(other => other.Program == one.Program && other.Arguments.SequenceEqual(one.Arguments)) != true)],
            Scripts =
            [
                new RecordedScript("registry-read", registry.ToJsonString()),
                new RecordedScript("driver-inventory", inventory.ToJsonString()),
                new RecordedScript("windows-crash-facts", """{"memory":17179869184,"domain":false,"free":53687091200}"""),
                .. recording.Scripts.Where(one => one.Name == "restore-points"),
                .. script is null ? Array.Empty<RecordedScript>() : [script],
            ],
            Files =
            [
                .. recording.Files,
                .. dump ? [new RecordedFile(@"C:\Windows\Minidump\112126-01.dmp", content ?? File.ReadAllBytes(Sample)) { LastWriteTime = crashed ?? DateTime.UtcNow.AddMinutes(1) }] : Array.Empty<RecordedFile>(),
            ],
        });
    }
}
