using System.Globalization;
using KernelFault.Formats.Pe;

namespace KernelFault.Drivers.Risk.Checks;

/// <summary>How its image is laid out in memory.</summary>
internal static class SectionChecks
{
    private const int PageSize = 0x1000;

    internal static IReadOnlyList<RiskCheck> All { get; } =
    [
        new("writable-executable-section", WritableExecutable),
        new("hvci-incompatible-layout", Layout),
        new("init-not-discardable", StartCode),
    ];

    private static RiskVerdict WritableExecutable(RiskSubject subject)
    {
        if (subject.Driver.Image is not { } image)
        {
            return RiskVerdict.Unknown(MitigationChecks.Missing);
        }

        PeSection[] sections = [.. image.Sections.Where(section => section.IsWritableAndExecutable && !(section.Name == "INIT" && section.IsDiscardable))];
        return sections.Length == 0
            ? RiskVerdict.NotFound
            : RiskVerdict.Found($"{(sections.Length == 1 ? "A section" : $"{sections.Length} sections")} can be written and run.", "section " + string.Join(", ", sections.Select(section => section.Name)));
    }

    // Driver Verifier's code integrity check names these as 0x2004 and 0x2005 of bug check 0xC4.
    private static RiskVerdict Layout(RiskSubject subject)
    {
        if (subject.Driver.Image is not { } image)
        {
            return RiskVerdict.Unknown(MitigationChecks.Missing);
        }

        return image.SectionAlignment % PageSize != 0
            ? RiskVerdict.Found("Its sections do not begin at pages, so memory integrity does not load it.", string.Format(CultureInfo.InvariantCulture, "SectionAlignment 0x{0:x}", image.SectionAlignment))
            : RiskVerdict.If(image.HasExecutableImportTable == true, "The addresses of imported functions lie among code, which memory integrity lets nobody write.", "import address table in an executable section");
    }

    private static RiskVerdict StartCode(RiskSubject subject) => subject.Driver.Image is not { } image
        ? RiskVerdict.Unknown(MitigationChecks.Missing)
        : RiskVerdict.If(
            image.Sections.Any(section => section is { Name: "INIT", IsExecutable: true, IsDiscardable: false }),
            "Code of its start is never freed.",
            "section INIT");
}
