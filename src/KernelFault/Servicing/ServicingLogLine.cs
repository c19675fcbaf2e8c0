namespace KernelFault.Servicing;

/// <summary>One line of CBS.log or dism.log.</summary>
/// <param name="Time">When it was written, in the local time of its machine; null for a line that goes on with the one before.</param>
/// <param name="Level"><c>Info</c>, <c>Warning</c>, <c>Error</c>; never translated. Empty for a line that goes on.</param>
/// <param name="Source">Who wrote it: <c>CBS</c>, <c>CSI</c>, <c>DISM</c>. Empty for a line that goes on.</param>
/// <param name="Text">What it says.</param>
internal readonly record struct ServicingLogLine(DateTime? Time, string Level, string Source, string Text);
