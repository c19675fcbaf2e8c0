using KernelFault.Knowledge;

namespace KernelFault.Analysis.Windows;

/// <summary>Puts the answer for a Windows crash into words: title, causes, next steps.</summary>
internal sealed class WindowsAnswerText
{
    private const int MostCauses = 6;
    private const int MostSteps = 8;

    private readonly WindowsCrash _crash;
    private readonly Culprit? _culprit;
    private readonly FaultClassInfo? _class;

    internal WindowsAnswerText(WindowsCrash crash, Culprit? culprit)
    {
        _crash = crash;
        _culprit = culprit;
        _class = crash.KnowledgeBase.FaultClass(crash.FaultClass.ToString());
    }

    /// <summary>The crash in one line.</summary>
    internal string Title()
    {
        string code = _crash.StopCode.Name ?? FormattableString.Invariant($"stop code 0x{_crash.StopCode.Code:X}");
        string phrase = _class?.Phrase ?? _crash.FaultClass.ToString();
        if (_crash.FaultingModule is { } module && _crash.Fault.InstructionPointer is { } pointer)
        {
            return FormattableString.Invariant($"{module.Name}+0x{pointer - module.BaseAddress:x}: {phrase} ({code})");
        }

        string who = _culprit is { } culprit && culprit.Kind != CulpritKind.Kernel ? $"{culprit.Module}: " : string.Empty;
        return $"{who}{phrase} ({code})";
    }

    /// <summary>What usually causes this, the likeliest first.</summary>
    internal IReadOnlyList<string> Causes()
    {
        var causes = new List<string>();
        AddCauses(causes, _crash.Semantics.Causes);
        AddCauses(causes, _class?.Causes ?? []);
        return causes;
    }

    /// <summary>What to do, in order: first what concerns the driver that is blamed.</summary>
    internal IReadOnlyList<NextStep> NextSteps()
    {
        var steps = new List<NextStep>();
        if (_culprit is { Kind: CulpritKind.ThirdPartyDriver, Driver: { } driver })
        {
            DriverFacts? facts = _crash.KnowledgeBase.FindDriver(driver.Name);
            string from = facts?.Vendor is { } vendor ? $" from {vendor} or the maker of the machine" : " from the maker of the device or the machine";
            steps.Add(new NextStep($"Update {driver.Name}{from}; if the crashes began after an update, go back to the version before.", "windows-replace-driver"));
        }

        NextStepList.Add(steps, _crash.KnowledgeBase, _crash.Semantics.NextSteps, MostSteps);
        NextStepList.Add(steps, _crash.KnowledgeBase, _class?.NextSteps ?? [], MostSteps);
        return steps;
    }

    private void AddCauses(List<string> causes, IReadOnlyList<string> tags)
    {
        for (int i = 0; i < tags.Count && causes.Count < MostCauses; i++)
        {
            if (_crash.KnowledgeBase.Cause(tags[i]) is { } text && !causes.Contains(text))
            {
                causes.Add(text);
            }
        }
    }
}
