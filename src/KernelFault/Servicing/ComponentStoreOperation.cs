namespace KernelFault.Servicing;

/// <summary>What DISM is to do with the component store.</summary>
public enum ComponentStoreOperation : long
{
    /// <summary><c>/CheckHealth</c>: says at once whether damage was marked by an earlier scan or a failed update. Looks only.</summary>
    CheckHealth,

    /// <summary><c>/ScanHealth</c>: looks at all of the store, in minutes. Repairs nothing.</summary>
    ScanHealth,

    /// <summary><c>/RestoreHealth</c>: looks at all of the store and repairs it, from Windows Update or a source.</summary>
    RestoreHealth,

    /// <summary><c>/StartComponentCleanup</c>: removes what newer components have replaced.</summary>
    StartComponentCleanup,
}
