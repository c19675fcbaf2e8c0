using System.Buffers.Binary;
using KernelFault.Dumps.Windows;
using KernelFault.Memory;

namespace KernelFault.Kernels.Windows;

/// <summary>
/// Finds the exception record of a bug check that names only code and instruction (0x3B names the context but not the
/// record). The kernel wrote it to the stack before it gave up, and a small dump mostly holds that part.
/// </summary>
internal static class ExceptionRecordFinder
{
    // EXCEPTION_RECORD64, as winnt.h has it.
    private const int RecordSize = 0x98;
    private const int FlagsOffset = 4;
    private const int NestedOffset = 8;
    private const int AddressOffset = 0x10;
    private const int CountOffset = 0x18;
    private const int InformationOffset = 0x20;
    private const uint MaximumParameters = 15;

    // EXCEPTION_NONCONTINUABLE and its neighbours; anything above is no flags field of a first exception.
    private const uint HighestFlags = 0xFF;

    // Small dumps hold a few megabytes; blocks that overlap in a hostile file could make far more of them.
    private const long MostBytes = 64 << 20;

    /// <summary>Looks for a record of this exception at this instruction; null when the dump holds none.</summary>
    internal static WindowsExceptionRecord? Find(WindowsTriageDump dump, uint code, VirtualAddress instruction)
    {
        if (!dump.Header.Is64Bit)
        {
            return null;
        }

        Span<byte> wanted = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(wanted, instruction.ToUInt64());
        long searched = 0;
        foreach (TriageDataBlock block in dump.MemoryPiecesSorted)
        {
            ReadOnlySpan<byte> bytes = dump.FileBytes(block.Offset, block.Size);
            searched += bytes.Length;
            if (searched > MostBytes)
            {
                break;
            }

            int at = 0;
            while (bytes.Length - at >= RecordSize && bytes.Slice(at).IndexOf(wanted) is >= 0 and var found)
            {
                int start = at + found - AddressOffset;
                if (start >= 0 && start + RecordSize <= bytes.Length && Read(bytes.Slice(start, RecordSize), code, instruction) is { } record)
                {
                    return record;
                }

                at += found + 1;
            }
        }

        return null;
    }

    private static WindowsExceptionRecord? Read(ReadOnlySpan<byte> bytes, uint code, VirtualAddress instruction)
    {
        uint flags = BinaryPrimitives.ReadUInt32LittleEndian(bytes.Slice(FlagsOffset));
        ulong nested = BinaryPrimitives.ReadUInt64LittleEndian(bytes.Slice(NestedOffset));
        uint count = BinaryPrimitives.ReadUInt32LittleEndian(bytes.Slice(CountOffset));
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes) != code || flags > HighestFlags || nested != 0 || count is 0 or > MaximumParameters)
        {
            return null;
        }

        var parameters = new ulong[count];
        for (int i = 0; i < parameters.Length; i++)
        {
            parameters[i] = BinaryPrimitives.ReadUInt64LittleEndian(bytes.Slice(InformationOffset + (8 * i)));
        }

        return new WindowsExceptionRecord { Code = code, Flags = flags, Address = instruction, Parameters = parameters };
    }
}
