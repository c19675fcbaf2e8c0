namespace KernelFault.Verification;

/// <summary>Something that Driver Verifier checks.</summary>
public sealed record DriverVerifierFlag
{
    /// <summary>Its bit, as <c>verifier /flags</c> takes it and <c>VerifyDriverLevel</c> has it.</summary>
    public required long Value { get; init; }

    /// <summary>The word for it here: what <c>-Flag</c> takes, such as <c>SpecialPool</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Its name as Windows has it in English.</summary>
    public required string Name { get; init; }

    /// <summary>Whether it belongs to the standard settings (<c>verifier /standard</c>, 0x209BB).</summary>
    public required bool IsStandard { get; init; }

    /// <summary>Whether it counts from the next start only; the others can be set while the machine runs.</summary>
    public required bool NeedsRestart { get; init; }

    /// <summary>Whether it makes calls fail or wait on purpose, which hits programs too.</summary>
    public required bool InjectsFaults { get; init; }

    /// <summary>Versions of Windows that know it.</summary>
    public required string Versions { get; init; }

    /// <summary>What it catches.</summary>
    public required string Catches { get; init; }

    /// <summary>What it costs.</summary>
    public required string Cost { get; init; }

    /// <summary>All documented flags, by bit.</summary>
    public static IReadOnlyList<DriverVerifierFlag> All => DriverVerifierData.Flags;

    /// <summary>Finds a flag by its id or its name.</summary>
    /// <param name="name">In any case.</param>
    /// <returns>Null when there is none.</returns>
    public static DriverVerifierFlag? Find(string name) =>
        All.FirstOrDefault(flag => string.Equals(flag.Id, name, StringComparison.OrdinalIgnoreCase) || string.Equals(flag.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Names for the bits of a level.</summary>
    /// <param name="level">Bits.</param>
    /// <returns>Ids by bit; a bit without a name as its number, such as <c>0x00100000</c>.</returns>
    public static IReadOnlyList<string> Names(long level)
    {
        var names = new List<string>();
        for (int bit = 0; bit < 32; bit++)
        {
            long value = 1L << bit;
            if ((level & value) != 0)
            {
                names.Add(All.FirstOrDefault(flag => flag.Value == value)?.Id ?? FormattableString.Invariant($"0x{value:X8}"));
            }
        }

        return names.ToArray();
    }

    /// <inheritdoc/>
    public override string ToString() => Id;
}
