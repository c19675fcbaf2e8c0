namespace KernelFault.Drivers.Risk.Blocklists;

/// <summary>Whose block list it is, which is also its format.</summary>
public enum BlocklistKind : long
{
    /// <summary>The LOLDrivers project's JSON of samples.</summary>
    LolDrivers,

    /// <summary>A policy of Windows' App Control, such as Microsoft's recommended driver block rules: XML, or the zip it is published in.</summary>
    AppControlPolicy,
}
