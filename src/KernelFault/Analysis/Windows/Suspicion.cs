using KernelFault.Kernels;

namespace KernelFault.Analysis.Windows;

/// <summary>One reason to suspect someone.</summary>
/// <param name="Kind">What kind of evidence it is; of one kind only the strongest counts.</param>
/// <param name="Module">The name of the suspect.</param>
/// <param name="Weight">0 to 1: how often this evidence alone is right.</param>
/// <param name="Reason">The sentence that goes into <see cref="Culprit.Reasons"/>.</param>
/// <param name="Driver">The loaded driver; null for an unloaded one, a program or hardware.</param>
/// <param name="Suspect">What kind of thing is suspected.</param>
internal sealed record Suspicion(EvidenceKind Kind, string Module, double Weight, string Reason, KernelModule? Driver, CulpritKind Suspect);
