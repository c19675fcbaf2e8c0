using KernelFault.Analysis.Linux.Vmcores;
using KernelFault.Dumps;
using KernelFault.Dumps.Linux;
using KernelFault.Dumps.Windows;
using KernelFault.Kernels;
using KernelFault.Kernels.Linux;
using KernelFault.Kernels.Windows;
using KernelFault.Memory;

namespace KernelFault.Analysis;

/// <summary>A driver that a crash file lists, loaded or unloaded, and which file lists it.</summary>
public sealed record CrashDumpModule
{
    /// <summary>File name, such as <c>amdppm.sys</c>.</summary>
    public required string Name { get; init; }

    /// <summary>First byte in memory.</summary>
    public required VirtualAddress BaseAddress { get; init; }

    /// <summary>The byte after its last.</summary>
    public required VirtualAddress EndAddress { get; init; }

    /// <summary>Size in memory, in bytes.</summary>
    public required ulong Size { get; init; }

    /// <summary>True when it was unloaded before the crash.</summary>
    public required bool IsUnloaded { get; init; }

    /// <summary>When it was unloaded, UTC; null when it was not, or the file does not say.</summary>
    public DateTime? UnloadTime { get; init; }

    /// <summary>The path the loader recorded; null when the file has the name only.</summary>
    public string? ImagePath { get; init; }

    /// <summary>File version; null when not recorded.</summary>
    public string? FileVersion { get; init; }

    /// <summary><c>TimeDateStamp</c> of the image; null when not recorded.</summary>
    public uint? TimeDateStamp { get; init; }

    /// <summary><see cref="TimeDateStamp"/> as a date, UTC; null when it is none.</summary>
    public DateTime? LinkTime { get; init; }

    /// <summary><c>CheckSum</c> of the image; null when not recorded.</summary>
    public uint? CheckSum { get; init; }

    /// <summary>PDB GUID and age, or an ELF build id; null when not recorded.</summary>
    public string? BuildId { get; init; }

    /// <summary>True for a part of the operating system, false for third-party code, null when neither is known.</summary>
    public bool? IsOperatingSystem { get; init; }

    /// <summary>Where a Linux module was in its life; null for the kernel image and other drivers.</summary>
    public LinuxModuleState? State { get; init; }

    /// <summary>Letters of the taints that a Linux module brought, such as <c>OE</c>; empty for none and for the kernel image, null for drivers of other systems.</summary>
    public string? Taint { get; init; }

    /// <summary><c>srcversion</c> of a Linux module, a hash of its source; null when it has none.</summary>
    public string? SourceVersion { get; init; }

    /// <summary>The arguments a Linux module was loaded with; null when it had none.</summary>
    public string? Arguments { get; init; }

    /// <summary>The crash file.</summary>
    public required string DumpPath { get; init; }

    /// <summary>Reads the drivers of one file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="unloaded">True for the unloaded ones, false for the loaded ones.</param>
    /// <param name="cancellation">Ends the work at once.</param>
    /// <returns>The drivers in the order of the file.</returns>
    /// <exception cref="Formats.DumpFormatException">The file is of no supported kind, or too damaged to say anything.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static IReadOnlyList<CrashDumpModule> Read(string path, bool unloaded, CancellationToken cancellation = default)
    {
        using CrashDump dump = CrashDump.Open(path, cancellation);
        if (dump is WindowsDump windows)
        {
            WindowsKernel kernel = WindowsKernelReader.Read(windows, symbols: null);
            return unloaded
                ? kernel.UnloadedModules.Select(module => Of(path, module)).ToArray()
                : kernel.Modules.Select(module => Of(path, module)).ToArray();
        }

        if (dump is LinuxVmcore vmcore)
        {
            // Modules of a vmcore that were unloaded are known by name at most.
            return unloaded ? [] : VmcoreModules.Read(VmcoreSession.Of(vmcore, cancellation)).Select(module => Of(path, module)).ToArray();
        }

        KernelFaultAnalysis analysis = new KernelFaultAnalyzer(new AnalysisOptions { UseLocalImages = false }).Analyze(dump, cancellation);
        return unloaded
            ? analysis.UnloadedModules.Select(module => Of(path, module)).ToArray()
            : analysis.Modules.Select(module => Of(path, module)).ToArray();
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    internal static CrashDumpModule Of(string path, KernelModule module) => new()
    {
        Name = module.Name,
        BaseAddress = module.BaseAddress,
        EndAddress = module.BaseAddress + module.Size,
        Size = module.Size,
        IsUnloaded = false,
        ImagePath = module.Path,
        FileVersion = module.FileVersion,
        TimeDateStamp = module.TimeDateStamp,
        LinkTime = module.LinkTime,
        CheckSum = module.CheckSum,
        BuildId = module.BuildId,
        IsOperatingSystem = module.IsOperatingSystem,
        DumpPath = path,
    };

    private static CrashDumpModule Of(string path, (KernelModule Module, LinuxKernelModule? Facts) loaded) => Of(path, loaded.Module) with
    {
        State = loaded.Facts?.State,
        Taint = loaded.Facts?.Taint ?? string.Empty,
        SourceVersion = loaded.Facts?.SourceVersion,
        Arguments = loaded.Facts?.Arguments,
    };

    internal static CrashDumpModule Of(string path, UnloadedModule module) => new()
    {
        Name = module.Name,
        BaseAddress = module.StartAddress,
        EndAddress = module.EndAddress,
        Size = module.EndAddress - module.StartAddress,
        IsUnloaded = true,
        UnloadTime = module.UnloadTime,
        DumpPath = path,
    };
}
