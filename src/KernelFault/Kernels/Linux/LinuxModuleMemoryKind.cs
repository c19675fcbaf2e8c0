namespace KernelFault.Kernels.Linux;

/// <summary>What a piece of a module's memory holds, in the order of the kernel's <c>enum mod_mem_type</c>.</summary>
public enum LinuxModuleMemoryKind : long
{
    /// <summary>Code.</summary>
    Text = 0,

    /// <summary>Data that can be written.</summary>
    Data,

    /// <summary>Data that cannot be written.</summary>
    ReadOnlyData,

    /// <summary>Data that cannot be written once the module is initialised.</summary>
    ReadOnlyAfterInit,

    /// <summary>Code that is freed after initialisation.</summary>
    InitText,

    /// <summary>Data that is freed after initialisation.</summary>
    InitData,

    /// <summary>Read-only data that is freed after initialisation.</summary>
    InitReadOnlyData,
}
