namespace KernelFault.Dumps.Linux;

/// <summary>The kernel's <c>struct new_utsname</c>. Its node name is left out: it names somebody's machine and explains no crash.</summary>
/// <param name="Release">As <c>uname -r</c>.</param>
/// <param name="Version">As <c>uname -v</c>.</param>
/// <param name="Machine">As <c>uname -m</c>.</param>
public sealed record VmcoreSystemName(string Release, string Version, string Machine);
