using KernelFault.Memory;
using static KernelFault.Dumps.Windows.LittleEndian;

namespace KernelFault.Dumps.Windows;

/// <summary>Reads <c>KDDEBUGGER_DATA64</c>. 32-bit kernels write the same 64-bit layout, addresses sign-extended.</summary>
internal static class KdDebuggerDataReader
{
    private const uint OwnerTag = 0x4742444B; // "KDBG"
    private const int HeaderSize = 0x18;

    private static readonly (string Name, int Offset)[] VariableFields =
    [
        ("PspCidTable", 0x58),
        ("KeTimeIncrement", 0x78),
        ("ExpPagedPoolDescriptor", 0x68),
        ("ObpRootDirectoryObject", 0x98),
        ("MmSystemCacheStart", 0xA8),
        ("MmSystemCacheEnd", 0xB0),
        ("MmPfnDatabase", 0xC0),
        ("MmSystemPtesStart", 0xC8),
        ("MmSystemPtesEnd", 0xD0),
        ("MmSubsectionBase", 0xD8),
        ("MmLowestPhysicalPage", 0xE8),
        ("MmHighestPhysicalPage", 0xF0),
        ("MmNumberOfPhysicalPages", 0xF8),
        ("MmMaximumNonPagedPoolInBytes", 0x100),
        ("MmNonPagedSystemStart", 0x108),
        ("MmNonPagedPoolStart", 0x110),
        ("MmNonPagedPoolEnd", 0x118),
        ("MmPagedPoolStart", 0x120),
        ("MmPagedPoolEnd", 0x128),
        ("MmPagedPoolInformation", 0x130),
        ("MmSizeOfPagedPoolInBytes", 0x140),
        ("MmTotalCommitLimit", 0x148),
        ("MmTotalCommittedPages", 0x150),
        ("MmPagedPoolCommit", 0x170),
        ("MmAvailablePages", 0x1A8),
        ("MmResidentAvailablePages", 0x1B0),
        ("PoolTrackTable", 0x1B8),
        ("NonPagedPoolDescriptor", 0x1C0),
        ("MmHighestUserAddress", 0x1C8),
        ("MmSystemRangeStart", 0x1D0),
        ("MmUserProbeAddress", 0x1D8),
        ("KdPrintCircularBuffer", 0x1E0),
        ("KdPrintCircularBufferEnd", 0x1E8),
        ("MmTriageActionTaken", 0x230),
        ("MmSpecialPoolTag", 0x238),
        ("MmAllocatedNonPagedPool", 0x250),
        ("MmPeakCommitment", 0x258),
        ("MmTotalCommitLimitMaximum", 0x260),
        ("CmNtCSDVersion", 0x268),
        ("MmPhysicalMemoryBlock", 0x270),
        ("MmSessionBase", 0x278),
        ("MmSessionSize", 0x280),
        ("KeLoaderBlock", 0x2D8),
        ("IopNumTriageDumpDataBlocks", 0x308),
        ("IopTriageDumpDataBlocks", 0x310),
        ("VfCrashDataBlock", 0x318),
        ("MmBadPagesDetected", 0x320),
        ("MmZeroedPageSingleBitErrorsDetected", 0x328),
        ("EtwpDebuggerData", 0x330),
        ("RetpolineStubFunctionTable", 0x368),
    ];

    private static readonly (string Name, int Offset, int Size)[] OffsetFields =
    [
        ("OffsetKThreadNextProcessor", 0x298, 2),
        ("OffsetKThreadTeb", 0x29A, 2),
        ("OffsetKThreadKernelStack", 0x29C, 2),
        ("OffsetKThreadInitialStack", 0x29E, 2),
        ("OffsetKThreadApcProcess", 0x2A0, 2),
        ("OffsetKThreadState", 0x2A2, 2),
        ("OffsetEprocessPeb", 0x2AA, 2),
        ("OffsetEprocessParentCID", 0x2AC, 2),
        ("OffsetEprocessDirectoryTableBase", 0x2AE, 2),
        ("OffsetPrcbDpcRoutine", 0x2B2, 2),
        ("OffsetPrcbCurrentThread", 0x2B4, 2),
        ("OffsetPrcbMhz", 0x2B6, 2),
        ("OffsetPrcbCpuType", 0x2B8, 2),
        ("OffsetPrcbVendorString", 0x2BA, 2),
        ("OffsetPrcbProcStateContext", 0x2BC, 2),
        ("OffsetPrcbNumber", 0x2BE, 2),
        ("SizePcr", 0x2E0, 2),
        ("OffsetPcrSelfPcr", 0x2E2, 2),
        ("OffsetPcrCurrentPrcb", 0x2E4, 2),
        ("OffsetPcrContainedPrcb", 0x2E6, 2),
        ("OffsetPrcbProcStateSpecialReg", 0x2F2, 2),
        ("GdtR0Code", 0x2F4, 2),
        ("GdtR0Data", 0x2F6, 2),
        ("GdtR3Code", 0x2FA, 2),
        ("GdtR3Data", 0x2FC, 2),
        ("OffsetPrcbContext", 0x338, 2),
        ("OffsetKThreadStackLimit", 0x340, 4),
        ("OffsetKThreadStackBase", 0x344, 4),
        ("OffsetKThreadQueueListEntry", 0x348, 4),
        ("OffsetEThreadIrpList", 0x34C, 4),
        ("OffsetPrcbIdleThread", 0x350, 2),
        ("OffsetPrcbNormalDpcState", 0x352, 2),
        ("OffsetPrcbDpcStack", 0x354, 2),
        ("OffsetPrcbIsrStack", 0x356, 2),
        ("OffsetKThreadWaitReason", 0x35C, 2),
    ];

    /// <summary>The block, or null when the bytes are not one (encoded, damaged).</summary>
    internal static KdDebuggerData? Parse(ReadOnlySpan<byte> block, bool is64Bit)
    {
        if (block.Length < HeaderSize + 8 || UInt32(block, 0x10) != OwnerTag)
        {
            return null;
        }

        uint size = UInt32(block, 0x14);
        ReadOnlySpan<byte> data = block.Slice(0, (int)Math.Min(size, (uint)block.Length));
        if (data.Length < HeaderSize + 8)
        {
            return null;
        }

        var variables = new Dictionary<string, VirtualAddress>(VariableFields.Length, StringComparer.Ordinal);
        foreach ((string name, int offset) in VariableFields)
        {
            if (Address(data, offset, is64Bit) is { } address)
            {
                variables[name] = address;
            }
        }

        var offsets = new Dictionary<string, uint>(OffsetFields.Length, StringComparer.Ordinal);
        foreach ((string name, int offset, int width) in OffsetFields)
        {
            if (offset + width > data.Length)
            {
                continue;
            }

            uint value = width == 2 ? UInt16(data, offset) : UInt32(data, offset);

            // No field that is named here is the first of its structure: zero is "not filled in".
            if (value != 0)
            {
                offsets[name] = value;
            }
        }

        return new KdDebuggerData
        {
            Size = size,
            KernelBase = new VirtualAddress(Canonical(UInt64(data, 0x18), is64Bit)),
            PsLoadedModuleList = Address(data, 0x48, is64Bit),
            PsActiveProcessHead = Address(data, 0x50, is64Bit),
            KiBugCheckData = Address(data, 0x88, is64Bit),
            KiProcessorBlock = Address(data, 0x218, is64Bit),
            NtBuildLab = Address(data, 0x208, is64Bit),
            MmUnloadedDrivers = Address(data, 0x220, is64Bit),
            MmLastUnloadedDriver = Address(data, 0x228, is64Bit),
            MmVerifierData = Address(data, 0x248, is64Bit),
            KernelVerifier = Address(data, 0x240, is64Bit),
            PageSize = TryUInt64(data, 0x138, out ulong pageSize) && pageSize != 0 ? pageSize : null,
            PteBase = Address(data, 0x360, is64Bit),
            Variables = variables,
            SizePrcb = Size(data, 0x2B0),
            SizeEProcess = Size(data, 0x2A8),
            SizeEThread = Size(data, 0x2C0),
            Offsets = offsets,
        };
    }

    private static ushort? Size(ReadOnlySpan<byte> data, int offset) =>
        offset + 2 <= data.Length && UInt16(data, offset) is not 0 and ushort value ? value : null;

    private static VirtualAddress? Address(ReadOnlySpan<byte> data, int offset, bool is64Bit) =>
        TryUInt64(data, (uint)offset, out ulong value) && value != 0 ? new VirtualAddress(Canonical(value, is64Bit)) : null;

    private static ulong Canonical(ulong value, bool is64Bit) => is64Bit ? value : value & 0xFFFF_FFFF;
}
