using System.Buffers.Binary;

namespace KernelFault.Formats.Registry;

// A log of changes to a hive (.LOG1, .LOG2) as Windows has written them since 8.1: the hive's own first 512 bytes with type 6, whose
// sequence number is that of the first entry, then entries. An entry ('HvLE') has its size +4, the hive's flags +8, a sequence number
// +12, the size of all bins +16, a count of pages +20, and two hashes (Marvin32, a seed of their own): +24 of what follows byte 40, +32
// of the first 32 bytes; from +40 where each page belongs (from the hive's first bin) and its size, then the pages. Entries that
// are not next in sequence or whose hashes do not agree end the log. Logs of older Windows are a bitmap of sectors ('DIRT').

/// <summary>Writes what the logs of a hive hold into it, as Windows does when it loads a hive whose last writing did not end.</summary>
internal static class HiveLogs
{
    private const int PrimaryOffset = 4;
    private const int SecondaryOffset = 8;
    private const int TimeOffset = 12;
    private const int TypeOffset = 28;
    private const int RootOffset = 36;
    private const int BinsOffset = 40;
    private const int FlagsOffset = 144;
    private const int LogHeader = 512;
    private const int EntryHeader = 40;
    private const int EntryAlignment = 512;
    private const int BinAlignment = 4096;
    private const int MaximumBins = 1 << 30;
    private const uint NewLog = 6;
    private const ulong Seed = 0x82EF4D887A4E55C5;

    /// <summary>Whether a hive's last writing did not end.</summary>
    /// <param name="hive">The hive, at least its first 512 bytes.</param>
    internal static bool AreNeeded(ReadOnlySpan<byte> hive) =>
        hive.Length >= LogHeader && (U32(hive, PrimaryOffset) != U32(hive, SecondaryOffset) || HiveFile.Checksum(hive) != U32(hive, HiveFile.ChecksumOffset));

    /// <summary>Applies logs. The result is a hive whose writing ended; the logs count for nothing any more.</summary>
    /// <param name="hive">The whole hive.</param>
    /// <param name="logs">Its logs, in any order; what is none of this hive's or damaged is left out.</param>
    /// <param name="name">What to call the hive in messages.</param>
    /// <param name="entries">How many entries were applied; 0 leaves the hive as it was, but for being ended.</param>
    /// <returns>The new hive.</returns>
    /// <exception cref="HiveDirtyException">There is a log, but in the older form.</exception>
    internal static byte[] Apply(ReadOnlySpan<byte> hive, IReadOnlyList<byte[]> logs, string name, out int entries)
    {
        bool isHeaderValid = HiveFile.Checksum(hive) == U32(hive, HiveFile.ChecksumOffset);
        byte[][] usable = [.. logs.Where(IsNew)];
        if (usable.Length == 0 && logs.Any(IsOld))
        {
            throw new HiveDirtyException(name);
        }

        Array.Sort(usable, (x, y) => unchecked((int)(U32(x, PrimaryOffset) - U32(y, PrimaryOffset))));

        // Without a header to go by, Windows takes the newer log alone.
        uint whole = U32(hive, SecondaryOffset);
        IEnumerable<byte[]> eligible = isHeaderValid
            ? usable.Where(log => unchecked((int)(U32(log, PrimaryOffset) - whole)) >= 0)
            : usable.Skip(usable.Length - 1);
        byte[] bytes = hive.ToArray();
        uint last = Math.Max(U32(hive, PrimaryOffset), U32(hive, SecondaryOffset));
        entries = 0;
        foreach (byte[] log in eligible)
        {
            if (entries > 0 && U32(log, PrimaryOffset) != unchecked(last + 1))
            {
                break;
            }

            int before = entries;
            bytes = Apply(bytes, log, ref entries, ref last);
            if (entries > before)
            {
                log.AsSpan(RootOffset, 4).CopyTo(bytes.AsSpan(RootOffset));
                log.AsSpan(TimeOffset, 8).CopyTo(bytes.AsSpan(TimeOffset));
            }
        }

        Put(bytes, PrimaryOffset, last);
        Put(bytes, SecondaryOffset, last);
        Put(bytes, HiveFile.ChecksumOffset, HiveFile.Checksum(bytes));
        return bytes;
    }

    /// <summary>The hash of an entry's parts.</summary>
    /// <param name="bytes">The part; its length is a multiple of 4.</param>
    internal static ulong Marvin32(ReadOnlySpan<byte> bytes)
    {
        uint low = unchecked((uint)Seed);
        uint high = (uint)(Seed >> 32);
        for (int at = 0; at + 4 <= bytes.Length; at += 4)
        {
            Mix(ref low, ref high, U32(bytes, at));
        }

        Mix(ref low, ref high, 0x80);
        Mix(ref low, ref high, 0);
        return ((ulong)high << 32) | low;
    }

    private static byte[] Apply(byte[] bytes, byte[] log, ref int entries, ref uint last)
    {
        uint sequence = U32(log, PrimaryOffset);
        int at = LogHeader;
        while (at + EntryHeader <= log.Length && Entry(log, at, sequence) is { } size)
        {
            ReadOnlySpan<byte> entry = log.AsSpan(at, size);
            int bins = (int)U32(entry, 16);
            if (HiveFile.HeaderSize + bins > bytes.Length)
            {
                Array.Resize(ref bytes, HiveFile.HeaderSize + bins);
            }

            int page = EntryHeader + (int)U32(entry, 20) * 8;
            for (int reference = EntryHeader; reference < EntryHeader + (int)U32(entry, 20) * 8; reference += 8)
            {
                int length = (int)U32(entry, reference + 4);
                entry.Slice(page, length).CopyTo(bytes.AsSpan(HiveFile.HeaderSize + (int)U32(entry, reference)));
                page += length;
            }

            Put(bytes, BinsOffset, (uint)bins);
            Put(bytes, FlagsOffset, (U32(bytes, FlagsOffset) & ~1u) | (U32(entry, 8) & 1));
            last = sequence++;
            entries++;
            at += size;
        }

        return bytes;
    }

    // The size of an entry of which every number holds; null for none.
    private static int? Entry(byte[] log, int at, uint sequence)
    {
        ReadOnlySpan<byte> entry = log.AsSpan(at);
        uint size = U32(entry, 4);
        uint bins = U32(entry, 16);
        uint count = U32(entry, 20);
        if (!entry.StartsWith("HvLE"u8) || size < EntryAlignment || size % EntryAlignment != 0 || size > entry.Length || U32(entry, 12) != sequence
            || bins < BinAlignment || bins % BinAlignment != 0 || bins > MaximumBins || count == 0 || count > (size - EntryHeader) / 8)
        {
            return null;
        }

        entry = entry.Slice(0, (int)size);
        if (BinaryPrimitives.ReadUInt64LittleEndian(entry.Slice(32)) != Marvin32(entry.Slice(0, 32)) || BinaryPrimitives.ReadUInt64LittleEndian(entry.Slice(24)) != Marvin32(entry.Slice(EntryHeader)))
        {
            return null;
        }

        long room = size - EntryHeader - (count * 8L);
        for (int i = 0; i < count; i++)
        {
            uint offset = U32(entry, EntryHeader + (i * 8));
            uint length = U32(entry, EntryHeader + (i * 8) + 4);
            room -= length;
            if (room < 0 || (long)offset + length > bins)
            {
                return null;
            }
        }

        return (int)size;
    }

    private static bool IsNew(byte[] log) => log.Length > LogHeader + EntryHeader && log.AsSpan().StartsWith("regf"u8) && U32(log, TypeOffset) == NewLog
        && HiveFile.Checksum(log) == U32(log, HiveFile.ChecksumOffset) && U32(log, PrimaryOffset) == U32(log, SecondaryOffset);

    private static bool IsOld(byte[] log) => log.Length > LogHeader && log.AsSpan().StartsWith("regf"u8) && (U32(log, TypeOffset) is 1 or 2);

    private static void Mix(ref uint low, ref uint high, uint value)
    {
        unchecked
        {
            low += value;
            high ^= low;
            low = Rotate(low, 20) + high;
            high = Rotate(high, 9) ^ low;
            low = Rotate(low, 27) + high;
            high = Rotate(high, 19);
        }
    }

    private static uint Rotate(uint value, int count) => (value << count) | (value >> (32 - count));

    private static uint U32(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.Slice(offset));

    private static void Put(byte[] bytes, int offset, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(offset), value);
}
