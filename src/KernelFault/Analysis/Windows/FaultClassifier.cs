using KernelFault.Knowledge;

namespace KernelFault.Analysis.Windows;

/// <summary>
/// Decides the class of a fault: the stop code gives one, the exception and the address may know better. A lockup stays a
/// lockup whatever address is involved; only codes about an exception or an access are refined.
/// </summary>
internal static class FaultClassifier
{
    private const uint AccessViolation = 0xC0000005;
    private const uint InPageError = 0xC0000006;

    internal static FaultClass Classify(
        BugCheckSemantics semantics, Fault fault, FaultAddress? address, KnowledgeBase knowledge)
    {
        FaultClass byCode = semantics.FaultClass;
        if (fault.Status is { } status && status is not AccessViolation and not InPageError
            && FaultClassNames.Parse(knowledge.FindStatus(status)?.FaultClass) is var byStatus and not FaultClass.Unknown)
        {
            return byStatus;
        }

        if (fault.Status == InPageError)
        {
            return FaultClass.InPageError;
        }

        bool isAccess = fault.Status == AccessViolation || semantics.FaultAddress is not null;
        return isAccess ? ByAddress(fault, address, byCode) : byCode;
    }

    private static FaultClass ByAddress(Fault fault, FaultAddress? address, FaultClass byCode)
    {
        if (address is null)
        {
            return fault.IsProtectionFault ? FaultClass.ProtectionFault : byCode == FaultClass.Unknown ? FaultClass.WildPointer : byCode;
        }

        if (address.Region == AddressRegion.NonCanonical)
        {
            return FaultClass.NonCanonical;
        }

        if (fault.IsProtectionFault)
        {
            return FaultClass.ProtectionFault;
        }

        return address.Region switch
        {
            AddressRegion.NullPage => FaultClass.NullDereference,
            AddressRegion.UnloadedModule => FaultClass.UseAfterFree,
            _ when address.Access == AccessKind.Execute => FaultClass.NoExecute,
            AddressRegion.StackGuard => FaultClass.StackOverflow,
            AddressRegion.User => FaultClass.UserPointer,
            AddressRegion.Module when address.Access == AccessKind.Write => FaultClass.ReadOnlyWrite,
            _ => byCode is FaultClass.Unknown or FaultClass.UnhandledException ? FaultClass.WildPointer : byCode,
        };
    }
}
