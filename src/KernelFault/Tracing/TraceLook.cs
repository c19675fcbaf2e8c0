using KernelFault.Hosts;

namespace KernelFault.Tracing;

/// <summary>What a machine's kernel lets one trace.</summary>
internal sealed class TraceLook
{
    // What compilers append to the name of a function of which they made a variant that is called in its place. The kernel's
    // '.cold' is a part of a function and no entry to it.
    private const string Suffix = "([.](isra|constprop|part|llvm)[.][0-9]+)*";

    private readonly List<TraceSymbol> _symbols = [];
    private readonly HashSet<string> _refused = new(StringComparer.Ordinal);
    private readonly HashSet<string> _tracepoints = new(StringComparer.Ordinal);
    private readonly List<string> _like = [];

    private TraceLook(string[] lines)
    {
        foreach (string line in lines)
        {
            string[] parts = line.Split('\t');
            if (parts.Length < 2)
            {
                continue;
            }

            switch (parts[0])
            {
                case "folder" when parts[1] is "/sys/kernel/tracing" or "/sys/kernel/debug/tracing":
                    Folder = parts[1];
                    break;
                case "instances":
                    HasInstances = true;
                    break;
                case "kprobes":
                    HasKprobes = true;
                    break;
                case "enabled":
                    KprobesDisabled = parts[1].Trim() == "0";
                    break;
                case "lockdown":
                    IsLockedDown = parts[1].Contains("[confidentiality]");
                    break;
                case "tracepoint":
                    _tracepoints.Add(parts[1]);
                    break;
                case "symbol" when TraceSymbol.Parse(parts[1], parts.Length > 2 ? parts[2] : null) is { } symbol:
                    _symbols.Add(symbol);
                    break;
                case "refused":
                    _refused.Add(parts[parts.Length - 1]);
                    break;
                case "like" when TraceSymbol.Parse(parts[1], null) is { } symbol:
                    _like.Add(symbol.Name);
                    break;
                default:
                    break;
            }
        }
    }

    /// <summary>Folder of tracefs; null when it is not mounted.</summary>
    internal string? Folder { get; }

    /// <summary>Whether traces can have buffers of their own.</summary>
    internal bool HasInstances { get; }

    /// <summary>Whether kprobes can be set by files.</summary>
    internal bool HasKprobes { get; }

    /// <summary>Whether kprobes are switched off.</summary>
    internal bool KprobesDisabled { get; }

    /// <summary>Whether the kernel is locked down so far that it shows nothing of itself.</summary>
    internal bool IsLockedDown { get; }

    /// <summary>Functions with a similar name, when none has one of the asked.</summary>
    internal IReadOnlyList<string> Like => [.. _like.Distinct()];

    /// <summary>Asks a machine.</summary>
    /// <param name="host">The machine; it runs Linux.</param>
    /// <param name="alias">The function; its names are checked.</param>
    /// <param name="cancellation">Ends the work at once.</param>
    /// <exception cref="HostException">The machine does not answer.</exception>
    internal static TraceLook Read(IHost host, FunctionAlias alias, CancellationToken cancellation)
    {
        string names = "(" + string.Join("|", alias.Names.Concat(alias.Instead).Select(Escape)) + ")" + Suffix;
        string word = Escape(alias.Names[0].Trim('_'));
        var call = new ProgramCall("/bin/sh", ["-s", names, word.Length == 0 ? Escape(alias.Names[0]) : word, .. alias.Tracepoints])
        {
            Input = TraceScript.Look,
            MaximumOutput = 1024 * 1024,
            Timeout = TimeSpan.FromMinutes(2),
        };
        ProgramResult result = host.Run(call, cancellation);
        string[] lines = ProgramText.Decode(result.Output).Split('\n');
        return lines.Contains("end")
            ? new TraceLook(lines)
            : throw new HostException(host.Name, HostErrorKind.Failed, $"The machine did not tell what can be traced (exit code {result.ExitCode}): {ProgramText.Decode(result.Error).Trim()}");
    }

    /// <summary>The kernel's symbols of a function: itself, and what the compiler made of it.</summary>
    /// <param name="name">The function.</param>
    /// <returns>Itself first; empty when there is none.</returns>
    internal IReadOnlyList<TraceSymbol> Find(string name) =>
        [.. _symbols.Where(symbol => symbol.Name == name || symbol.Name.StartsWith(name + ".", StringComparison.Ordinal)).OrderBy(symbol => symbol.Name.Length)];

    /// <summary>Whether the kernel's blacklist has it.</summary>
    /// <param name="symbol">The symbol.</param>
    internal bool IsRefused(TraceSymbol symbol) => _refused.Contains(symbol.Name);

    /// <summary>Whether there is such a tracepoint.</summary>
    /// <param name="name">As <c>system/name</c>.</param>
    internal bool HasTracepoint(string name) => _tracepoints.Contains(name);

    private static string Escape(string name) => name.Replace(".", "[.]").Replace("$", "[$]");
}
