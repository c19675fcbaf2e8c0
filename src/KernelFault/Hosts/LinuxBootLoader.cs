namespace KernelFault.Hosts;

/// <summary>How the kernel's arguments for the next boot are set.</summary>
internal enum LinuxBootLoader
{
    /// <summary>By none of the ways below.</summary>
    Unknown,

    /// <summary>A file in <c>/etc/default/grub.d</c>, then <c>update-grub</c>: Debian, Ubuntu.</summary>
    GrubFolder,

    /// <summary>The program <c>grubby</c>: Fedora, Red Hat and theirs.</summary>
    Grubby,
}
