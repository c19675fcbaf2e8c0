using System.Globalization;

namespace KernelFault.Drivers.Risk.Checks;

/// <summary>How the file was built, and whether it is still as it was built.</summary>
internal static class BuildChecks
{
    internal static IReadOnlyList<RiskCheck> All { get; } =
    [
        new("debug-build", DebugBuild),
        new("bad-checksum", CheckSum),
    ];

    private static RiskVerdict DebugBuild(RiskSubject subject) => subject.Driver.Image is not { } image
        ? RiskVerdict.Unknown(MitigationChecks.Missing)
        : RiskVerdict.If(image.IsDebugBuild, "It is a debug build.", "VS_FF_DEBUG in the version resource");

    private static RiskVerdict CheckSum(RiskSubject subject) =>
        subject.Driver.Image?.ComputedCheckSum is not uint computed ? RiskVerdict.Unknown("whole file")
        : RiskVerdict.If(
            subject.Driver.Image.CheckSum != 0 && subject.Driver.Image.CheckSum != computed,
            "The file was changed after it was built.",
            string.Format(CultureInfo.InvariantCulture, "CheckSum 0x{0:x}, by the file 0x{1:x}", subject.Driver.Image.CheckSum, computed));
}
