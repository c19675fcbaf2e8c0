using KernelFault.Memory;

namespace KernelFault.Dumps.Windows;

/// <summary>One entry of a triage dump's list of unloaded drivers (<c>DUMP_UNLOADED_DRIVERS</c>).</summary>
/// <param name="Name">At most 12 characters, as the kernel keeps them; raw.</param>
/// <param name="StartAddress">First byte it had.</param>
/// <param name="EndAddress">The byte after its last.</param>
/// <param name="UnloadTime">UTC; null where the structure has no time.</param>
public sealed record TriageUnloadedDriver(string Name, VirtualAddress StartAddress, VirtualAddress EndAddress, DateTime? UnloadTime);
