namespace KernelFault.Analysis.Linux;

/// <summary>Decides what kind of mistake a report shows: the rule's class, made sharper by the evidence.</summary>
internal static class FaultClassifier
{
    private const ulong PageOffsetMask = 0xFFF;
    private const ulong OverrunLimit = 0x40;

    /// <summary>The class.</summary>
    internal static FaultClass Classify(CrashEvidence evidence)
    {
        CrashRule? rule = evidence.Recognition.Rule;
        if (rule is null)
        {
            return FaultClass.Unknown;
        }

        return rule.Kind switch
        {
            "kasan" or "kfence" => ByChecker(evidence, rule.FaultClass),
            "internal-error" or "unhandled-fault" when ByName(evidence.Report.Own) is FaultClass named => named,
            "kernel-bug" when evidence.Report.Lines[0].Contains(" mm/sl") => FaultClass.PoolCorruption,
            "page-fault" or "null-pointer" or "user-access" or "internal-error" or "unhandled-fault" or "general-protection" or "stack-segment" or "oops" => ByAddress(evidence, rule.FaultClass),
            _ => rule.FaultClass,
        };
    }

    /// <summary>arm and arm64 name what is no bad access: <c>Internal error: Oops - BUG: 0 [#1]</c>.</summary>
    private static FaultClass? ByName(IReadOnlyList<string> lines)
    {
        string line = lines[0].Contains("Internal error: ") ? lines[0] : lines.FirstOrDefault(l => l.Contains("Internal error: ")) ?? lines[0];
        return line.Contains("- BUG") ? FaultClass.Assertion
            : line.Contains("ndefined instruction") ? FaultClass.InvalidOpcode
            : line.Contains("external abort") || line.Contains("SError") || line.Contains("parity") ? FaultClass.HardwareError
            : line.Contains("alignment") ? FaultClass.RuleViolation
            : null;
    }

    private static FaultClass ByChecker(CrashEvidence evidence, FaultClass otherwise)
    {
        string kind = evidence.Recognition.Words.Count > 0 ? evidence.Recognition.Words[0] : string.Empty;
        return kind.Contains("use-after") ? FaultClass.UseAfterFree
            : kind.Contains("null-ptr") ? FaultClass.NullDereference
            : kind.Contains("user-memory") ? FaultClass.UserPointer
            : kind.Contains("wild") || kind is "read" or "write" ? FaultClass.WildPointer
            : kind.Contains("free") ? FaultClass.PoolCorruption
            : otherwise;
    }

    private static FaultClass ByAddress(CrashEvidence evidence, FaultClass otherwise)
    {
        if (evidence.Address is not ulong address)
        {
            return otherwise;
        }

        if (PoisonPattern.Describe(address) is not null)
        {
            return FaultClass.UseAfterFree;
        }

        bool isProtected = evidence.Fault.WasPresent == true;
        bool executes = evidence.Access == AccessKind.Execute;
        return evidence.Region switch
        {
            AddressRegion.NullPage => FaultClass.NullDereference,
            AddressRegion.User => executes ? FaultClass.NoExecute : FaultClass.UserPointer,
            AddressRegion.NonCanonical => FaultClass.NonCanonical,
            _ when executes => FaultClass.NoExecute,
            _ when isProtected && evidence.Access == AccessKind.Write => FaultClass.ReadOnlyWrite,
            AddressRegion.Vmalloc when !isProtected && address > uint.MaxValue && (address & PageOffsetMask) < OverrunLimit => FaultClass.GuardPage,
            _ when otherwise is FaultClass.NonCanonical or FaultClass.NullDereference => FaultClass.WildPointer,
            _ => otherwise,
        };
    }
}
