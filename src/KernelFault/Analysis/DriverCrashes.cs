using KernelFault.Drivers;
using KernelFault.Kernels;
using KernelFault.Unwinding;

namespace KernelFault.Analysis;

/// <summary>Turns answers about crashes into the drivers they speak of: who is blamed, who is on the stack, who was unloaded shortly before.</summary>
public static class DriverCrashes
{
    /// <summary>Drivers that were unloaded earlier than this before the crash are not suspected.</summary>
    private static readonly TimeSpan ShortlyBefore = TimeSpan.FromMinutes(1);

    /// <summary>The drivers of several crashes; one that occurs in more than one of them is joined by its name.</summary>
    /// <param name="analyses">The answers.</param>
    /// <returns>The drivers, in the order in which they are first named. None for the crash of a program.</returns>
    public static IReadOnlyList<CrashedDriver> Of(IEnumerable<KernelFaultAnalysis> analyses)
    {
        if (analyses is null)
        {
            throw new ArgumentNullException(nameof(analyses));
        }

        var order = new List<string>();
        var drivers = new Dictionary<string, (KernelDriver Driver, List<DriverCrash> Crashes)>(StringComparer.OrdinalIgnoreCase);
        foreach (KernelFaultAnalysis analysis in analyses)
        {
            foreach ((KernelDriver driver, DriverCrash crash) in Of(analysis))
            {
                if (!drivers.TryGetValue(driver.Name, out (KernelDriver Driver, List<DriverCrash> Crashes) known))
                {
                    order.Add(driver.Name);
                    drivers.Add(driver.Name, known = (driver, []));
                }

                known.Crashes.Add(crash);
            }
        }

        return [.. order.Select(name => new CrashedDriver(drivers[name].Driver, drivers[name].Crashes))];
    }

    private static IEnumerable<(KernelDriver Driver, DriverCrash Crash)> Of(KernelFaultAnalysis analysis)
    {
        if (analysis.Kind is Dumps.DumpKind.ProcessMinidump or Dumps.DumpKind.ProcessElfCore)
        {
            yield break;
        }

        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        if (analysis.Culprit is { Kind: CulpritKind.ThirdPartyDriver or CulpritKind.SystemDriver or CulpritKind.UnloadedDriver } culprit && seen.Add(culprit.Module))
        {
            KernelModule? module = culprit.Driver ?? Find(analysis, culprit.Module);
            yield return (Driver(analysis, culprit.Module, module, culprit.Kind == CulpritKind.UnloadedDriver), Crash(analysis, DriverCrashRole.Culprit, culprit.Confidence, module));
        }

        foreach (StackFrame frame in analysis.Stack)
        {
            // The kernel is on every stack.
            if (frame.Module is string name && !IsKernel(analysis, name) && seen.Add(name))
            {
                KernelModule? module = Find(analysis, name);
                double sure = analysis.Stack.Where(other => other.Module == name).Max(Sure);
                yield return (Driver(analysis, name, module, isUnloaded: false), Crash(analysis, DriverCrashRole.OnStack, sure, module));
            }
        }

        foreach (string name in Unloaded(analysis))
        {
            if (seen.Add(name))
            {
                yield return (Driver(analysis, name, module: null, isUnloaded: true), Crash(analysis, DriverCrashRole.Unloaded, 1, module: null));
            }
        }
    }

    // Of a Linux log the last unloaded module is known, not when that was.
    private static IEnumerable<string> Unloaded(KernelFaultAnalysis analysis)
    {
        if (analysis.Linux?.LastUnloaded is string last)
        {
            int flags = last.IndexOfAny(['(', ':']);
            yield return flags > 0 ? last.Substring(0, flags) : last;
        }

        foreach (UnloadedModule module in analysis.UnloadedModules)
        {
            if (module.UnloadTime is DateTime unloaded && analysis.System.CrashTime is DateTime crashed && crashed - unloaded >= TimeSpan.Zero && crashed - unloaded <= ShortlyBefore)
            {
                yield return module.Name;
            }
        }
    }

    private static double Sure(StackFrame frame) => frame.Trust switch
    {
        FrameTrust.Context => 1,
        FrameTrust.UnwindInfo or FrameTrust.Orc => 0.9,
        FrameTrust.FramePointer => 0.7,
        _ => frame.IsUnproved ? 0.2 : 0.4,
    };

    private static bool IsKernel(KernelFaultAnalysis analysis, string module) =>
        module == "vmlinux" || (analysis.Modules.Count > 0 && string.Equals(analysis.Modules[0].Name, module, StringComparison.OrdinalIgnoreCase));

    private static KernelModule? Find(KernelFaultAnalysis analysis, string name) =>
        analysis.Modules.FirstOrDefault(module => string.Equals(module.Name, name, StringComparison.OrdinalIgnoreCase));

    private static DriverCrash Crash(KernelFaultAnalysis analysis, DriverCrashRole role, double confidence, KernelModule? module) => new()
    {
        DumpPath = analysis.Path,
        Role = role,
        Confidence = confidence,
        Title = analysis.Title,
        CrashTime = analysis.System.CrashTime,
        TimeDateStamp = module?.TimeDateStamp,
        Size = module?.Size,
    };

    private static KernelDriver Driver(KernelFaultAnalysis analysis, string fileName, KernelModule? module, bool isUnloaded)
    {
        bool linux = analysis.Linux is not null;
        string? taint = analysis.Linux?.LoadedModules.FirstOrDefault(loaded => loaded.Name == fileName)?.Flags;
        return new KernelDriver
        {
            Name = linux ? fileName : Stem(fileName),
            ComputerName = analysis.Path,
            Source = DriverSource.CrashDump,
            Kind = linux ? KernelDriverKind.Module : KernelDriverKind.Driver,
            Path = module?.Path,
            State = isUnloaded ? KernelDriverState.Unloaded : KernelDriverState.Running,
            BaseAddress = module?.BaseAddress,
            Size = module?.Size,
            FileVersion = module?.FileVersion,
            TimeDateStamp = module?.TimeDateStamp,
            LinkTime = module?.LinkTime,
            PdbId = linux ? null : module?.BuildId,
            BuildId = linux ? module?.BuildId : null,
            Taint = taint is null ? null : new string([.. taint.Where(char.IsLetter)]),
            IsThirdParty = module?.IsOperatingSystem is bool system ? !system : null,
        };
    }

    // A driver's service is called like its file, but for the extension.
    private static string Stem(string fileName) => fileName.EndsWith(".sys", StringComparison.OrdinalIgnoreCase) ? fileName.Substring(0, fileName.Length - 4) : fileName;
}
