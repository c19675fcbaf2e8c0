using System.Globalization;
using KernelFault.Dumps.Process;
using KernelFault.Kernels;

namespace KernelFault.Analysis.Processes;

/// <summary>A process's modules in the words of the answer, and which of them are parts of the system.</summary>
internal static class ProcessModules
{
    private static readonly string[] WindowsFolders =
        [@":\windows\system32\", @":\windows\syswow64\", @":\windows\winsxs\", @":\windows\microsoft.net\", @":\windows\assembly\", @"\dotnet\shared\", @"\systemroot\"];

    // What libc, the compiler and .NET bring; other libraries in /usr/lib are third-party as far as blame goes.
    private static readonly string[] SystemLibraries =
    [
        "libc.so", "libc-", "ld-linux", "ld-", "libpthread", "libm.so", "libm-", "libdl", "librt", "libstdc++", "libgcc_s", "linux-vdso", "[vdso]",
        "libcoreclr", "libclrjit", "libclrgc", "libhostfxr", "libhostpolicy", "libSystem.", "libmscordaccore", "libsystem_", "libdyld", "libSystem.B",
        "libc++", "libobjc", "libasan", "libubsan",
    ];

    private static readonly string[] FrameworkAssemblies =
        ["System.", "Microsoft.Extensions.", "Microsoft.AspNetCore.", "Microsoft.Win32.", "Microsoft.CSharp", "Microsoft.VisualBasic", "PresentationFramework", "PresentationCore", "WindowsBase"];

    internal static IReadOnlyList<KernelModule> Convert(ProcessDump dump)
    {
        return [.. dump.Modules.Select((module, index) => new KernelModule
        {
            Name = module.Name,
            Path = module.Path.Length == 0 ? null : module.Path,
            BaseAddress = module.BaseAddress,
            Size = module.Size,
            TimeDateStamp = module.TimeDateStamp,
            CheckSum = module.CheckSum,
            FileVersion = module.FileVersion,
            BuildId = module.BuildId,
            IsOperatingSystem = IsSystem(dump, module, index == 0),
        })];
    }

    /// <summary>True for an assembly that comes with .NET.</summary>
    internal static bool IsFramework(string? assembly) =>
        assembly is null
        || assembly is "System.dll" or "mscorlib.dll" or "netstandard.dll"
        || FrameworkAssemblies.Any(prefix => assembly.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));

    private static bool? IsSystem(ProcessDump dump, ProcessModule module, bool isProgram)
    {
        if (isProgram)
        {
            // Even where it lies in the system's folder, the program is what a person started.
            return false;
        }

        if (dump.Platform == ProcessPlatform.Windows)
        {
            // Some writers record bare names only.
            return module.Path == module.Name
                ? null
                : WindowsFolders.Any(folder => CultureInfo.InvariantCulture.CompareInfo.IndexOf(module.Path, folder, CompareOptions.OrdinalIgnoreCase) >= 0);
        }

        return SystemLibraries.Any(prefix => module.Name.StartsWith(prefix, StringComparison.Ordinal)) || IsFramework(module.Name);
    }
}
