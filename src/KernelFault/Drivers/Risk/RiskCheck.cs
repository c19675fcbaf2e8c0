namespace KernelFault.Drivers.Risk;

/// <summary>Decides one rule.</summary>
/// <param name="Id">Id of the rule.</param>
/// <param name="Decide">Answers from the facts it is given, and nothing else.</param>
internal sealed record RiskCheck(string Id, Func<RiskSubject, RiskVerdict> Decide);
