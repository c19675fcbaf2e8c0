namespace KernelFault.Drivers.Risk.Checks;

/// <summary>What a module of Linux taints its kernel with.</summary>
internal static class ModuleChecks
{
    internal static IReadOnlyList<RiskCheck> All { get; } =
    [
        new("forced-load", subject => Taint(subject, 'F', "It was loaded by force.")),
        new("proprietary-module", Proprietary),
        new("out-of-tree", OutOfTree),
        new("unsigned-module", Unsigned),
    ];

    private static RiskVerdict Taint(RiskSubject subject, char letter, string text) => subject.Driver.Taint is not string taint
        ? RiskVerdict.Unknown("taint")
        : RiskVerdict.If(taint.Contains(letter), text, $"taint {taint}");

    // A file that is not loaded has no taint yet; its licence says what it will be.
    private static RiskVerdict Proprietary(RiskSubject subject)
    {
        const string Text = "Its source is not open.";
        return subject.Driver.Taint is null && subject.Driver.License is string license
            ? RiskVerdict.If(!IsGplCompatible(license), Text, $"license {license}")
            : Taint(subject, 'P', Text);
    }

    private static RiskVerdict OutOfTree(RiskSubject subject)
    {
        const string Text = "It is not built from the kernel's own source.";
        return subject.Driver.Taint is null && subject.Driver.IsThirdParty is bool other
            ? RiskVerdict.If(other, Text, "the module does not say intree=Y")
            : Taint(subject, 'O', Text);
    }

    private static RiskVerdict Unsigned(RiskSubject subject) => subject.Driver.Taint is null && subject.Driver.Signature is { Status: not DriverSignatureStatus.Unknown } signature
        ? RiskVerdict.If(signature.Status == DriverSignatureStatus.Unsigned, "Nobody signed it.", "no signature at the end of the file")
        : Taint(subject, 'E', "It has no signature that its kernel trusts.");

    // license_is_gpl_compatible() of include/linux/license.h.
    private static bool IsGplCompatible(string license) =>
        license is "GPL" or "GPL v2" or "GPL and additional rights" or "Dual BSD/GPL" or "Dual MIT/GPL" or "Dual MPL/GPL";
}
