using System.Globalization;
using KernelFault.Formats;
using KernelFault.Hosts;
using KernelFault.Memory;

namespace KernelFault.Drivers.Linux;

/// <summary>The modules of a running Linux: loaded ones, and what is built into the kernel and shows itself in <c>/sys/module</c>.</summary>
/// <param name="tree">Its files.</param>
/// <param name="computer">The machine, as its host names it.</param>
internal sealed class LinuxDriverInventory(ILinuxTree tree, string computer)
{
    private const string Modules = "/sys/module/";
    private const int MaximumModules = 32 * 1024;
    private const int MaximumParameters = 4096;
    private const int MaximumDevices = 4096;
    private const int MaximumValue = 1024;
    private const int NoteHeader = 16;

    private readonly List<string> _warnings = [];

    /// <summary>Reads the modules of a host: on this machine the files themselves, elsewhere in one round trip.</summary>
    /// <param name="host">A Linux.</param>
    /// <param name="cancellation">Ends the work at once.</param>
    /// <exception cref="HostException">The machine cannot be asked, or answers something else.</exception>
    internal static DriverInventory Read(IHost host, CancellationToken cancellation)
    {
        if (host.Kind == HostKind.Local)
        {
            return new LinuxDriverInventory(new LocalLinuxTree(string.Empty), host.Name).Read(cancellation);
        }

        var call = new ProgramCall("/bin/sh", "-s") { Input = System.Text.Encoding.UTF8.GetBytes(HostScript.Read("Drivers.linux-drivers.sh")), Timeout = TimeSpan.FromMinutes(3) };
        ProgramResult result = host.Run(call, cancellation);
        try
        {
            var tree = new PrintedLinuxTree(result.Output, host.Name);
            DriverInventory read = new LinuxDriverInventory(tree, host.Name).Read(cancellation);
            return tree.IsWhole ? read : read with { Warnings = (string[])[.. read.Warnings, "The machine stopped before it had listed everything."] };
        }
        catch (DumpFormatException e)
        {
            throw new HostException(host.Name, HostErrorKind.Failed, "the inventory of drivers cannot be read: " + e.Expected, e);
        }
    }

    /// <summary>Reads the modules.</summary>
    /// <param name="cancellation">Ends the work at once.</param>
    internal DriverInventory Read(CancellationToken cancellation)
    {
        var folder = new ModuleFolder(tree, tree.Text("/proc/sys/kernel/osrelease")?.Trim() ?? string.Empty);
        IReadOnlyList<string> known = tree.Names("/sys/module");
        List<LoadedModule> loaded = tree.Text("/proc/modules") is { } text ? LoadedModule.ReadAll(text, _warnings) : FromFolders(known);
        if (loaded.Count > 0 && !folder.IsKnown)
        {
            _warnings.Add("There is no modules.dep for the running kernel: where the modules' files lie is not known.");
        }

        bool verifies = tree.Names("/sys/module/module/parameters").Contains("sig_enforce");
        var names = new HashSet<string>(loaded.Select(module => module.Name), StringComparer.Ordinal);

        // Unpacking and hashing a module takes milliseconds; there are some hundreds.
        var files = new KernelDriver[loaded.Count];
        Parallel.For(0, files.Length, new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount }, i => files[i] = Loaded(loaded[i], folder, verifies));
        List<KernelDriver> drivers = [.. files];
        foreach (string name in known.Where(name => !names.Contains(name)).Take(MaximumModules))
        {
            cancellation.ThrowIfCancellationRequested();
            drivers.Add(InKernel(name));
        }

        drivers.Sort((x, y) => string.CompareOrdinal(x.Name, y.Name));
        return new DriverInventory { ComputerName = computer, Source = DriverSource.Linux, Drivers = drivers, Warnings = _warnings };
    }

    // A kernel that hides /proc/modules still shows the folders; only a loaded module has a state there.
    private List<LoadedModule> FromFolders(IReadOnlyList<string> known)
    {
        var modules = new List<LoadedModule>();
        foreach (string name in known.Take(MaximumModules))
        {
            if (tree.Text(Modules + name + "/initstate") is { } state)
            {
                ulong? size = ulong.TryParse(tree.Text(Modules + name + "/coresize"), NumberStyles.None, CultureInfo.InvariantCulture, out ulong bytes) ? bytes : null;
                KernelDriverState? now = state switch { "live" => KernelDriverState.Running, "coming" => KernelDriverState.StartPending, "going" => KernelDriverState.StopPending, _ => null };
                modules.Add(new LoadedModule(name, size, tree.Names(Modules + name + "/holders"), now, 0, string.Empty));
            }
        }

        return modules;
    }

    private KernelDriver Loaded(LoadedModule module, ModuleFolder folder, bool verifies)
    {
        string at = Modules + module.Name;
        string taint = tree.Text(at + "/taint") is { } written ? LoadedModule.TaintOf(written) : module.Taint;
        string? path = folder.PathOf(module.Name);
        ulong address = module.Address != 0 ? module.Address : Address(tree.Text(at + "/sections/.text"));
        KernelDriver driver = Shown(module.Name) with
        {
            State = module.State,
            Size = module.Size,
            BaseAddress = address == 0 ? null : new VirtualAddress(address),
            UsedBy = (string[])[.. module.UsedBy.OrderBy(name => name, StringComparer.Ordinal)],
            Taint = taint,
            Path = Clean(path),
            Dependencies = folder.NeedsOf(module.Name),
            BuildId = BuildId(at),
        };
        driver = path is null ? driver : WithFile(driver, path);
        bool isForeign = LoadedModule.HasTaint(taint, 'O');
        return driver with
        {
            IsThirdParty = isForeign || driver.IsThirdParty == true,
            Signature = driver.Signature is null ? null : Judged(driver.Signature, taint, verifies),
        };
    }

    private KernelDriver InKernel(string name) => Shown(name) with
    {
        State = KernelDriverState.Running,
        IsThirdParty = false,
        Taint = string.Empty,
    };

    private KernelDriver Shown(string name)
    {
        string at = Modules + name;
        return new KernelDriver
        {
            Name = PrintableText.Clean(name),
            ComputerName = computer,
            Source = DriverSource.Linux,
            Kind = KernelDriverKind.Module,
            FileVersion = Clean(tree.Text(at + "/version")),
            SourceVersion = Clean(tree.Text(at + "/srcversion")),
            Parameters = (DriverParameter[])[.. tree.Names(at + "/parameters").Take(MaximumParameters).Select(parameter => new DriverParameter(PrintableText.Clean(parameter), Value(tree.Text(at + "/parameters/" + parameter))))],
            Devices = Devices(at),
        };
    }

    private KernelDriver WithFile(KernelDriver driver, string path)
    {
        try
        {
            if (tree.Module(path, out long length, out string? sha256) is not { } file)
            {
                return driver with { Warnings = (string[])[.. driver.Warnings, "Its file is not there any more: the kernel's package may have been removed."] };
            }

            KernelDriver complete = LinuxDriverFile.Complete(driver with { FileSize = length, Sha256 = sha256 }, file);
            string? difference = file.BuildId is { } id && driver.BuildId is { } running && id != running ? "build id " + id + ", running is " + running
                : file.SourceVersion is { } source && driver.SourceVersion is { } loaded && source != loaded ? "srcversion " + source + ", running is " + loaded
                : null;
            return difference is null ? complete : complete with
            {
                SourceVersion = driver.SourceVersion ?? complete.SourceVersion,
                Warnings = (string[])[.. complete.Warnings, "The file is not the module that runs: " + difference + "."],
            };
        }
        catch (Exception e) when (e is DumpFormatException or IOException or UnauthorizedAccessException)
        {
            return driver with { Warnings = (string[])[.. driver.Warnings, "Its file cannot be read: " + PrintableText.Clean((e as DumpFormatException)?.Expected ?? e.Message)] };
        }
    }

    // The kernel says by the taint 'E' that it loaded a module whose signature is missing or by an unknown key.
    private static DriverSignature Judged(DriverSignature signature, string taint, bool verifies)
    {
        if (signature.Status != DriverSignatureStatus.Unknown || !verifies)
        {
            return signature;
        }

        return LoadedModule.HasTaint(taint, 'E')
            ? signature with { Status = DriverSignatureStatus.Untrusted, Reason = "The running kernel does not know the key: it has tainted itself with 'E'." }
            : signature with { Status = DriverSignatureStatus.Valid, Reason = null };
    }

    private List<DriverDevice> Devices(string at)
    {
        var devices = new List<DriverDevice>();
        foreach (string driver in tree.Names(at + "/drivers").Take(MaximumDevices))
        {
            foreach (string device in tree.Links(at + "/drivers/" + driver))
            {
                if (device != "module" && devices.Count < MaximumDevices)
                {
                    devices.Add(new DriverDevice(null, PrintableText.Clean(device)));
                }
            }
        }

        return devices;
    }

    // ELF note: length of the owner's name, of the id, type 3, "GNU\0", then the id.
    private string? BuildId(string at)
    {
        byte[]? note = tree.Bytes(at + "/notes/.note.gnu.build-id");
        return note is null || note.Length <= NoteHeader || note[8] != 3 || note[4] + NoteHeader > note.Length || note[4] == 0 ? null : FileHash.Digits(note.AsSpan(NoteHeader, note[4]));
    }

    private static ulong Address(string? text) => text is null ? 0 : LoadedModule.AddressOf(text.Trim());

    private static string? Clean(string? text) => text is null ? null : PrintableText.Clean(text.Trim());

    private static string? Value(string? text) => text is null ? null : PrintableText.Clean(text.TrimEnd('\n'), MaximumValue);
}
