using System.Text;
using KernelFault.Formats;
using KernelFault.Kernels;
using KernelFault.Kernels.Linux;
using KernelFault.Memory;

namespace KernelFault.Analysis.Linux.Vmcores;

/// <summary>What was loaded: the kernel image, and its modules, the newest first.</summary>
internal static class VmcoreModules
{
    // MODULE_NAME_LEN: 64 less the size of a word.
    private const int LongestName = 64;

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
                BuildId = session.Kernel.Info?.BuildId,
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

    /// <summary>The modules as a report lists them.</summary>
    internal static LinuxModule[] Loaded(VmcoreSession session) =>
        session.Kernel.Modules.Select(module => new LinuxModule { Name = module.Name, Flags = module.Taint + Change(module.State) }).ToArray();

    /// <summary>The module that was unloaded last; null when none was, or the dump does not tell.</summary>
    internal static string? LastUnloaded(VmcoreSession session)
    {
        // A text of its own until 5.19, since then the first member of a structure.
        byte[] name = new byte[LongestName];
        int read = session.Data.Symbol("last_unloaded_module") is not 0 and ulong at ? session.Kernel.Memory.Read(new VirtualAddress(at), name) : 0;
        int end = Array.IndexOf(name, (byte)0, 0, read);
        return end <= 0 ? null : PrintableText.Clean(Encoding.ASCII.GetString(name, 0, end));
    }

    /// <summary>What the letters of taints mean; none for letters that say that a taint is absent.</summary>
    internal static LinuxTaint[] Taint(string letters) =>
        letters.Select(LinuxReportBuilder.Taint).OfType<LinuxTaint>().ToArray();

    private static string Change(LinuxModuleState state) => state switch
    {
        LinuxModuleState.Coming => "+",
        LinuxModuleState.Going => "-",
        _ => string.Empty,
    };

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
