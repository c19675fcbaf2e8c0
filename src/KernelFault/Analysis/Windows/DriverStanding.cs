using KernelFault.Kernels;
using KernelFault.Knowledge;

namespace KernelFault.Analysis.Windows;

/// <summary>Tells whose a driver is, from knowledge of file names.</summary>
internal sealed class DriverStanding
{
    private readonly KnowledgeBase _knowledge;

    internal DriverStanding(KnowledgeBase knowledge)
    {
        _knowledge = knowledge;
    }

    /// <summary>Whose <paramref name="module"/> is.</summary>
    internal ModuleStanding Of(KernelModule module) => _knowledge.FindDriver(module.Name) switch
    {
        null => ModuleStanding.Unknown,
        { Core: true } => ModuleStanding.Core,
        { OperatingSystem: true } => ModuleStanding.System,
        _ => ModuleStanding.ThirdParty,
    };

    /// <summary>The kind of culprit <paramref name="module"/> would be.</summary>
    internal CulpritKind KindOf(KernelModule module) => Of(module) switch
    {
        ModuleStanding.Core => module.Name.StartsWith("nt", StringComparison.OrdinalIgnoreCase) ? CulpritKind.Kernel : CulpritKind.SystemDriver,
        ModuleStanding.System => CulpritKind.SystemDriver,
        _ => CulpritKind.ThirdPartyDriver,
    };

    /// <summary>What a driver is, for a sentence: <c>contoso.sys (Contoso network driver)</c>.</summary>
    internal string Describe(KernelModule module)
    {
        DriverFacts? facts = _knowledge.FindDriver(module.Name);
        string? what = facts?.Description;
        if (facts is { OperatingSystem: false })
        {
            what = facts.Product ?? facts.Description;
            what = facts.Vendor is null || what is null ? facts.Vendor ?? what : facts.Vendor + " " + what;
        }

        return string.IsNullOrEmpty(what) ? module.Name : $"{module.Name} ({what})";
    }
}
