namespace KernelFault.Reports;

/// <summary>A piece of one line of a report.</summary>
/// <remarks>A class, as collections of it then need no code of their own: the first answer comes sooner.</remarks>
/// <param name="Text">Safe to show: control characters are escaped already.</param>
/// <param name="Style">What it is.</param>
public sealed record ReportSpan(string Text, ReportStyle Style);
