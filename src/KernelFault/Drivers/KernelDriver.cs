namespace KernelFault.Drivers;

/// <summary>A driver of Windows or a module of Linux, as far as its source tells. What a source does not tell is null.</summary>
public sealed record KernelDriver
{
    /// <summary>Name of the service or module, such as <c>iaStorAC</c> or <c>e1000e</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The machine, as its host names it, or the path of the file or crash file it was read from.</summary>
    public required string ComputerName { get; init; }

    /// <summary>Where this was read.</summary>
    public required DriverSource Source { get; init; }

    /// <summary>What sort of code it is.</summary>
    public required KernelDriverKind Kind { get; init; }

    /// <summary>Name as people see it.</summary>
    public string? DisplayName { get; init; }

    /// <summary>Whole path of its file on its machine, with folders written out (no <c>\SystemRoot</c>).</summary>
    public string? Path { get; init; }

    /// <summary>Where it is in its life.</summary>
    public KernelDriverState? State { get; init; }

    /// <summary>When it is started; null for modules of Linux.</summary>
    public DriverStartType? StartType { get; init; }

    /// <summary>First byte in memory; null when not loaded or not shown to the user.</summary>
    public KernelFault.Memory.VirtualAddress? BaseAddress { get; init; }

    /// <summary>Size in memory, in bytes.</summary>
    public ulong? Size { get; init; }

    /// <summary>Length of its file, in bytes.</summary>
    public long? FileSize { get; init; }

    /// <summary>Version of the file (Windows) or the module's <c>version</c>.</summary>
    public string? FileVersion { get; init; }

    /// <summary>File name as its maker built it, from the version resource: what block lists go by, since a file is renamed easily.</summary>
    public string? OriginalFileName { get; init; }

    /// <summary>Internal name of the version resource.</summary>
    public string? InternalName { get; init; }

    /// <summary>Product it belongs to.</summary>
    public string? Product { get; init; }

    /// <summary>Who made it: company of the version resource, or author of a module.</summary>
    public string? Company { get; init; }

    /// <summary>What it is, in its maker's words.</summary>
    public string? Description { get; init; }

    /// <summary>Licence of a Linux module.</summary>
    public string? License { get; init; }

    /// <summary>When it was linked, UTC; null also for a reproducible build, whose time stamp is a hash.</summary>
    public DateTime? LinkTime { get; init; }

    /// <summary><c>TimeDateStamp</c> of the image, with <see cref="Size"/> its key in symbol stores.</summary>
    public uint? TimeDateStamp { get; init; }

    /// <summary>SHA-256 of the file, lower-case hexadecimal.</summary>
    public string? Sha256 { get; init; }

    /// <summary>SHA-1 of the file, lower-case hexadecimal: old block lists name files by it.</summary>
    public string? Sha1 { get; init; }

    /// <summary>MD5 of the file, lower-case hexadecimal: old block lists name files by it.</summary>
    public string? Md5 { get; init; }

    /// <summary>Authenticode hash by SHA-1, lower-case hexadecimal.</summary>
    public string? AuthenticodeSha1 { get; init; }

    /// <summary>Authenticode hash by SHA-256, lower-case hexadecimal.</summary>
    public string? AuthenticodeSha256 { get; init; }

    /// <summary>Who vouches for it.</summary>
    public DriverSignature? Signature { get; init; }

    /// <summary>INF file as its maker named it, such as <c>nv_dispi.inf</c>.</summary>
    public string? InfName { get; init; }

    /// <summary>Name under which Windows published the INF, such as <c>oem12.inf</c>.</summary>
    public string? PublishedName { get; init; }

    /// <summary>Provider of the package.</summary>
    public string? Provider { get; init; }

    /// <summary>Date of the package, UTC.</summary>
    public DateTime? DriverDate { get; init; }

    /// <summary>Version of the package.</summary>
    public string? DriverVersion { get; init; }

    /// <summary>Device class, such as <c>Net</c>, or the folder of a module below <c>drivers/</c>, such as <c>net</c>; of the kernel's other trees their name, such as <c>fs</c>.</summary>
    public string? Class { get; init; }

    /// <summary>Devices that use it; empty for none.</summary>
    public IReadOnlyList<DriverDevice>? Devices { get; init; }

    /// <summary>Altitude of a minifilter, such as <c>328010</c>.</summary>
    public string? Altitude { get; init; }

    /// <summary>Load order group.</summary>
    public string? LoadOrderGroup { get; init; }

    /// <summary>File name of its symbols, without folders.</summary>
    public string? PdbName { get; init; }

    /// <summary>GUID and age of its symbols, as symbol stores write them.</summary>
    public string? PdbId { get; init; }

    /// <summary>Build id of a Linux module, lower-case hexadecimal.</summary>
    public string? BuildId { get; init; }

    /// <summary><c>srcversion</c> of a Linux module.</summary>
    public string? SourceVersion { get; init; }

    /// <summary>Letters of the taints a Linux module brings, such as <c>OE</c>; empty for none.</summary>
    public string? Taint { get; init; }

    /// <summary>Parameters, by name.</summary>
    public IReadOnlyList<DriverParameter>? Parameters { get; init; }

    /// <summary>What must be loaded before it, by name.</summary>
    public IReadOnlyList<string>? Dependencies { get; init; }

    /// <summary>What uses it now, by name: modules of Linux.</summary>
    public IReadOnlyList<string>? UsedBy { get; init; }

    /// <summary>False for a part of the system as delivered (Microsoft's own; a module of the kernel's tree), true for other makers' code.</summary>
    public bool? IsThirdParty { get; init; }

    /// <summary>What its image says of itself: sections, imports, mitigations.</summary>
    public DriverImage? Image { get; init; }

    /// <summary>What could not be read, and why.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() => Name;
}
