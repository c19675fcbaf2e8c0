using System.Runtime.InteropServices;
using KernelFault.Formats;
using KernelFault.Memory;
using Microsoft.Diagnostics.Runtime;

namespace KernelFault.Dumps.Process;

/// <summary>Reads what .NET code was doing, through ClrMD and the debugging library of the runtime that crashed.</summary>
internal static class ManagedCrashReader
{
    private const int MaximumFrames = 256;
    private const int MaximumInner = 16;
    private const ulong LargestMethod = 1024 * 1024;
    private const long CacheBytes = 64 * 1024 * 1024;

    internal static ManagedCrash? Read(ProcessDump dump, IReadOnlyList<string> runtimePath, ICollection<string> warnings)
    {
        // Most dumps have no .NET at all: those never touch ClrMD.
        ProcessModule? library = dump.Modules.FirstOrDefault(module => IsRuntime(module.Name));
        if (library is null)
        {
            return null;
        }

        if (!IsReadableHere(dump))
        {
            warnings.Add($"The .NET part was not read: a dump of {dump.Platform} {dump.Architecture} needs a machine of that kind.");
            return null;
        }

        string? folder = new LocalRuntimes(runtimePath).Find(
            library.Name, dump.Platform == ProcessPlatform.Windows ? null : library.BuildId ?? "unknown", library.TimeDateStamp ?? 0, library.Size);
        string debugger = folder is null ? string.Empty : Path.Combine(folder, DebuggingLibrary(library.Name));
        if (folder is null || !File.Exists(debugger))
        {
            warnings.Add($"The .NET part was not read: this machine does not have the runtime that crashed ({library.Name}"
                + $"{(library.FileVersion is null ? string.Empty : " " + library.FileVersion)}, id {library.BuildId ?? "unknown"}).");
            return null;
        }

#pragma warning disable CA1031 // ClrMD and the debugging library may throw anything at a damaged dump; the rest of the answer stands.
        try
        {
            return Read(dump, library, debugger, [folder, .. runtimePath], warnings);
        }
        catch (Exception error)
        {
            warnings.Add($"The .NET part could not be read: {PrintableText.Clean(error.Message)}");
            return null;
        }
#pragma warning restore CA1031
    }

    private static bool IsRuntime(string name) =>
        name is "libcoreclr.so" or "libcoreclr.dylib"
        || name.Equals("coreclr.dll", StringComparison.OrdinalIgnoreCase)
        || name.Equals("clr.dll", StringComparison.OrdinalIgnoreCase);

    private static string DebuggingLibrary(string runtime) => runtime switch
    {
        "libcoreclr.so" => "libmscordaccore.so",
        "libcoreclr.dylib" => "libmscordaccore.dylib",
        _ => runtime.Equals("clr.dll", StringComparison.OrdinalIgnoreCase) ? "mscordacwks.dll" : "mscordaccore.dll",
    };

    private static bool IsReadableHere(ProcessDump dump)
    {
        OSPlatform platform = dump.Platform switch
        {
            ProcessPlatform.Windows => OSPlatform.Windows,
            ProcessPlatform.MacOS => OSPlatform.OSX,
            _ => OSPlatform.Linux,
        };
        return RuntimeInformation.IsOSPlatform(platform)
            && RuntimeInformation.ProcessArchitecture.ToString().Equals(dump.Architecture.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    private static ManagedCrash? Read(
        ProcessDump dump, ProcessModule library, string debugger, IReadOnlyList<string> folders, ICollection<string> warnings)
    {
        var options = new DataTargetOptions
        {
            FileLocator = new LocalImageLocator(folders),
            SymbolPaths = [],
            CacheOptions = new CacheOptions { MaxDumpCacheSize = CacheBytes },
        };
        using var target = new DataTarget(new ManagedDataReader(dump), options);
        ClrInfo? info = target.ClrVersions.FirstOrDefault(clr => clr.ModuleInfo.ImageBase == library.BaseAddress.ToUInt64());
        if (info is null)
        {
            warnings.Add($"The .NET part was not read: the dump does not hold enough of {library.Name}.");
            return null;
        }

        // That it matches was proved by the runtime's build id; ClrMD compares a version that not every dump holds.
        using ClrRuntime runtime = info.CreateRuntime(debugger, ignoreMismatch: true);
        string? version = Version(info, folders[0]);
        ClrThread? thread = dump.FaultingThread is ProcessThread faulting
            ? runtime.Threads.FirstOrDefault(candidate => candidate.OSThreadId == faulting.Id)
            : null;

        // Without a faulting thread, one that carries an exception tells more than none.
        ClrThread? carrier = thread?.CurrentException is not null || dump.FaultingThread is not null
            ? thread
            : runtime.Threads.FirstOrDefault(candidate => candidate.CurrentException is not null);
        if (carrier is null)
        {
            return new ManagedCrash(version, null, []);
        }

        ManagedFrame[] frames = [.. carrier.EnumerateStackTrace().Take(MaximumFrames).Where(frame => frame.Method is not null).Select(Frame)];
        return new ManagedCrash(version, Exception(carrier.CurrentException, 0), frames);
    }

    // Else the name of the folder, which .NET names after the version.
    private static string? Version(ClrInfo info, string folder)
    {
        if (info.Version.Major > 0)
        {
            return info.Version.ToString();
        }

        string name = Path.GetFileName(folder.TrimEnd('/', '\\'));
        return name.Length > 0 && char.IsDigit(name[0]) ? name : null;
    }

    private static ManagedException? Exception(ClrException? exception, int depth)
    {
        if (exception is null || depth >= MaximumInner)
        {
            return null;
        }

        return new ManagedException(
            PrintableText.Clean(exception.Type.Name ?? "unknown exception"),
            exception.Message is { Length: > 0 } message ? PrintableText.Clean(message) : null,
            exception.HResult,
            [.. exception.StackTrace.Take(MaximumFrames).Where(frame => frame.Method is not null).Select(Frame)],
            Exception(exception.Inner, depth + 1));
    }

    private static ManagedFrame Frame(ClrStackFrame frame)
    {
        ClrMethod method = frame.Method!;
        string type = method.Type?.Name ?? string.Empty;
        string name = method.Name ?? "unknown method";
        string? module = method.Type?.Module?.Name;
        return new ManagedFrame(
            PrintableText.Clean(type.Length == 0 ? name : type + "." + name),
            string.IsNullOrEmpty(module) ? null : PrintableText.Clean(MinidumpModules.FileName(module!)),
            new VirtualAddress(frame.InstructionPointer),
            frame.StackPointer == 0 ? null : new VirtualAddress(frame.StackPointer),
            method.NativeCode != 0 && frame.InstructionPointer - method.NativeCode < LargestMethod ? (uint)(frame.InstructionPointer - method.NativeCode) : null);
    }
}
