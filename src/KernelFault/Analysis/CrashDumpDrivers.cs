using KernelFault.Drivers;
using KernelFault.Kernels.Linux;
using KernelFault.Knowledge;

namespace KernelFault.Analysis;

/// <summary>The drivers that a crash file knows, as the same type as those of a machine.</summary>
public static class CrashDumpDrivers
{
    private const string WindowsFolder = @"C:\Windows";
    private const string KernelImage = "vmlinux";
    private const int MaximumParameters = 1024;

    /// <summary>Reads the drivers of one file: the loaded ones, then those that were unloaded before.</summary>
    /// <param name="path">A crash dump of Windows, a vmcore, or a kernel log.</param>
    /// <param name="cancellation">Ends the work at once.</param>
    /// <returns>The drivers in the order of the file; their computer is the file's path.</returns>
    /// <exception cref="Formats.DumpFormatException">The file is of no supported kind, or too damaged to say anything.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static IReadOnlyList<KernelDriver> Read(string path, CancellationToken cancellation = default)
    {
        var drivers = new List<KernelDriver>();
        foreach (bool unloaded in (bool[])[false, true])
        {
            foreach (CrashDumpModule module in CrashDumpModule.Read(path, unloaded, cancellation))
            {
                if (module.Name != KernelImage)
                {
                    drivers.Add(Of(module));
                }
            }
        }

        return drivers;
    }

    // Files of Windows have an ending and the service is called as its file is; modules of Linux have none.
    private static KernelDriver Of(CrashDumpModule module)
    {
        int dot = module.Name.LastIndexOf('.');
        bool isLinux = module.Taint is not null || (dot < 0 && !module.IsUnloaded);
        string name = dot > 0 && !isLinux ? module.Name.Substring(0, dot) : module.Name;
        return new KernelDriver
        {
            Name = name,
            ComputerName = module.DumpPath,
            Source = DriverSource.CrashDump,
            Kind = isLinux ? KernelDriverKind.Module : KernelDriverKind.Driver,
            Path = isLinux || module.ImagePath is null ? null : WindowsImagePath.Resolve(module.ImagePath, name, WindowsFolder),
            State = module.IsUnloaded ? KernelDriverState.Unloaded : StateOf(module.State),
            BaseAddress = module.BaseAddress.ToUInt64() == 0 ? null : module.BaseAddress,
            Size = module.Size == 0 ? null : module.Size,
            FileVersion = module.FileVersion,
            TimeDateStamp = module.TimeDateStamp,
            LinkTime = module.LinkTime,
            PdbId = isLinux ? null : module.BuildId,
            BuildId = isLinux ? module.BuildId : null,
            SourceVersion = module.SourceVersion,
            Taint = module.Taint,
            Parameters = isLinux ? Parameters(module.Arguments) : null,
            IsThirdParty = IsThirdParty(module, isLinux),
        };
    }

    // A dump of Windows has no signatures. The drivers of Windows are known by name, and what is not among them is other makers'; of an
    // unloaded one the dump keeps 12 characters, which may be those of any.
    private static bool? IsThirdParty(CrashDumpModule module, bool isLinux)
    {
        if (isLinux)
        {
            return module.Taint is { } taint && taint.AsSpan().IndexOf('O') >= 0 ? true : !module.IsOperatingSystem;
        }

        if (module.IsOperatingSystem is { } known)
        {
            return !known;
        }

        DriverFacts? facts = KnowledgeBase.Default.FindDriver(module.Name.LastIndexOf('.') > 0 ? module.Name : module.Name + ".sys");
        return facts is not null ? !facts.OperatingSystem : module.IsUnloaded ? null : true;
    }

    private static KernelDriverState StateOf(LinuxModuleState? state) => state switch
    {
        LinuxModuleState.Coming => KernelDriverState.StartPending,
        LinuxModuleState.Going => KernelDriverState.StopPending,
        LinuxModuleState.Unformed => KernelDriverState.StartPending,
        _ => KernelDriverState.Running,
    };

    // A module keeps its arguments as they were written: NAME=VALUE with blanks between.
    private static DriverParameter[] Parameters(string? arguments) =>
    [
        .. (arguments ?? string.Empty).Split([' '], StringSplitOptions.RemoveEmptyEntries).Take(MaximumParameters).Select(argument =>
        {
            int equals = argument.IndexOf('=');
            return equals < 0 ? new DriverParameter(argument, null) : new DriverParameter(argument.Substring(0, equals), argument.Substring(equals + 1));
        }),
    ];
}
