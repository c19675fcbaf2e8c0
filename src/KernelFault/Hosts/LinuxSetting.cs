namespace KernelFault.Hosts;

/// <summary>A setting of the Linux kernel: what it is called, and where it is now and for the next boot.</summary>
internal sealed record LinuxSetting
{
    private LinuxSetting(string name, bool isBootParameter, string? livePath)
    {
        Name = name;
        IsBootParameter = isBootParameter;
        LivePath = livePath;
    }

    /// <summary>Name as the kernel's documentation has it: <c>kernel.panic_on_oops</c>, <c>crashkernel</c>.</summary>
    internal string Name { get; }

    /// <summary>True for an argument of the kernel, false for what <c>sysctl.d</c> sets.</summary>
    internal bool IsBootParameter { get; }

    /// <summary>File by which the running kernel is asked and told; null when only a boot can change it.</summary>
    internal string? LivePath { get; }

    /// <summary>A setting of sysctl(8).</summary>
    /// <param name="name">Its name with dots.</param>
    internal static LinuxSetting Sysctl(string name) => new(name, isBootParameter: false, "/proc/sys/" + name.Replace('.', '/'));

    /// <summary>An argument of the kernel.</summary>
    /// <param name="name">Its name before the equals sign.</param>
    /// <param name="livePath">File in <c>/sys/module</c> by which it can be changed now; null for none.</param>
    internal static LinuxSetting BootParameter(string name, string? livePath = null) => new(name, isBootParameter: true, livePath);
}
