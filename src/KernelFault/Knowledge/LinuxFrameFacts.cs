using System.Text.Json;

namespace KernelFault.Knowledge;

/// <summary>Which functions and files of a Linux stack are not to blame, from <c>linux-frames.json</c>.</summary>
internal sealed class LinuxFrameFacts
{
    private readonly LinuxNamePattern[] _innocent;
    private readonly Dictionary<string, LinuxNamePattern[]> _innocentFor;
    private readonly LinuxNamePattern[] _stallAnchors;
    private readonly LinuxNamePattern[] _hungInnocent;
    private readonly LinuxNamePattern[] _files;
    private readonly KeyValuePair<string, LinuxNamePattern[]>[] _contexts;

    private LinuxFrameFacts(JsonElement root)
    {
        _innocent = Grouped(root.GetProperty("innocent"), "functions");
        _innocentFor = root.GetProperty("innocentFor").EnumerateObject().ToDictionary(p => p.Name, p => Patterns(p.Value), StringComparer.Ordinal);
        EntryPrefixes = Strings(root.GetProperty("entryPrefixes"));
        _stallAnchors = Grouped(root.GetProperty("stallAnchors"), "functions");
        JsonElement hung = root.GetProperty("hungTask");
        HungGathered = hung.GetProperty("gathered").EnumerateArray()
            .Select(g => new KeyValuePair<string, string?>(g.GetProperty("function").GetString()!, g.GetProperty("as").GetString()))
            .ToArray();
        _hungInnocent = Patterns(hung.GetProperty("innocent"));
        _files = root.GetProperty("innocentFiles").EnumerateArray()
            .SelectMany(g => Strings(g.GetProperty("files")))
            .SelectMany(f => LinuxNamePattern.Parse("^" + f + "$"))
            .ToArray();
        _contexts = root.GetProperty("contexts").EnumerateArray()
            .Select(c => new KeyValuePair<string, LinuxNamePattern[]>(c.GetProperty("context").GetString()!, Patterns(c.GetProperty("functions"))))
            .ToArray();
    }

    /// <summary>The facts that ship with the library.</summary>
    internal static LinuxFrameFacts Shipped { get; } = LinuxKnowledge.Read("linux-frames.json", root => new LinuxFrameFacts(root));

    /// <summary>What architectures and wrappers put before the name of a system call.</summary>
    internal IReadOnlyList<string> EntryPrefixes { get; }

    /// <summary>Waits on something global, told as one crash: the name's part, and what to call it (null: the function's own name).</summary>
    internal IReadOnlyList<KeyValuePair<string, string?>> HungGathered { get; }

    /// <summary>True for a function that is never to blame, or not for this kind of crash.</summary>
    /// <param name="function">The function.</param>
    /// <param name="kind">A key of <c>innocentFor</c>; null for none.</param>
    internal bool IsInnocent(string function, string? kind) =>
        Any(_innocent, function) || (kind is not null && Any(_innocentFor[kind], function));

    /// <summary>True for a function that starts other code: what it called names a stall better than where the stall was noticed.</summary>
    internal bool IsStallAnchor(string function) => Any(_stallAnchors, function);

    /// <summary>True for a function that only waits.</summary>
    internal bool OnlyWaits(string function) => Any(_hungInnocent, function);

    /// <summary>What a function is the beginning of: <c>task</c>, <c>softirq</c>, <c>irq</c> or <c>nmi</c>.</summary>
    /// <returns>The context; null for other functions.</returns>
    internal string? ContextOf(string function)
    {
        foreach (KeyValuePair<string, LinuxNamePattern[]> context in _contexts)
        {
            if (Any(context.Value, function))
            {
                return context.Key;
            }
        }

        return null;
    }

    /// <summary>True for a source file that is seldom to blame.</summary>
    internal bool IsInnocentFile(string path) => Any(_files, path);

    private static bool Any(LinuxNamePattern[] patterns, string name)
    {
        foreach (LinuxNamePattern pattern in patterns)
        {
            if (pattern.IsMatch(name))
            {
                return true;
            }
        }

        return false;
    }

    private static LinuxNamePattern[] Grouped(JsonElement groups, string property) =>
        groups.EnumerateArray().SelectMany(g => Patterns(g.GetProperty(property))).ToArray();

    private static LinuxNamePattern[] Patterns(JsonElement entries) => Strings(entries).SelectMany(LinuxNamePattern.Parse).ToArray();

    private static string[] Strings(JsonElement array) => array.EnumerateArray().Select(e => e.GetString()!).ToArray();
}
