namespace KernelFault.Drivers.Risk.Checks;

/// <summary>What it asks of the kernel, by its imports and the names in it.</summary>
internal static class ImportChecks
{
    private const string PhysicalMemory = @"\Device\PhysicalMemory";
    private const double WeakShare = 0.5;

    // Reads or writes any physical memory, page table or configuration space, given an address from the caller.
    private static readonly string[] s_machine =
    [
        "MmMapIoSpace", "MmMapIoSpaceEx", "MmCopyMemory", "HalSetBusData", "HalSetBusDataByOffset", "HalTranslateBusAddress",
    ];

    // Says where memory lies, or reads configuration: of use to an attacker with something else.
    private static readonly string[] s_machineFacts = ["MmGetPhysicalAddress", "MmGetVirtualForPhysical", "MmGetPhysicalMemoryRanges", "HalGetBusData", "HalGetBusDataByOffset"];

    // Write to the processor's registers and to ports, past the kernel; those that only read tell.
    private static readonly string[] s_writing = ["wrmsr", "out"];

    private static readonly string[] s_sections = ["ZwMapViewOfSection", "ZwOpenSection"];
    private static readonly string[] s_safeDevices = ["IoCreateDeviceSecure", "WdmlibIoCreateDeviceSecure", "WdmlibIoValidateDeviceIoControlAccess", "IoValidateDeviceIoControlAccess"];

    // The last three come with direct I/O, whose pages the I/O manager locked; the others check or copy by themselves.
    private static readonly string[] s_checks =
    [
        "ProbeForRead", "ProbeForWrite", "MmProbeAndLockPages", "MmProbeAndLockSelectedPages", "MmProbeAndLockProcessPages", "MmSecureVirtualMemory", "MmCopyVirtualMemory",
        "MmUserProbeAddress", "MmHighestUserAddress", "WdfRequestProbeAndLockUserBufferForRead", "WdfVersionBind",
        "MmMapLockedPages", "MmMapLockedPagesSpecifyCache", "MmMapLockedPagesWithReservedMapping",
    ];

    private static readonly string[] s_oldPool = ["ExAllocatePool", "ExAllocatePoolWithTag", "ExAllocatePoolWithQuota", "ExAllocatePoolWithQuotaTag", "ExAllocatePoolWithTagPriority"];

    internal static IReadOnlyList<RiskCheck> All { get; } =
    [
        new("open-machine-access", MachineAccess),
        new("no-user-memory-check", UserMemory),
        new("deprecated-pool", OldPool),
    ];

    private static RiskVerdict MachineAccess(RiskSubject subject)
    {
        if (Functions(subject) is not { } imports)
        {
            return RiskVerdict.Unknown("imports");
        }

        IReadOnlyList<string>? names = subject.Driver.Image!.DeviceNames;
        IReadOnlyList<string> code = subject.Driver.Image.PrivilegedInstructions ?? [];
        string[] strong = [.. s_machine.Where(imports.Contains), .. s_writing.Where(code.Contains)];
        string[] weak = [.. s_machineFacts.Where(imports.Contains), .. code.Except(s_writing)];
        string[] sections = [.. s_sections.Where(imports.Contains)];
        if (!imports.Contains("IoCreateDevice") || Array.Exists(s_safeDevices, imports.Contains) || strong.Length + weak.Length + sections.Length == 0)
        {
            return RiskVerdict.NotFound;
        }

        if (names is null)
        {
            return RiskVerdict.Unknown("names in the image");
        }

        bool physical = sections.Length > 0 && names.Contains(PhysicalMemory, StringComparer.OrdinalIgnoreCase);
        if (!IsOpen(imports, names) || (strong.Length + weak.Length == 0 && !physical))
        {
            return RiskVerdict.NotFound;
        }

        string device = names.First(name => IsDevice(name));
        string[] what = [.. strong, .. physical ? sections : [], .. weak];
        string used = string.Join(", ", what.Except(code));
        string run = string.Join(", ", what.Where(code.Contains));
        return RiskVerdict.Found(
            strong.Length > 0 || physical
                ? "Any program may open its device and reach physical memory, ports or registers."
                : "Any program may open its device and look up physical addresses or registers.",
            device + (used.Length > 0 ? "; imports " + used : string.Empty) + (run.Length > 0 ? "; runs " + run : string.Empty),
            strong.Length > 0 || physical ? 1 : WeakShare);
    }

    // Without a security descriptor of its own, a device of IoCreateDevice is for everyone; a name for programs leads to it.
    private static bool IsOpen(HashSet<string> imports, IReadOnlyList<string> names) =>
        names.Any(IsDevice)
        && !names.Any(name => name.StartsWith("D:", StringComparison.OrdinalIgnoreCase) || name.StartsWith("O:", StringComparison.OrdinalIgnoreCase))
        && (imports.Contains("IoCreateSymbolicLink") || imports.Contains("IoCreateUnprotectedSymbolicLink"));

    private static bool IsDevice(string name) =>
        name.StartsWith(@"\Device\", StringComparison.OrdinalIgnoreCase) && !name.Equals(PhysicalMemory, StringComparison.OrdinalIgnoreCase);

    private static RiskVerdict UserMemory(RiskSubject subject)
    {
        if (Functions(subject) is not { } imports)
        {
            return RiskVerdict.Unknown("imports");
        }

        bool takesRequests = imports.Contains("IoCreateDevice") && (imports.Contains("IofCompleteRequest") || imports.Contains("IoCompleteRequest"));
        return RiskVerdict.If(
            takesRequests && !Array.Exists(s_checks, imports.Contains),
            "It takes requests of programs and imports nothing that checks their memory.",
            "imports IoCreateDevice and IofCompleteRequest, neither ProbeForRead, ProbeForWrite nor MmProbeAndLockPages");
    }

    private static RiskVerdict OldPool(RiskSubject subject)
    {
        if (Functions(subject) is not { } imports)
        {
            return RiskVerdict.Unknown("imports");
        }

        string[] old = [.. s_oldPool.Where(imports.Contains)];
        return RiskVerdict.If(old.Length > 0, "It allocates memory with deprecated functions.", "imports " + string.Join(", ", old));
    }

    // "module!Function"; the module does not matter.
    private static HashSet<string>? Functions(RiskSubject subject) => subject.Driver.Image?.Imports is { } imports
        ? [.. imports.Select(import => import.Substring(import.IndexOf('!') + 1))]
        : null;
}
