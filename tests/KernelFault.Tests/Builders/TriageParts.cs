namespace KernelFault.Tests.Builders;

/// <summary>One <c>DUMP_DRIVER_ENTRY</c>: the name in the string pool and the <c>KLDR_DATA_TABLE_ENTRY</c> of that time.</summary>
/// <remarks>Most real dumps leave all but five fields zero; the newer ones fill everything, so all of it can be said here.</remarks>
internal sealed record DriverEntry(string Name, ulong DllBase, uint SizeOfImage, uint TimeDateStamp, uint CheckSum)
{
    public ulong Flink { get; init; }
    public ulong Blink { get; init; }
    public ulong ExceptionTable { get; init; }
    public ulong ExceptionTableSize { get; init; }
    public ulong GpValue { get; init; }
    public ulong NonPagedDebugInfo { get; init; }
    public ulong EntryPoint { get; init; }
    public CountedString FullDllName { get; init; }
    public CountedString BaseDllName { get; init; }
    public uint Flags { get; init; }
    public ushort LoadCount { get; init; }
    public ushort Undefined5 { get; init; }
    public ulong SectionPointer { get; init; }
}

/// <summary>A <c>UNICODE_STRING</c> whose buffer is not part of the dump.</summary>
internal readonly record struct CountedString(ushort Length, ushort MaximumLength, ulong Buffer);

/// <summary>One <c>DUMP_UNLOADED_DRIVERS</c> entry; the name is cut to 12 characters as the structure has room for no more.</summary>
internal sealed record UnloadedEntry(string Name, ulong StartAddress, ulong EndAddress, ulong NameBuffer = 0)
{
    /// <summary>The bytes of <c>DriverName</c> where they are not just the name and zeros; 24 of them.</summary>
    public byte[]? RawName { get; init; }

    public ushort? Length { get; init; }

    public ushort? MaximumLength { get; init; }
}

/// <summary>One <c>TRIAGE_DATA_BLOCK</c> with its bytes.</summary>
internal sealed record DataBlock(ulong Address, byte[] Bytes);

/// <summary>One tagged blob behind the dump.</summary>
internal sealed record TaggedBlob(Guid Tag, byte[] Data)
{
    /// <summary>Bytes between this blob and the next: one writer aligns to 8, the other packs.</summary>
    public int PostPad { get; init; }
}

/// <summary><c>EXCEPTION_RECORD</c>.</summary>
internal sealed record ExceptionEntry(uint Code, uint Flags, ulong Address, params ulong[] Information)
{
    public ulong Nested { get; init; }
}

/// <summary>The memory-manager block that a triage dump stores behind its header.</summary>
internal sealed record MemoryManagerBlock
{
    public uint Version { get; init; } = 1;
    public uint SpecialPoolTag { get; init; }
    public uint TriageActionTaken { get; init; }
    public uint VerifyDriverLevel { get; init; }
    public uint KernelVerifier { get; init; }
    public ulong MaximumNonPagedPool { get; init; }
    public ulong AllocatedNonPagedPool { get; init; }
    public ulong PagedPoolMaximum { get; init; }
    public ulong PagedPoolAllocated { get; init; }
    public ulong CommittedPages { get; init; }
    public ulong CommittedPagesPeak { get; init; }
    public ulong CommitLimitMaximum { get; init; }
}
