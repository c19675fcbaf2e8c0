namespace KernelFault.Kernels.Linux;

/// <summary>Where a module is in its life: the kernel's <c>enum module_state</c>.</summary>
public enum LinuxModuleState : long
{
    /// <summary>In use.</summary>
    Live = 0,

    /// <summary>Its initialisation is running.</summary>
    Coming,

    /// <summary>It is being removed.</summary>
    Going,

    /// <summary>It is being set up.</summary>
    Unformed,

    /// <summary>A value that no kernel has: the structure is damaged.</summary>
    Invalid,
}
