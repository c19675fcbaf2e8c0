namespace KernelFault.Servicing;

/// <summary>A part of the component store that was not as it should be.</summary>
/// <param name="Kind">What sort of part, in the log's words: <c>CSI Payload Corrupt</c>, <c>CBS MUM Corrupt</c>.</param>
/// <param name="IsRepaired">Whether it is whole again.</param>
/// <param name="Component">Folder of the component in the store.</param>
/// <param name="FileName">The file in it; null when the part is no file.</param>
public sealed record ComponentStoreProblem(string Kind, bool IsRepaired, string Component, string? FileName);
