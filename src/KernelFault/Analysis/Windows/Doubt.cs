namespace KernelFault.Analysis.Windows;

/// <summary>What makes an answer less sure that rests on evidence of one kind.</summary>
/// <param name="About">The kind of evidence.</param>
/// <param name="Text">The sentence for <see cref="Culprit.Doubts"/>.</param>
internal sealed record Doubt(EvidenceKind About, string Text);
