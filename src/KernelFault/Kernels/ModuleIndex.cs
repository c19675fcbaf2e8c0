using KernelFault.Memory;

namespace KernelFault.Kernels;

/// <summary>Finds modules by address.</summary>
internal static class ModuleIndex
{
    internal static KernelModule? Find(IReadOnlyList<KernelModule> modules, VirtualAddress address)
    {
        for (int i = 0; i < modules.Count; i++)
        {
            if (modules[i].Contains(address))
            {
                return modules[i];
            }
        }

        return null;
    }
}
