using KernelFault.Formats;
using KernelFault.Memory;

namespace KernelFault.Kernels.Linux.Types;

/// <summary>Finds the types that a module brought with it.</summary>
/// <remarks>
/// The kernel keeps a copy of a module's BTF for as long as the module is loaded, on the list <c>btf_modules</c> (5.11 and later). The copy
/// counts on from the kernel's own types even when the module was built against others (a distilled base, 6.12 and later), because the
/// kernel renumbers it when it loads it. What <c>struct module</c> points to is given back after the module's initialization.
/// </remarks>
internal static class ModuleTypesReader
{
    private const int MaximumModules = 10_000;

    /// <summary>The types of a module, together with those of the kernel.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="module">The module's <c>struct module</c>.</param>
    /// <param name="name">The module's name.</param>
    /// <param name="warnings">Where it is said what cannot be read.</param>
    /// <returns>Null when the module has no BTF, as those built without the kernel's image have none, or it is not in the dump.</returns>
    internal static KernelTypes? Read(KernelData kernel, ulong module, string name, ICollection<string> warnings)
    {
        ulong list = kernel.Symbol("btf_modules");
        if (kernel.Types is not { } types
            || list == 0
            || types.OffsetOf("btf_module", "list") is not { } link
            || types.OffsetOf("btf_module", "module") is not { } moduleAt
            || types.OffsetOf("btf_module", "btf") is not { } btfAt
            || types.OffsetOf("btf", "data") is not { } dataAt
            || types.OffsetOf("btf", "data_size") is not { } sizeAt)
        {
            return null;
        }

        foreach (ulong entry in KernelList.Walk(kernel, list, link, MaximumModules, "modules with BTF", warnings))
        {
            if (kernel.Word(entry + moduleAt) != module
                || kernel.Word(entry + btfAt) is not { } btf
                || kernel.Word(btf + dataAt) is not { } data
                || kernel.HalfWord(btf + sizeAt) is not { } size)
            {
                continue;
            }

            try
            {
                return KernelTypesReader.ReadModule(kernel.Memory, types, name, new VirtualAddress(data), size);
            }
            catch (DumpFormatException e)
            {
                warnings.Add(e.Message);
                return null;
            }
        }

        return null;
    }
}
