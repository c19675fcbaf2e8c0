using System.Globalization;
using KernelFault.Dumps.Windows;
using KernelFault.Formats;
using static KernelFault.Dumps.Windows.LittleEndian;

namespace KernelFault.Kernels.Windows;

// Layouts as debuggers show them (!blackboxbsd, !blackboxntfs, !blackboxpnp, !blackboxwinlogon, !sysinfo), checked against
// real dumps of builds 9600, 19041 and 26100. Every stream starts with its own version or size, which is checked.

/// <summary>Decodes the black boxes in a dump's secondary data.</summary>
internal static class BlackBoxReader
{
    private const int LongestText = 512;

    internal static IReadOnlyList<BlackBox> Read(WindowsTriageDump dump)
    {
        var boxes = new List<BlackBox>();
        foreach (SecondaryDataStream stream in dump.SecondaryData)
        {
            ReadOnlySpan<byte> data = dump.Bytes(stream);
            Dictionary<string, string>? values = stream.Name switch
            {
                SecondaryDataNames.BootStatus => BootStatus(data),
                SecondaryDataNames.Ntfs => Ntfs(data),
                SecondaryDataNames.Pnp => Pnp(data),
                SecondaryDataNames.Winlogon => Winlogon(data),
                SecondaryDataNames.ProcessorRegistry => ProcessorRegistry(data),
                SecondaryDataNames.Smbios => SmbiosReader.Read(data),
                _ => null,
            };
            if (values is { Count: > 0 } && !boxes.Exists(b => b.Name == stream.Name))
            {
                boxes.Add(new BlackBox(stream.Name!, values));
            }
        }

        return boxes;
    }

    /// <summary>The processor's marketing name from the registry values in the dump; null when there are none.</summary>
    internal static string? ProcessorName(IReadOnlyList<BlackBox> boxes)
    {
        foreach (BlackBox box in boxes)
        {
            if (box.Name == SecondaryDataNames.ProcessorRegistry && box.Values.TryGetValue("ProcessorNameString", out string? name))
            {
                return name.Trim();
            }
        }

        return null;
    }

    // RTL_BSD_DATA of bootstat.dat: its first ULONG is its size.
    private static Dictionary<string, string>? BootStatus(ReadOnlySpan<byte> d)
    {
        if (d.Length < 0x40 || UInt32(d, 0) is < 0x40 or > 0x1000)
        {
            return null;
        }

        var values = New();
        values["Version"] = Number(UInt32(d, 0));
        values["ProductType"] = Number(UInt32(d, 4));
        values["AutoAdvancedBoot"] = Flag(d[8] != 0);
        values["LastBootSucceeded"] = Flag(d[0x0A] != 0);
        values["LastBootShutdown"] = Flag(d[0x0B] != 0);
        values["SystemRunning"] = Flag((d[0x18] & 1) != 0);
        values["ConnectedStandbyInProgress"] = Flag((d[0x18] & 2) != 0);
        values["UserShutdownInProgress"] = Flag((d[0x18] & 4) != 0);
        values["SystemShutdownInProgress"] = Flag((d[0x18] & 8) != 0);
        values["SleepInProgress"] = Number((uint)d[0x18] >> 4);
        values["ConnectedStandbyEntryReason"] = Number(d[0x1A] & 0x3Fu);
        values["ConnectedStandbyExitReason"] = Number(d[0x1B] & 0x3Fu);
        values["SystemSleepTransitionsToOn"] = Number(UInt16(d, 0x1C));
        Time(values, "LastReferenceTime", UInt64(d, 0x20));
        values["LastUpdateBootId"] = Number(UInt32(d, 0x2C));
        values["BootAttemptCount"] = Number(d[0x30]);
        values["LastBootCheckpoint"] = Flag(d[0x31] != 0);
        values["LastBootId"] = Number(UInt32(d, 0x34));
        values["LastSuccessfulShutdownBootId"] = Number(UInt32(d, 0x38));
        values["LastReportedAbnormalShutdownBootId"] = Number(UInt32(d, 0x3C));
        if (d.Length >= 0x58)
        {
            values["ErrorInfoBootId"] = Number(UInt32(d, 0x40));
            values["ErrorInfoRepeatCount"] = Number(UInt32(d, 0x44));
            values["ErrorInfoCode"] = "0x" + UInt32(d, 0x4C).ToString("x", CultureInfo.InvariantCulture);
        }

        if (d.Length >= 0x88)
        {
            Time(values, "PowerButtonLastPressTime", UInt64(d, 0x58));
            values["PowerButtonCumulativePressCount"] = Number(UInt32(d, 0x60));
            values["PowerButtonShutdownInProgress"] = Flag((d[0x67] & 2) != 0);
        }

        return values;
    }

    // A header (version 0, size, first chained record, time of start), then slots of slow I/O, then chained records.
    private static Dictionary<string, string>? Ntfs(ReadOnlySpan<byte> d)
    {
        if (d.Length < 0x18 || UInt16(d, 0) != 0 || UInt16(d, 2) < 0x18 || UInt16(d, 2) > d.Length)
        {
            return null;
        }

        int slots = UInt16(d, 0x10);
        int first = UInt16(d, 0x12);
        if (first < 0x18 || first + (32 * slots) > UInt16(d, 2))
        {
            return null;
        }

        var values = New();
        Time(values, "StartTime", UInt64(d, 8));
        int slow = 0;
        for (int i = 0; i < slots; i++)
        {
            ReadOnlySpan<byte> slot = d.Slice(first + (i * 32), 32);
            if (UInt64(slot, 0) != 0 || UInt64(slot, 8) != 0)
            {
                slow++;
                values[FormattableString.Invariant($"SlowIo{slow}")] = FormattableString.Invariant(
                    $"IRP 0x{UInt64(slot, 0):x16}, SCB 0x{UInt64(slot, 8):x16}, thread 0x{UInt64(slot, 16):x16}");
            }
        }

        values["SlowIoCount"] = Number((uint)slow);
        values["OplockBreakTimeoutCount"] = Number((uint)OplockBreaks(d));
        return values;
    }

    private static int OplockBreaks(ReadOnlySpan<byte> d)
    {
        const int OplockBreakTimeout = 2;
        int count = 0;

        // A chain that loops ends with the records there is room for.
        int at = UInt16(d, 4);
        for (int i = 0; i < d.Length / 8 && at != 0 && at + 8 <= d.Length; i++)
        {
            count += UInt16(d, at) == OplockBreakTimeout ? 1 : 0;
            at = UInt16(d, at + 4);
        }

        return count;
    }

    private static Dictionary<string, string>? Pnp(ReadOnlySpan<byte> d)
    {
        if (d.Length < 0x30)
        {
            return null;
        }

        var values = New();
        Time(values, "ActivityTime", UInt64(d, 0x10));
        values["EventInformation"] = Number(UInt32(d, 0x18));
        values["EventInProgress"] = Flag(d[0x1C] != 0);
        values["ProblemCode"] = Number(UInt32(d, 0x20));
        values["VetoType"] = Number(UInt32(d, 0x24));
        values["DeviceId"] = Text(d.Slice(0x2C));
        uint veto = UInt32(d, 0x28);
        if (veto is not 0 && veto < d.Length)
        {
            values["VetoString"] = Text(d.Slice((int)veto));
        }

        return values;
    }

    private static Dictionary<string, string>? Winlogon(ReadOnlySpan<byte> d)
    {
        if (d.Length < 0x10 || UInt32(d, 0) != 1 || UInt32(d, 4) != d.Length)
        {
            return null;
        }

        var values = New();
        values["OperationPending"] = Flag(UInt32(d, 8) != 0);
        values["ThreadName"] = Text(d.Slice(0x0C));
        return values;
    }

    // Values of HKLM\HARDWARE\DESCRIPTION\System\CentralProcessor\0, one after the other: length of the name in bytes, name,
    // registry type, length of the data, data.
    private static Dictionary<string, string>? ProcessorRegistry(ReadOnlySpan<byte> d)
    {
        const uint String = 1;
        const uint DWord = 4;
        var values = New();
        while (d.Length >= 4)
        {
            uint nameLength = UInt32(d, 0);
            if (nameLength is 0 or > LongestText || d.Length - 4 < nameLength + 8)
            {
                break;
            }

            string name = Text(d.Slice(4, (int)nameLength));
            ReadOnlySpan<byte> rest = d.Slice(4 + (int)nameLength);
            uint type = UInt32(rest, 0);
            uint size = UInt32(rest, 4);
            if (size > rest.Length - 8)
            {
                break;
            }

            ReadOnlySpan<byte> data = rest.Slice(8, (int)size);
            if (type == String)
            {
                values[name] = Text(data).Trim();
            }
            else if (type == DWord && size == 4)
            {
                values[name] = Number(UInt32(data, 0));
            }

            d = rest.Slice(8 + (int)size);
        }

        return values;
    }

    private static Dictionary<string, string> New() => new(StringComparer.Ordinal);

    private static string Text(ReadOnlySpan<byte> utf16) =>
        PrintableText.Clean(Utf16(utf16.Slice(0, Math.Min(utf16.Length, LongestText * 2))), LongestText);

    private static string Number(uint value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Flag(bool value) => value ? "true" : "false";

    private static void Time(Dictionary<string, string> values, string name, ulong fileTime)
    {
        if (FileTime(fileTime) is { } time)
        {
            values[name] = time.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        }
    }
}
