using KernelFault.Playbooks.Actions;

namespace KernelFault.Playbooks.Loading;

/// <summary>What others can name of a step, whether the rest of it is right or not.</summary>
/// <param name="Index">Its position, from 0.</param>
/// <param name="Id">Its id; empty when it has none.</param>
/// <param name="Register">The name of its results.</param>
/// <param name="Action">Its action; null when it is not known.</param>
/// <param name="IsForEach">Whether its results are a list.</param>
internal sealed record DeclaredStep(int Index, string Id, string Register, PlaybookActionInfo? Action, bool IsForEach);
