using KernelFault.Dumps.Windows;

namespace KernelFault.Kernels.Windows;

/// <summary>Reads what a Windows dump says about the kernel that crashed.</summary>
public static class WindowsKernelReader
{
    /// <summary>Reads it. Never fails on a damaged part: that is null and a warning.</summary>
    /// <param name="dump">The dump; stays open.</param>
    /// <param name="symbols">Names and structures of its kernel; null for the built-in table of structure offsets.</param>
    /// <returns>The kernel.</returns>
    public static WindowsKernel Read(WindowsDump dump, ISymbolSource? symbols)
    {
        _ = symbols;
        var warnings = new List<string>();
        var contexts = new WindowsContextReader(dump);
        var triage = dump as WindowsTriageDump;
        return new WindowsKernel
        {
            BuildNumber = dump.Header.BuildNumber,
            Modules = triage is null ? [] : WindowsModuleReader.ReadModules(triage),
            UnloadedModules = triage is null ? [] : WindowsModuleReader.ReadUnloadedModules(triage),
            Contexts = contexts.ReadContexts(null, null),
            Exception = contexts.ReadException(),
            StackStart = triage?.StackStart,
            StackSize = triage?.StackSize ?? 0,
            BlackBoxes = [],
            Warnings = [.. dump.Warnings, .. warnings],
        };
    }
}
