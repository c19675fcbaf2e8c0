using System.Globalization;
using KernelFault.Formats;
using static KernelFault.Dumps.Windows.LittleEndian;

namespace KernelFault.Kernels.Windows;

// The SMBIOS tables (DMTF DSP0134) as Windows keeps them: eight bytes of RawSMBIOSData (method, major, minor, revision,
// length of the tables), then structures of a type, a length, a handle, fixed fields, and strings ended by two zeros.
// Only what tells the firmware and the model apart is taken: serial numbers, UUIDs and asset tags identify a person's
// machine and are not.

/// <summary>Firmware and model of the machine from the SMBIOS tables in a dump.</summary>
internal static class SmbiosReader
{
    private const int HeaderSize = 8;
    private const int MaximumStructures = 512;

    internal static Dictionary<string, string>? Read(ReadOnlySpan<byte> data)
    {
        if (data.Length < HeaderSize + 4)
        {
            return null;
        }

        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        ReadOnlySpan<byte> tables = data.Slice(HeaderSize, (int)Math.Min(UInt32(data, 4), (uint)(data.Length - HeaderSize)));
        for (int i = 0; i < MaximumStructures && tables.Length >= 4; i++)
        {
            int length = tables[1];
            if (length < 4 || length > tables.Length)
            {
                break;
            }

            ReadOnlySpan<byte> strings = tables.Slice(length);
            int end = strings.IndexOf((ReadOnlySpan<byte>)[0, 0]);
            if (end < 0)
            {
                break;
            }

            AddStructure(values, tables.Slice(0, length), strings.Slice(0, end));
            tables = strings.Slice(end + 2);
        }

        return values.Count == 0 ? null : values;
    }

    private static void AddStructure(Dictionary<string, string> values, ReadOnlySpan<byte> fields, ReadOnlySpan<byte> strings)
    {
        switch (fields[0])
        {
            case 0:
                Add(values, "BiosVendor", fields, 0x04, strings);
                Add(values, "BiosVersion", fields, 0x05, strings);
                Add(values, "BiosReleaseDate", fields, 0x08, strings);
                break;
            case 1:
                Add(values, "SystemManufacturer", fields, 0x04, strings);
                Add(values, "SystemProduct", fields, 0x05, strings);
                break;
            case 2:
                Add(values, "BoardManufacturer", fields, 0x04, strings);
                Add(values, "BoardProduct", fields, 0x05, strings);
                break;
            case 17:
                AddMemoryDevice(values, fields, strings);
                break;
        }
    }

    private static void AddMemoryDevice(Dictionary<string, string> values, ReadOnlySpan<byte> fields, ReadOnlySpan<byte> strings)
    {
        // 0 is an empty slot; 0x7FFF means that the extended field has the size; bit 15 counts in KiB.
        const ushort Extended = 0x7FFF;
        if (fields.Length < 0x15 || UInt16(fields, 0x0C) is 0 or 0xFFFF)
        {
            return;
        }

        ushort size = UInt16(fields, 0x0C);
        uint megabytes = size == Extended && fields.Length >= 0x20 ? UInt32(fields, 0x1C) : (size & 0x8000) != 0 ? (uint)(size & 0x7FFF) / 1024 : size;
        string text = megabytes.ToString(CultureInfo.InvariantCulture) + " MB";
        if (fields.Length >= 0x22 && UInt16(fields, 0x20) is not 0 and ushort speed)
        {
            text += FormattableString.Invariant($" at {speed} MT/s");
        }

        if (fields.Length > 0x1A && String(fields[0x1A], strings) is { Length: > 0 } part)
        {
            text += " (" + part + ")";
        }

        string slot = String(fields[0x10], strings) is { Length: > 0 } locator ? locator : UInt16(fields, 2).ToString("x", CultureInfo.InvariantCulture);
        values["Memory " + slot] = text;
    }

    private static void Add(Dictionary<string, string> values, string name, ReadOnlySpan<byte> fields, int at, ReadOnlySpan<byte> strings)
    {
        if (at < fields.Length && !values.ContainsKey(name) && String(fields[at], strings) is { Length: > 0 } text)
        {
            values[name] = text;
        }
    }

    // Strings are numbered from 1 in the order they follow.
    private static string? String(byte number, ReadOnlySpan<byte> strings)
    {
        for (int i = 1; number != 0 && i <= number; i++)
        {
            int end = strings.IndexOf((byte)0);
            ReadOnlySpan<byte> text = end < 0 ? strings : strings.Slice(0, end);
            if (i == number)
            {
                return PrintableText.Clean(Ascii(text), 128).Trim();
            }

            if (end < 0)
            {
                return null;
            }

            strings = strings.Slice(end + 1);
        }

        return null;
    }
}
