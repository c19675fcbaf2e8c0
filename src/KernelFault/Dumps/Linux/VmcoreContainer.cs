namespace KernelFault.Dumps.Linux;

/// <summary>What the file around the memory says of itself.</summary>
public sealed record VmcoreContainer
{
    /// <summary>How it is laid out.</summary>
    public required VmcoreFormat Format { get; init; }

    /// <summary>True for the flattened stream of <c>makedumpfile -F</c> and of an emulator's kdump formats.</summary>
    public bool IsFlattened { get; init; }

    /// <summary><c>header_version</c> of a kdump-compressed file, 0 to 6 so far; null for ELF.</summary>
    public int? HeaderVersion { get; init; }

    /// <summary>How pages are compressed.</summary>
    public VmcoreCompression Compression { get; init; }

    /// <summary>
    /// Which pages were left out, the number of <c>makedumpfile -d</c>: 1 zero, 2 cache, 4 private cache, 8 user, 16 free. Null when
    /// the file does not say.
    /// </summary>
    public int? DumpLevel { get; init; }

    /// <summary>Bytes of a page.</summary>
    public required int PageSize { get; init; }

    /// <summary>The crashed kernel's <c>uname</c> as the header has it; null where it has none (ELF, an emulator's kdump file).</summary>
    public VmcoreSystemName? SystemName { get; init; }

    /// <summary>When the dump was written, UTC, as its header says; null when it does not.</summary>
    public DateTime? WriteTime { get; init; }

    /// <summary>The writer noted that it could not write everything.</summary>
    public bool IsIncomplete { get; init; }

    /// <summary>One of several files of <c>makedumpfile --split</c>: its first page frame and the one after its last; null for a whole dump.</summary>
    public VmcorePart? Part { get; init; }

    /// <summary>One past the highest page frame that the file tells of.</summary>
    public required long PageFrameLimit { get; init; }

    /// <summary>Who wrote the file, as far as its layout tells: <c>makedumpfile</c>, <c>QEMU</c>, <c>kexec</c>; null when it does not.</summary>
    public string? Writer { get; init; }
}
