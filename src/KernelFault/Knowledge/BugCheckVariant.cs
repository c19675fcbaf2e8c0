namespace KernelFault.Knowledge;

/// <summary>Values of a parameter that hold for some Windows builds or processors only.</summary>
public sealed record BugCheckVariant
{
    /// <summary>First build it holds for; null for all before <see cref="BeforeBuild"/>.</summary>
    public uint? FromBuild { get; init; }

    /// <summary>First build it no longer holds for; null for all from <see cref="FromBuild"/> on.</summary>
    public uint? BeforeBuild { get; init; }

    /// <summary>Processor architectures in lower case (<c>x64</c>, <c>x86</c>, <c>arm64</c>, <c>arm</c>); empty for all.</summary>
    public IReadOnlyList<string> Architectures { get; init; } = [];

    /// <summary>What it holds there, where that differs; null when it does not.</summary>
    public string? Meaning { get; init; }

    /// <summary>What single values or ranges of values mean.</summary>
    public IReadOnlyList<BugCheckValue> Values { get; init; } = [];
}
