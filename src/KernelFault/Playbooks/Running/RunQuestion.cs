namespace KernelFault.Playbooks.Running;

/// <summary>A question to a person.</summary>
/// <param name="Host">The machine.</param>
/// <param name="Step">The step's id.</param>
/// <param name="Kind">What is asked.</param>
/// <param name="Text">The question. May hold text of the machine: clean it before a terminal sees it.</param>
/// <param name="Plan">What would be done; empty when nothing is known.</param>
public sealed record RunQuestion(string Host, string Step, RunQuestionKind Kind, string Text, IReadOnlyList<string> Plan);
