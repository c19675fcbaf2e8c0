using System.Buffers.Binary;

namespace KernelFault.Formats.Pe;

// IMAGE_LOAD_CONFIG_DIRECTORY32/64: its first field is its size, and it grew with every release of Windows; what lies behind that
// size is absent. Addresses in it are virtual addresses for the image's own ImageBase, not RVAs. Offsets here are (32-bit, 64-bit).

/// <summary>The load configuration of an image: what its compiler prepared against attacks. Fields behind its size are 0.</summary>
public sealed record PeLoadConfiguration
{
    private const int LongestUsed = 280;

    /// <summary><c>Size</c>: bytes of the structure; newer linkers write more.</summary>
    public required uint Size { get; init; }

    /// <summary><c>SecurityCookie</c>: address of the stack cookie at <see cref="PeHeader.ImageBase"/>; 0 when built without.</summary>
    public required ulong SecurityCookie { get; init; }

    /// <summary><c>SEHandlerCount</c>: registered exception handlers, x86 only.</summary>
    public required ulong SEHandlerCount { get; init; }

    /// <summary><c>GuardCFCheckFunctionPointer</c>: address of the pointer that checks an indirect call.</summary>
    public required ulong GuardCFCheckFunctionPointer { get; init; }

    /// <summary><c>GuardCFDispatchFunctionPointer</c>: address of the pointer that checks and makes an indirect call.</summary>
    public required ulong GuardCFDispatchFunctionPointer { get; init; }

    /// <summary><c>GuardCFFunctionTable</c>: address of the list of allowed targets.</summary>
    public required ulong GuardCFFunctionTable { get; init; }

    /// <summary><c>GuardCFFunctionCount</c>: allowed targets.</summary>
    public required ulong GuardCFFunctionCount { get; init; }

    /// <summary><c>GuardFlags</c>: <c>IMAGE_GUARD_*</c>.</summary>
    public required uint GuardFlags { get; init; }

    /// <summary><c>GuardLongJumpTargetCount</c>: allowed targets of longjmp.</summary>
    public required ulong GuardLongJumpTargetCount { get; init; }

    /// <summary><c>GuardEHContinuationCount</c>: allowed places to go on after an exception, for hardware shadow stacks.</summary>
    public required ulong GuardEHContinuationCount { get; init; }

    /// <summary>Its indirect calls are checked (<c>IMAGE_GUARD_CF_INSTRUMENTED</c>).</summary>
    public bool IsGuardInstrumented => (GuardFlags & 0x100) != 0;

    /// <summary>It lists the targets of its own (<c>IMAGE_GUARD_CF_FUNCTION_TABLE_PRESENT</c>).</summary>
    public bool HasGuardFunctionTable => (GuardFlags & 0x400) != 0;

    /// <summary>It lists where to go on after an exception (<c>IMAGE_GUARD_EH_CONTINUATION_TABLE_PRESENT</c>).</summary>
    public bool HasEHContinuationTable => (GuardFlags & 0x40_0000) != 0;

    /// <summary>Its indirect calls are checked by type (<c>IMAGE_GUARD_XFG_ENABLED</c>).</summary>
    public bool HasExtendedFlowGuard => (GuardFlags & 0x80_0000) != 0;

    internal static PeLoadConfiguration? Read(PeImage image)
    {
        PeDirectory directory = image.Directory(PeDirectory.LoadConfiguration);
        ReadOnlySpan<byte> bytes = directory.Rva == 0 ? default : image.Window(directory.Rva, LongestUsed);
        if (bytes.Length < 4)
        {
            return null;
        }

        uint size = BinaryPrimitives.ReadUInt32LittleEndian(bytes);

        // Images of Windows XP's time say 0 or 64 in 32 bits; the directory's size is believed then.
        uint believed = size == 0 ? directory.Size : size;
        bytes = bytes.Slice(0, (int)Math.Min(believed, (uint)bytes.Length));
        bool wide = image.Header.Is64Bit;
        return new PeLoadConfiguration
        {
            Size = size,
            SecurityCookie = Pointer(bytes, wide, 60, 88),
            SEHandlerCount = Pointer(bytes, wide, 68, 104),
            GuardCFCheckFunctionPointer = Pointer(bytes, wide, 72, 112),
            GuardCFDispatchFunctionPointer = Pointer(bytes, wide, 76, 120),
            GuardCFFunctionTable = Pointer(bytes, wide, 80, 128),
            GuardCFFunctionCount = Pointer(bytes, wide, 84, 136),
            GuardFlags = U32(bytes, wide ? 144 : 88),
            GuardLongJumpTargetCount = Pointer(bytes, wide, 116, 184),
            GuardEHContinuationCount = Pointer(bytes, wide, 168, 272),
        };
    }

    private static ulong Pointer(ReadOnlySpan<byte> bytes, bool wide, int narrowOffset, int wideOffset) => !wide
        ? U32(bytes, narrowOffset)
        : wideOffset + 8 <= bytes.Length ? BinaryPrimitives.ReadUInt64LittleEndian(bytes.Slice(wideOffset)) : 0;

    private static uint U32(ReadOnlySpan<byte> bytes, int offset) =>
        offset + 4 <= bytes.Length ? BinaryPrimitives.ReadUInt32LittleEndian(bytes.Slice(offset)) : 0;
}
