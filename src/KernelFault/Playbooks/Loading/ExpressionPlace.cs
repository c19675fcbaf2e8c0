using KernelFault.Playbooks.Actions;

namespace KernelFault.Playbooks.Loading;

/// <summary>What an expression can name where it stands.</summary>
internal sealed record ExpressionPlace
{
    /// <summary>How many steps are behind it: their results are there.</summary>
    internal required int Steps { get; init; }

    /// <summary>How many variables are: those of a variable are the ones before it.</summary>
    internal int Variables { get; init; } = int.MaxValue;

    /// <summary>Whether parameters are known: not for what a parameter is when it is not given.</summary>
    internal bool HasParameters { get; init; } = true;

    /// <summary>Whether there is an element of <c>forEach</c>.</summary>
    internal bool HasItem { get; init; }

    /// <summary>Whether there is the outcome of a try.</summary>
    internal bool HasResult { get; init; }

    /// <summary>The action that gives it; null when it is not known.</summary>
    internal PlaybookActionInfo? Action { get; init; }

    /// <summary>Whether what comes of it is shown or kept: a secret has no place there.</summary>
    internal bool IsShown { get; init; }

    /// <summary>The variable that it makes; null for none.</summary>
    internal string? Variable { get; init; }
}
