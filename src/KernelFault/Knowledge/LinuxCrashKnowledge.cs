using System.Text.Json;

namespace KernelFault.Knowledge;

/// <summary>What kinds of Linux crashes mean, from <c>linux-crashes.json</c>, <c>linux-taint.json</c> and <c>linux-subsystems.json</c>.</summary>
internal sealed class LinuxCrashKnowledge
{
    private readonly Dictionary<string, CrashMeaning> _kinds;
    private readonly CrashMeaning _unknown;
    private readonly Dictionary<char, TaintMeaning> _taint;
    private readonly KeyValuePair<string, string>[] _folders;
    private readonly KeyValuePair<string, string>[] _functions;

    private LinuxCrashKnowledge()
    {
        (_kinds, _unknown) = LinuxKnowledge.Read("linux-crashes.json", ReadKinds);
        _taint = LinuxKnowledge.Read("linux-taint.json", root => root.GetProperty("flags").EnumerateArray().ToDictionary(
            f => Text(f, "letter")[0],
            f => new TaintMeaning(Text(f, "name"), Text(f, "meaning"), Text(f, "weight") == "notable", Text(f, "weight") == "none")));
        (_folders, _functions) = LinuxKnowledge.Read("linux-subsystems.json", root => (Longest(root, "folders"), Longest(root, "functions")));
    }

    /// <summary>The knowledge that ships with the library.</summary>
    internal static LinuxCrashKnowledge Shipped { get; } = new();

    /// <summary>The kinds that are known.</summary>
    internal IEnumerable<string> Kinds => _kinds.Keys;

    /// <summary>What a kind of crash means.</summary>
    /// <param name="kind">The kind; null for a headline that no rule knows.</param>
    internal CrashMeaning Of(string? kind) => kind is not null && _kinds.TryGetValue(kind, out CrashMeaning? meaning) ? meaning : _unknown;

    /// <summary>What a taint letter means.</summary>
    /// <returns>The meaning; null for a letter that is not known.</returns>
    internal TaintMeaning? Taint(char letter) => _taint.TryGetValue(letter, out TaintMeaning? meaning) ? meaning : null;

    /// <summary>The part of the kernel a file or function belongs to.</summary>
    /// <returns>The part; null when not known.</returns>
    internal string? Subsystem(string? file, string? function) => Find(_folders, file) ?? Find(_functions, function?.TrimStart('_')) ?? Find(_functions, function);

    private static string? Find(KeyValuePair<string, string>[] known, string? name)
    {
        foreach (KeyValuePair<string, string> entry in known)
        {
            if (name is not null && name.StartsWith(entry.Key, StringComparison.Ordinal))
            {
                return entry.Value;
            }
        }

        return null;
    }

    private static KeyValuePair<string, string>[] Longest(JsonElement root, string property) =>
        root.GetProperty(property).EnumerateObject()
            .Select(p => new KeyValuePair<string, string>(p.Name, p.Value.GetString()!))
            .OrderByDescending(p => p.Key.Length)
            .ToArray();

    private static (Dictionary<string, CrashMeaning> Kinds, CrashMeaning Unknown) ReadKinds(JsonElement root)
    {
        JsonElement playbooks = root.GetProperty("playbooks");
        var steps = root.GetProperty("steps").EnumerateObject().ToDictionary(
            s => s.Name, s => new CrashStep(s.Name, s.Value.GetString()!, playbooks.TryGetProperty(s.Name, out JsonElement playbook) ? playbook.GetString() : null), StringComparer.Ordinal);
        return (
            root.GetProperty("kinds").EnumerateArray().ToDictionary(k => Text(k, "kind"), k => Meaning(k, steps), StringComparer.Ordinal),
            Meaning(root.GetProperty("unknown"), steps));
    }

    private static CrashMeaning Meaning(JsonElement entry, Dictionary<string, CrashStep> steps) => new(
        Text(entry, "meaning"),
        entry.GetProperty("causes").EnumerateArray().Select(c => c.GetString()!).ToArray(),
        entry.GetProperty("steps").EnumerateArray().Select(s => steps[s.GetString()!]).ToArray());

    private static string Text(JsonElement element, string property) => element.GetProperty(property).GetString()!;

    /// <summary>What a kind of crash means.</summary>
    /// <param name="Meaning">One sentence.</param>
    /// <param name="Causes">The likeliest first.</param>
    /// <param name="Steps">What to do, in order.</param>
    internal sealed record CrashMeaning(string Meaning, IReadOnlyList<string> Causes, IReadOnlyList<CrashStep> Steps);

    /// <summary>Something to do after a crash.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Text">What, in a sentence; <c>{culprit}</c> stands for the module.</param>
    /// <param name="Playbook">The playbook that does it; null when a person must.</param>
    internal sealed record CrashStep(string Name, string Text, string? Playbook);

    /// <summary>What a taint letter means.</summary>
    /// <param name="Name">Its name in the kernel.</param>
    /// <param name="Meaning">One sentence.</param>
    /// <param name="IsNotable">True when it weighs on the question of blame.</param>
    /// <param name="IsAbsence">True for the letter that says that nothing is wrong.</param>
    internal sealed record TaintMeaning(string Name, string Meaning, bool IsNotable, bool IsAbsence);
}
