namespace KernelFault.Analysis.Windows;

/// <summary>Whose a driver is, as far as blame goes.</summary>
internal enum ModuleStanding
{
    /// <summary>Known not to be part of Windows.</summary>
    ThirdParty,

    /// <summary>Not known: most likely third-party, said with less certainty.</summary>
    Unknown,

    /// <summary>A driver of Windows for one class of device.</summary>
    System,

    /// <summary>The kernel, HAL and the frameworks that every driver runs in.</summary>
    Core,
}
