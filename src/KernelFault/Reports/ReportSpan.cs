namespace KernelFault.Reports;

/// <summary>A piece of one line of a report.</summary>
/// <param name="Text">Safe to show: control characters are escaped already.</param>
/// <param name="Style">What it is.</param>
public readonly record struct ReportSpan(string Text, ReportStyle Style);
