namespace KernelFault.Playbooks.Actions;

/// <summary>Something an action gives: <c>results.STEP.NAME</c>.</summary>
/// <param name="Name">Name: a lower-case letter, then letters and digits.</param>
/// <param name="Type">Of what kind it is.</param>
/// <param name="Description">What it is, with units, and what null means.</param>
public sealed record ActionOutput(string Name, PlaybookValueType Type, string Description);
