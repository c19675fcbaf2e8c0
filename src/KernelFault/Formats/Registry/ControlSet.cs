using System.Globalization;

namespace KernelFault.Formats.Registry;

/// <summary>Finds the control set of a SYSTEM hive that stands for <c>CurrentControlSet</c>, a link that exists in a running Windows only.</summary>
internal static class ControlSet
{
    /// <summary>The control set that the machine used last.</summary>
    /// <returns>Null when the hive does not say which that is, or says one it has not.</returns>
    internal static HiveKey? Current(HiveFile hive) => Named(hive, "Current", "Default", "LastKnownGood").FirstOrDefault();

    /// <summary>The control sets that a change for the next start belongs into: the one used last and the one used next, mostly the same.</summary>
    /// <returns>Each once; empty when the hive does not say which they are.</returns>
    internal static IReadOnlyList<HiveKey> ForNextStart(HiveFile hive) =>
        [.. Named(hive, "Current", "Default").GroupBy(key => key.Cell).Select(same => same.First())];

    private static IEnumerable<HiveKey> Named(HiveFile hive, params string[] names)
    {
        HiveKey? select = hive.Find("Select");
        foreach (string name in names)
        {
            ulong number = select?.Value(name)?.Number ?? 0;
            if (number is > 0 and < 1000 && hive.Find("ControlSet" + number.ToString("000", CultureInfo.InvariantCulture)) is { } key)
            {
                yield return key;
            }
        }
    }
}
