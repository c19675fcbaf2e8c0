namespace KernelFault.Playbooks.Running;

/// <summary>A file that a playbook brings, as it was when the run was begun.</summary>
/// <param name="Path">Its whole path.</param>
/// <param name="Hash">SHA-256 of its bytes, 64 lower-case hexadecimal digits; null when it was not there.</param>
internal sealed record RunStartedFile(string Path, string? Hash);
