namespace KernelFault.Drivers.Risk.Blocklists;

/// <summary>What a block list says of a driver. Every text is safe to show.</summary>
/// <param name="Id">Its id in the list.</param>
/// <param name="Name">What the list calls it.</param>
/// <param name="Category"><c>vulnerable driver</c>, <c>malicious</c> or <c>denied</c>.</param>
internal sealed record BlocklistEntry(string Id, string Name, string Category);
