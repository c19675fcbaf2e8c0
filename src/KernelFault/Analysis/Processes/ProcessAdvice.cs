using KernelFault.Knowledge;

namespace KernelFault.Analysis.Processes;

/// <summary>What usually causes a program's fault and what to do, by tags of the knowledge data.</summary>
internal static class ProcessAdvice
{
    internal static IReadOnlyList<string> Causes(KnowledgeBase knowledge, FaultClass faultClass, bool managed)
    {
        string[] tags = faultClass switch
        {
            FaultClass.NullDereference => [managed ? "program-null-reference" : "program-null-pointer"],
            FaultClass.UseAfterFree => ["program-unloaded-library", "program-use-after-free"],
            FaultClass.WildPointer or FaultClass.NonCanonical or FaultClass.ProtectionFault or FaultClass.GuardPage => ["program-wild-pointer", "program-use-after-free", "bad-memory"],
            FaultClass.ReadOnlyWrite => ["program-wild-pointer"],
            FaultClass.NoExecute => ["program-wild-pointer", "program-unloaded-library"],
            FaultClass.StackOverflow => ["program-recursion"],
            FaultClass.DivideError => ["program-arithmetic"],
            FaultClass.InvalidOpcode => ["program-wrong-processor", "program-wild-pointer"],
            FaultClass.Assertion => ["program-assertion"],
            FaultClass.PoolCorruption or FaultClass.MemoryCorruption => ["program-overrun", "program-use-after-free"],
            FaultClass.InPageError => ["program-file-unreadable"],
            FaultClass.HardwareError => ["bad-memory"],
            FaultClass.ResourceExhaustion => ["program-out-of-memory"],
            FaultClass.ManuallyInitiated => ["program-was-told"],
            FaultClass.UnhandledException => ["program-unhandled"],
            _ => [],
        };
        return [.. tags.Select(knowledge.Cause).Where(text => text is not null).Select(text => text!)];
    }

    internal static IReadOnlyList<NextStep> NextSteps(KnowledgeBase knowledge, FaultClass faultClass, bool thirdPartyLibrary, bool windows)
    {
        string memory = windows ? "test-memory" : "linux-check-hardware";
        string[] tags = faultClass switch
        {
            FaultClass.Unknown => ["program-capture-full"],
            FaultClass.HardwareError => [memory],
            FaultClass.InPageError => windows ? ["check-disk", "program-update"] : [memory, "program-update"],
            FaultClass.ManuallyInitiated => ["program-who-ended-it"],
            FaultClass.PoolCorruption or FaultClass.MemoryCorruption => ["program-watch-heap", "program-update"],
            FaultClass.WildPointer or FaultClass.NonCanonical or FaultClass.ProtectionFault or FaultClass.UseAfterFree => ["program-update", "program-watch-heap", memory],
            _ => ["program-update", "program-report"],
        };
        IEnumerable<string> ordered = thirdPartyLibrary ? ["program-update-library", .. tags] : tags;
        return
        [
            .. ordered.Distinct().Select(knowledge.NextStep).Where(step => step is not null).Select(step => new NextStep(step!.Text, step.Playbook)),
        ];
    }
}
