using KernelFault.Hosts;

namespace KernelFault.Tests.Verification;

/// <summary>Recordings of machines with Driver Verifier, built after the layout of its outputs; <c>DriverVerifier.Tests.ps1</c> plays them too.</summary>
internal static class Recordings
{
    internal static string Folder(string name) => Path.Combine(Corpus.RepositoryRoot, "tests", "KernelFault.Tests", "Verification", "Recordings", name);

    internal static HostRecording Load(string name) => HostRecording.Load(Folder(name));

    internal static RecordedHost Host(string name) => new("PC1", Load(name));

    /// <summary>A recording with another answer of a script.</summary>
    internal static RecordedHost Host(string name, string script, Func<string, string> change)
    {
        HostRecording recording = Load(name);
        return new RecordedHost("PC1", recording with { Scripts = [.. recording.Scripts.Select(s => s.Name == script ? new RecordedScript(s.Name, change(s.Output)) : s)] });
    }
}
