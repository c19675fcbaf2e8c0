using KernelFault.Kernels;
using KernelFault.Kernels.Linux;

namespace KernelFault.Analysis.Linux.Vmcores;

/// <summary>What was loaded: the kernel image, and its modules, the newest first.</summary>
internal static class VmcoreModules
{
    /// <summary>What the kernel image is called among modules.</summary>
    internal const string KernelName = "vmlinux";

    /// <summary>Lists them.</summary>
    /// <param name="session">The vmcore.</param>
    /// <returns>Each as every kernel's answers have it, and what only Linux knows of it: null for the image.</returns>
    internal static List<(KernelModule Module, LinuxKernelModule? Facts)> Read(VmcoreSession session)
    {
        var modules = new List<(KernelModule Module, LinuxKernelModule? Facts)>();
        if (session.Kernel.Symbols.ImageStart is { } start && session.Kernel.Symbols.ImageEnd is { } end)
        {
            var image = new KernelModule
            {
                Name = KernelName,
                BaseAddress = start,
                Size = (uint)Math.Min(end - start, uint.MaxValue),
                FileVersion = session.Kernel.Release,
                BuildId = session.Dump.Info?.BuildId,
                IsOperatingSystem = true,
            };
            modules.Add((image, null));
        }

        foreach (LinuxKernelModule module in session.Kernel.Modules)
        {
            modules.Add((Of(module), module));
        }

        return modules;
    }

    private static KernelModule Of(LinuxKernelModule module) => new()
    {
        Name = module.Name,
        BaseAddress = module.BaseAddress ?? module.Address,
        Size = (uint)Math.Min(module.Size, uint.MaxValue),
        FileVersion = module.Version,
        BuildId = module.BuildId,

        // A module not from the kernel's own tree taints it with O, a proprietary one with P.
        IsOperatingSystem = !module.Taint.Any(flag => flag is 'O' or 'P'),
    };
}
