using KernelFault.Dumps.Windows;
using KernelFault.Formats;
using KernelFault.Memory;

namespace KernelFault.Kernels.Windows;

/// <summary>Reads process objects that a bug check's parameters lead to.</summary>
public static class ProcessObjectReader
{
    private const int ImageFileNameLength = 15;

    // Process ids are multiples of four from one handle table.
    private const ulong HighestId = 0x400_0000;

    // DISPATCHER_HEADER.Type of a process object (KOBJECTS.ProcessObject).
    private const byte ProcessObjectType = 3;

    // EPROCESS.ExitStatus: public symbols of 19041; EPROCESS has the same layout up to 25398.
    private const uint FirstKnownExitStatus = 19041;
    private const uint LastKnownExitStatus = 25398;
    private const uint ExitStatusOffset = 0x7D4;

    /// <summary>Reads one process object.</summary>
    /// <param name="dump">The dump.</param>
    /// <param name="symbols">Structures of its kernel; null for the built-in table.</param>
    /// <param name="address">Address of the <c>EPROCESS</c>.</param>
    /// <returns>The process; null when the dump does not hold it, or what is there is no process object.</returns>
    public static ProcessObject? Read(WindowsDump dump, ISymbolSource? symbols, VirtualAddress address)
    {
        uint build = dump.Header.BuildNumber;
        WindowsStructureLayout? row = WindowsStructureTable.Find(dump.Architecture, build, (dump as WindowsTriageDump)?.DebuggerData?.SizePrcb);
        if ((symbols?.FieldOffset("_EPROCESS", "ImageFileName") ?? row?.ImageFileName) is not { } nameAt
            || (symbols?.FieldOffset("_EPROCESS", "UniqueProcessId") ?? row?.UniqueProcessId) is not { } idAt)
        {
            return null;
        }

        Span<byte> type = stackalloc byte[1];
        Span<byte> name = stackalloc byte[ImageFileNameLength];
        if (!dump.Memory.TryRead(address, type) || type[0] != ProcessObjectType || !dump.Memory.TryRead(address + nameAt, name))
        {
            return null;
        }

        string text = PrintableText.Clean(LittleEndian.Ascii(name));
        if (text.Length == 0)
        {
            return null;
        }

        uint? exitAt = symbols?.FieldOffset("_EPROCESS", "ExitStatus")
            ?? (dump.Header.Is64Bit && build is >= FirstKnownExitStatus and <= LastKnownExitStatus ? ExitStatusOffset : null);
        return new ProcessObject
        {
            Address = address,
            ImageFileName = text,
            ProcessId = ReadId(dump, address + idAt),
            ExitStatus = exitAt is { } at && dump.Memory.TryReadUInt32(address + at, out uint status) ? status : null,
        };
    }

    private static ulong? ReadId(WindowsDump dump, VirtualAddress address)
    {
        ulong id;
        if (dump.Header.Is64Bit ? !dump.Memory.TryReadUInt64(address, out id) : !TryRead32(dump, address, out id))
        {
            return null;
        }

        return (id & 3) == 0 && id < HighestId ? id : null;
    }

    private static bool TryRead32(WindowsDump dump, VirtualAddress address, out ulong value)
    {
        bool read = dump.Memory.TryReadUInt32(address, out uint word);
        value = word;
        return read;
    }
}
