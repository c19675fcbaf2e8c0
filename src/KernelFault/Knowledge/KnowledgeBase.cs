using System.Globalization;

namespace KernelFault.Knowledge;

/// <summary>What is known about stop codes, status values, drivers, causes and remedies; data files, not code.</summary>
/// <remarks>Immutable to its users and safe for any number of threads. Each data file is opened at its first use, and of it only the entry asked for is parsed.</remarks>
public sealed class KnowledgeBase
{
    private const uint MinidumpFlag = 0x10000000;

    private static readonly char[] PathSeparators = ['\\', '/'];
    private static readonly string[] CopyPrefixes = ["dump_", "hiber_"];

    private readonly KnowledgeFile<BugCheckInfo> _bugChecks;
    private readonly KnowledgeFile<NtStatusInfo> _statuses = new("ntstatus.json", "code", KnowledgeEntries.ReadStatus);
    private readonly KnowledgeFile<NtStatusInfo> _hresults = new("hresults.json", "code", KnowledgeEntries.ReadStatus);
    private readonly KnowledgeFile<string> _causes = new("causes.json", "tag", KnowledgeEntries.ReadCause);
    private readonly KnowledgeFile<NextStepInfo> _nextSteps = new("next-steps.json", "tag", KnowledgeEntries.ReadNextStep);
    private readonly KnowledgeFile<FaultClassInfo> _faultClasses = new("fault-classes.json", "name", KnowledgeEntries.ReadFaultClass);
    private readonly KnowledgeFile<DriverFacts> _drivers = new("drivers.json", "name", KnowledgeEntries.ReadDriver);
    private readonly Lazy<IReadOnlyList<BugCheckInfo>> _allBugChecks;
    private readonly Lazy<List<string>> _driverPatterns;

    private KnowledgeBase()
    {
        var valueSets = new KnowledgeFile<BugCheckValueSet>("value-sets.json", "name", KnowledgeEntries.ReadValueSet);
        _bugChecks = new KnowledgeFile<BugCheckInfo>("bugchecks.json", "code", new BugCheckReader(valueSets).Read);
        _allBugChecks = new Lazy<IReadOnlyList<BugCheckInfo>>(() => [.. _bugChecks.All().OrderBy(info => info.Code)]);

        _driverPatterns = new Lazy<List<string>>(SortDriverPatterns);
    }

    /// <summary>The knowledge that ships with this library.</summary>
    public static KnowledgeBase Default { get; } = new();

    /// <summary>Every stop code, by number. The first use parses all of them.</summary>
    public IReadOnlyList<BugCheckInfo> BugChecks => _allBugChecks.Value;

    /// <summary>The documented number of a stop code as a dump stores it: some codes carry 0x10000000 in small dumps.</summary>
    /// <param name="code">The code as stored, such as 0x1000007E.</param>
    /// <returns>The code without that flag, such as 0x7E.</returns>
    public static uint FoldMinidumpFlag(uint code) => (code & 0xF0000000) == MinidumpFlag ? code & ~MinidumpFlag : code;

    /// <summary>Looks a stop code up.</summary>
    /// <param name="code">The code; the flag of small dumps is folded in, so 0x1000007E finds 0x7E.</param>
    /// <returns>What is known; null when the code is not.</returns>
    public BugCheckInfo? FindBugCheck(uint code) =>
        _bugChecks.Find("0x" + FoldMinidumpFlag(code).ToString("X", CultureInfo.InvariantCulture));

    /// <summary>Looks stop codes up by name.</summary>
    /// <param name="nameOrWildcard">
    /// A symbolic name, with <c>*</c> and <c>?</c> as wildcards, in any case and with spaces or underscores. Without a
    /// wildcard, other names people use are found too: <see cref="BugCheckInfo.Note"/> then says so.
    /// </param>
    /// <returns>The codes, by number; empty when none matches.</returns>
    public IReadOnlyList<BugCheckInfo> FindBugChecks(string nameOrWildcard)
    {
        if (nameOrWildcard is null)
        {
            throw new ArgumentNullException(nameof(nameOrWildcard));
        }

        string pattern = NormalizeName(nameOrWildcard);
        var found = new List<BugCheckInfo>();
        foreach (BugCheckInfo info in BugChecks)
        {
            if (WildcardPattern.Matches(pattern, info.Name))
            {
                found.Add(info);
            }
        }

        if (found.Count == 0 && !WildcardPattern.IsPattern(pattern))
        {
            foreach (BugCheckInfo info in BugChecks)
            {
                ConfusedName? other = info.AlsoSearchedAs.FirstOrDefault(name => WildcardPattern.Matches(pattern, NormalizeName(name.Name)));
                if (other is not null)
                {
                    found.Add(info with { Note = other.Note });
                }
            }
        }

        return found;
    }

    /// <summary>Looks an NTSTATUS value up.</summary>
    /// <param name="status">The value, 32 bits.</param>
    /// <returns>What is known; null when the value is not.</returns>
    public NtStatusInfo? FindStatus(uint status) => _statuses.Find("0x" + status.ToString("X8", CultureInfo.InvariantCulture));

    /// <summary>Looks an HRESULT up.</summary>
    /// <param name="hresult">The value, 32 bits.</param>
    /// <returns>What is known; null when the value is not.</returns>
    public NtStatusInfo? FindHResult(uint hresult)
    {
        // HRESULT_FROM_NT: an NTSTATUS with FACILITY_NT_BIT set.
        const uint FacilityNtBit = 0x10000000;
        return _hresults.Find("0x" + hresult.ToString("X8", CultureInfo.InvariantCulture))
            ?? ((hresult & FacilityNtBit) != 0 ? FindStatus(hresult & ~FacilityNtBit) : null);
    }

    /// <summary>Looks a driver up by its file name.</summary>
    /// <param name="fileName">A file name or a path; <c>dump_</c> and <c>hiber_</c> copies are those of the driver they copy.</param>
    /// <returns>What is known by the name alone; null when nothing is.</returns>
    public DriverFacts? FindDriver(string fileName)
    {
        if (fileName is null)
        {
            throw new ArgumentNullException(nameof(fileName));
        }

        string name = fileName.Substring(fileName.LastIndexOfAny(PathSeparators) + 1).Trim();
        return FindDriverByName(name) ?? (StripCopyPrefix(name) is { } copied ? FindDriverByName(copied) : null);
    }

    /// <summary>What a cause tag says.</summary>
    /// <param name="tag">A tag of <see cref="BugCheckInfo.Causes"/> or <see cref="FaultClassInfo.Causes"/>.</param>
    /// <returns>A sentence; null when there is no such tag.</returns>
    public string? Cause(string tag) => _causes.Find(tag);

    /// <summary>What a next-step tag says.</summary>
    /// <param name="tag">A tag of <see cref="BugCheckInfo.NextSteps"/> or <see cref="FaultClassInfo.NextSteps"/>.</param>
    /// <returns>The step; null when there is no such tag.</returns>
    public NextStepInfo? NextStep(string tag) => _nextSteps.Find(tag);

    /// <summary>What is known about a class of faults.</summary>
    /// <param name="name">Name of the class, such as <c>NullDereference</c>.</param>
    /// <returns>Its causes and steps; null when there is no such class.</returns>
    public FaultClassInfo? FaultClass(string name) => _faultClasses.Find(name);

    /// <summary>Windows loads second copies of the storage drivers under such names, to write the dump or the hibernation file.</summary>
    private static string? StripCopyPrefix(string name)
    {
        foreach (string prefix in CopyPrefixes)
        {
            if (name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            {
                return name.Substring(prefix.Length);
            }
        }

        return null;
    }

    private DriverFacts? FindDriverByName(string name)
    {
        // Names that hold a star themselves come from damaged dumps; they must not find a pattern by its own text.
        if (name.Length == 0 || WildcardPattern.IsPattern(name))
        {
            return null;
        }

        DriverFacts? exact = _drivers.Find(name);
        if (exact is not null)
        {
            return exact;
        }

        string? pattern = _driverPatterns.Value.Find(pattern => WildcardPattern.Matches(pattern, name));
        return pattern is null ? null : _drivers.Find(pattern);
    }

    /// <summary>The patterns, the one that says most first: <c>nvlddmkm*</c> before <c>nv*</c>.</summary>
    private List<string> SortDriverPatterns()
    {
        var patterns = new List<string>();
        foreach (string pattern in _drivers.Keys)
        {
            if (WildcardPattern.IsPattern(pattern))
            {
                patterns.Add(pattern);
            }
        }

        patterns.Sort(static (left, right) => right.Length - left.Length);
        return patterns;
    }

    private static string NormalizeName(string name) => name.Trim().Replace(' ', '_').Replace('-', '_');
}
