namespace KernelFault.Formats.Pe;

/// <summary>The facts of a PE image's file and optional header. Names are those of the PE specification.</summary>
public sealed record PeHeader
{
    /// <summary><c>IMAGE_FILE_MACHINE_AMD64</c>.</summary>
    public const ushort MachineAmd64 = 0x8664;

    /// <summary><c>IMAGE_FILE_MACHINE_ARM64</c>.</summary>
    public const ushort MachineArm64 = 0xAA64;

    /// <summary><c>IMAGE_FILE_MACHINE_I386</c>.</summary>
    public const ushort MachineI386 = 0x14C;

    /// <summary><c>Machine</c> of the file header, such as <see cref="MachineAmd64"/>.</summary>
    public required ushort Machine { get; init; }

    /// <summary><c>TimeDateStamp</c>: seconds since 1970, or a hash for reproducible builds.</summary>
    public required uint TimeDateStamp { get; init; }

    /// <summary><c>Characteristics</c> of the file header.</summary>
    public required ushort Characteristics { get; init; }

    /// <summary>True for PE32+ (64-bit), false for PE32.</summary>
    public required bool Is64Bit { get; init; }

    /// <summary><c>AddressOfEntryPoint</c>, an RVA; 0 when there is none.</summary>
    public required uint AddressOfEntryPoint { get; init; }

    /// <summary><c>ImageBase</c>: the address the image was linked for.</summary>
    public required ulong ImageBase { get; init; }

    /// <summary><c>SectionAlignment</c> in bytes.</summary>
    public required uint SectionAlignment { get; init; }

    /// <summary><c>FileAlignment</c> in bytes.</summary>
    public required uint FileAlignment { get; init; }

    /// <summary><c>SizeOfImage</c>: bytes in memory.</summary>
    public required uint SizeOfImage { get; init; }

    /// <summary><c>SizeOfHeaders</c>: bytes.</summary>
    public required uint SizeOfHeaders { get; init; }

    /// <summary><c>CheckSum</c>; 0 when the linker set none.</summary>
    public required uint CheckSum { get; init; }

    /// <summary><c>Subsystem</c>: 1 for drivers.</summary>
    public required ushort Subsystem { get; init; }

    /// <summary><c>DllCharacteristics</c>: mitigations such as control-flow guard (0x4000).</summary>
    public required ushort DllCharacteristics { get; init; }

    /// <summary><c>MajorOperatingSystemVersion</c>.</summary>
    public required ushort MajorOperatingSystemVersion { get; init; }

    /// <summary><c>MinorOperatingSystemVersion</c>.</summary>
    public required ushort MinorOperatingSystemVersion { get; init; }

    /// <summary><c>MajorSubsystemVersion</c>.</summary>
    public required ushort MajorSubsystemVersion { get; init; }

    /// <summary><c>MinorSubsystemVersion</c>.</summary>
    public required ushort MinorSubsystemVersion { get; init; }

    /// <summary><c>MajorLinkerVersion</c>.</summary>
    public required byte MajorLinkerVersion { get; init; }

    /// <summary><c>MinorLinkerVersion</c>.</summary>
    public required byte MinorLinkerVersion { get; init; }

    /// <summary>True for what runs without the Windows subsystems (<c>IMAGE_SUBSYSTEM_NATIVE</c>): drivers, and a few programs of the start.</summary>
    public bool IsNative => Subsystem == 1;

    /// <summary>Its data may live in pages that cannot execute (<c>NX_COMPAT</c>).</summary>
    public bool IsNxCompatible => (DllCharacteristics & 0x100) != 0;

    /// <summary>It may be loaded anywhere (<c>DYNAMIC_BASE</c>, ASLR).</summary>
    public bool HasDynamicBase => (DllCharacteristics & 0x40) != 0;

    /// <summary>It may be loaded anywhere in 64 bits (<c>HIGH_ENTROPY_VA</c>).</summary>
    public bool HasHighEntropy => (DllCharacteristics & 0x20) != 0;

    /// <summary>It was built for control-flow guard (<c>GUARD_CF</c>).</summary>
    public bool HasControlFlowGuard => (DllCharacteristics & 0x4000) != 0;

    /// <summary>It is loaded only with a valid signature, also where that is not the rule (<c>FORCE_INTEGRITY</c>).</summary>
    public bool ForcesIntegrity => (DllCharacteristics & 0x80) != 0;
}
