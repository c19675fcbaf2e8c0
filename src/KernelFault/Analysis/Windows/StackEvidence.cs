using KernelFault.Formats;
using KernelFault.Kernels;
using KernelFault.Unwinding;

namespace KernelFault.Analysis.Windows;

/// <summary>The drivers on the stack, the nearer to the fault the more suspect.</summary>
internal sealed class StackEvidence : IWindowsEvidence
{
    // A return address that only stands on the stack may be left over from a call long ago.
    private const double UnverifiedFactor = 0.55;

    // A word that points behind a call in code at hand is most often a live frame, yet not always.
    private const double ScannedFactor = 0.85;

    private const double PerFrame = 0.05;
    private const double LeastFactor = 0.3;
    private const double VictimFactor = 0.6;

    public void Collect(WindowsCrash crash, EvidenceLog log)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        bool thirdParty = false;
        for (int depth = 0; depth < crash.Stack.Count; depth++)
        {
            StackFrame frame = crash.Stack[depth];
            KernelModule? module = frame.Trust == FrameTrust.Context ? null : ModuleOf(crash, frame);
            if (module is null || !seen.Add(module.Name))
            {
                continue;
            }

            ModuleStanding standing = crash.Standing.Of(module);
            if (standing == ModuleStanding.Core)
            {
                continue;
            }

            bool unverified = frame.IsUnproved;
            double trust = frame.Trust != FrameTrust.CallScan ? 1 : unverified ? UnverifiedFactor : ScannedFactor;
            double factor = Math.Max(LeastFactor, 1 - (PerFrame * depth)) * trust * (crash.IsLateDamage ? VictimFactor : 1);
            log.Suspect(EvidenceKind.Stack, module, Reason(crash, frame, depth, unverified), factor);
            if (standing is ModuleStanding.ThirdParty or ModuleStanding.Unknown && !thirdParty)
            {
                thirdParty = true;
                log.Find(
                    FindingId.ThirdPartyOnStack,
                    FindingSeverity.Notable,
                    $"The first driver on the stack that is not part of Windows is {crash.Standing.Describe(module)}, frame {frame.Index}: {frame.Symbol}.",
                    unverified ? "stack memory, not verified by code" : "the stack");
            }
        }

        if (crash.Stack.Exists(f => f.IsUnproved))
        {
            log.Doubt(EvidenceKind.Stack, "Some stack frames are return addresses found by scanning, without the code to prove them; the drivers' image files (-ImagePath) would.");
        }
    }

    private static string Place(int depth) => depth switch
    {
        0 => "innermost",
        1 => "next to the innermost frame",
        _ => $"{depth} frames from the innermost",
    };

    private static KernelModule? ModuleOf(WindowsCrash crash, StackFrame frame) =>
        frame.InstructionPointer is { } pointer ? crash.Kernel.ModuleAt(pointer) : null;

    private static string Reason(WindowsCrash crash, StackFrame frame, int depth, bool unverified)
    {
        string how = frame.Trust == FrameTrust.CallScan
            ? unverified ? "found by scanning, possibly left over" : "found by scanning, behind a call instruction"
            : "from unwinding";
        KernelModule module = ModuleOf(crash, frame)!;
        return $"{crash.Standing.Describe(module)} is on the stack, {Place(depth)}: {frame.Symbol} ({how}).";
    }
}
