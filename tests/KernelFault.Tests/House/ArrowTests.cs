using Xunit.Abstractions;

namespace KernelFault.Tests.House;

/// <summary>
/// Who may know whom: <c>Memory ← Formats ← Dumps ← Kernels ← Unwinding ← Analysis</c> and
/// <c>Hosts ← (Drivers Servicing Verification Events Health) ← Playbooks</c>; the doors know the engine, the engine no door.
/// </summary>
public class ArrowTests(ITestOutputHelper output)
{
    private static readonly string[] s_hostUsers = ["Drivers", "Servicing", "Verification", "Tracing", "Events", "Health"];

    // What each part may name besides itself; Polyfills and the root namespace are nobody's.
    private static readonly Dictionary<string, string[]> s_allowed = new()
    {
        ["Memory"] = [],
        ["Formats"] = ["Memory"],
        ["Dumps"] = ["Memory", "Formats"],
        ["Kernels"] = ["Memory", "Formats", "Dumps"],
        ["Unwinding"] = ["Memory", "Formats", "Dumps", "Kernels"],
        ["Knowledge"] = [],
        ["Analysis"] = ["Memory", "Formats", "Dumps", "Kernels", "Unwinding", "Knowledge", "Drivers"],
        ["Hosts"] = ["Formats"],
        ["Drivers"] = ["Memory", "Formats", "Hosts"],
        ["Servicing"] = ["Formats", "Knowledge", "Hosts"],
        ["Verification"] = ["Formats", "Knowledge", "Hosts"],
        ["Events"] = ["Formats", "Hosts"],
        ["Tracing"] = ["Memory", "Formats", "Hosts"],
        ["Health"] = ["Formats", "Hosts"],
        ["Playbooks"] = ["Memory", "Formats", "Dumps", "Kernels", "Unwinding", "Knowledge", "Analysis", "Hosts", .. s_hostUsers],
        ["Reports"] = ["Memory", "Formats", "Dumps", "Kernels", "Unwinding", "Knowledge", "Analysis", "Hosts", "Playbooks", .. s_hostUsers],
    };

    private static readonly string s_engine = typeof(KernelFault.Memory.VirtualAddress).Assembly.Location;

    [Fact]
    public void NoPartOfTheEngineKnowsWhatLiesAboveIt()
    {
        var broken = new List<string>();
        foreach (((string from, string to), string where) in NamespaceReferences.Of(s_engine))
        {
            string below = PartOf(from);
            string above = PartOf(to);
            if (below.Length == 0 || above.Length == 0 || below == above)
            {
                continue;
            }

            output.WriteLine($"{below} -> {above} ({where})");
            if (!s_allowed.TryGetValue(below, out string[]? allowed) || !allowed.Contains(above))
            {
                broken.Add($"{below} -> {above} in {where}");
            }
        }

        Assert.Empty(broken.Distinct());
    }

    [Fact]
    public void TheEngineKnowsNoDoorAndNoPowerShell()
    {
        string[] forbidden = ["System.Management.Automation", "KernelFault.Cmdlets", "KernelFault.Cli", "KernelFault.Loader", "Spectre.Console", "System.CommandLine"];

        Assert.Empty(NamespaceReferences.Assemblies(s_engine).Intersect(forbidden));
    }

    [Fact]
    public void TheWalkSeesWhatMethodBodiesName()
    {
        // A guard for the guard: Analysis opens dumps in a method body only.
        Assert.Contains(NamespaceReferences.Of(s_engine), reference => reference.Key == ("KernelFault.Analysis", "KernelFault.Dumps.Windows"));
    }

    private static string PartOf(string name)
    {
        string[] parts = name.Split('.');
        return parts.Length > 1 && parts[0] == "KernelFault" ? parts[1] : string.Empty;
    }
}
