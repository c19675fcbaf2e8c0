using KernelFault.Formats.Pe;

namespace KernelFault.Drivers;

/// <summary>What the image of a Windows driver says of itself: the facts on which risk rules stand.</summary>
public sealed record DriverImage
{
    /// <summary>Processor it is made for: <c>x64</c>, <c>arm64</c>, <c>x86</c>, or <c>0x</c> and the machine's number.</summary>
    public required string Machine { get; init; }

    /// <summary><c>SizeOfImage</c>, in bytes.</summary>
    public required long SizeOfImage { get; init; }

    /// <summary>True for an image of the native subsystem, as drivers are.</summary>
    public required bool IsNative { get; init; }

    /// <summary><c>DllCharacteristics</c>: may its data be non-executable.</summary>
    public required bool IsNxCompatible { get; init; }

    /// <summary><c>DllCharacteristics</c>: may it lie anywhere in memory.</summary>
    public required bool HasDynamicBase { get; init; }

    /// <summary>Control Flow Guard: the flag is set and the image has a table for it.</summary>
    public required bool HasControlFlowGuard { get; init; }

    /// <summary>CET: it may run with a hardware shadow stack.</summary>
    public required bool IsCetCompatible { get; init; }

    /// <summary>Whether the loader must check its signature (<c>/INTEGRITYCHECK</c>).</summary>
    public required bool ForcesIntegrity { get; init; }

    /// <summary>True for a debug build by its version resource.</summary>
    public required bool IsDebugBuild { get; init; }

    /// <summary><c>CheckSum</c> of the header; 0 for none.</summary>
    public required uint CheckSum { get; init; }

    /// <summary>The sum over the file; null when not the whole file was at hand.</summary>
    public required uint? ComputedCheckSum { get; init; }

    /// <summary>Alignment of the sections in memory, in bytes.</summary>
    public required long SectionAlignment { get; init; }

    /// <summary>Sections, in the order of the image.</summary>
    public required IReadOnlyList<PeSection> Sections { get; init; }

    /// <summary>Whether the import address table lies in a section from which code may run; null when there is none or it was not looked at.</summary>
    public bool? HasExecutableImportTable { get; init; }

    /// <summary>Imported functions, each <c>module!Function</c>, in the order of the image; null when they could not be read.</summary>
    public required IReadOnlyList<string>? Imports { get; init; }

    /// <summary>Device names and security descriptors found as text in the image, such as <c>\Device\RTCore64</c>; null when not the whole file was at hand.</summary>
    public required IReadOnlyList<string>? DeviceNames { get; init; }

    /// <summary>
    /// Of <c>rdmsr</c>, <c>wrmsr</c>, <c>in</c> and <c>out</c> those that its code has: by them it reaches the processor's registers and ports
    /// without importing anything. Null when not the whole file was at hand, and for code of 32 bits.
    /// </summary>
    public IReadOnlyList<string>? PrivilegedInstructions { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Machine}, {Sections.Count} sections";
}
