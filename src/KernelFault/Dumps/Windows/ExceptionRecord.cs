using KernelFault.Memory;
using static KernelFault.Dumps.Windows.LittleEndian;

namespace KernelFault.Dumps.Windows;

// EXCEPTION_RECORD64 (0x98 bytes) and EXCEPTION_RECORD32 (0x50 bytes) of winnt.h.

/// <summary>Reads <c>EXCEPTION_RECORD</c>s.</summary>
internal static class ExceptionRecord
{
    internal const int Size64 = 0x98;
    internal const int Size32 = 0x50;

    // EXCEPTION_MAXIMUM_PARAMETERS.
    private const uint MaximumParameters = 15;

    /// <summary>Bytes of a record.</summary>
    internal static int SizeOf(bool is64Bit) => is64Bit ? Size64 : Size32;

    /// <summary>The record, or null when the bytes cannot be one.</summary>
    internal static WindowsExceptionRecord? Parse(bool is64Bit, ReadOnlySpan<byte> record)
    {
        if (record.Length < SizeOf(is64Bit))
        {
            return null;
        }

        uint code = UInt32(record, 0);
        uint count = UInt32(record, is64Bit ? 0x18 : 0x10);
        if (code is 0 or WindowsDumpHeaderReader.Page32 || count > MaximumParameters)
        {
            return null;
        }

        ulong nested = is64Bit ? UInt64(record, 8) : UInt32(record, 8);
        var parameters = new ulong[count];
        for (int i = 0; i < parameters.Length; i++)
        {
            parameters[i] = is64Bit ? UInt64(record, 0x20 + (i * 8)) : UInt32(record, 0x14 + (i * 4));
        }

        return new WindowsExceptionRecord
        {
            Code = code,
            Flags = UInt32(record, 4),
            Nested = nested == 0 ? null : new VirtualAddress(nested),
            Address = new VirtualAddress(is64Bit ? UInt64(record, 0x10) : UInt32(record, 0x0C)),
            Parameters = parameters,
        };
    }
}
