namespace KernelFault.Drivers.Risk.Checks;

/// <summary>What its linker prepared against attacks.</summary>
internal static class MitigationChecks
{
    internal const string Missing = "image of the driver";

    internal static IReadOnlyList<RiskCheck> All { get; } =
    [
        new("no-nx", subject => Lacks(subject, image => image.IsNxCompatible, "It does not say that its data may be non-executable.", "DllCharacteristics without NX_COMPAT")),
        new("no-aslr", subject => Lacks(subject, image => image.HasDynamicBase, "It does not say that it may lie anywhere in memory.", "DllCharacteristics without DYNAMIC_BASE")),
        new("no-cfg", subject => Lacks(subject, image => image.HasControlFlowGuard, "Its indirect calls are not guarded.", "no Control Flow Guard table")),

        // Shadow stacks of the kernel are a matter of x64 processors.
        new("no-cet", subject => Lacks(subject, image => image.IsCetCompatible || image.Machine != "x64", "It does not say that it keeps to shadow stacks.", "no CET_COMPAT in the debug directory")),
    ];

    private static RiskVerdict Lacks(RiskSubject subject, Func<DriverImage, bool> has, string text, string evidence) =>
        subject.Driver.Image is not { } image ? RiskVerdict.Unknown(Missing) : RiskVerdict.If(!has(image), text, evidence);
}
