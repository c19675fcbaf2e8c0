using System.Buffers.Binary;
using System.Globalization;

namespace KernelFault.Formats.Btf;

/// <summary>Where the records of a BTF file begin and which of them are asked for by name.</summary>
internal sealed class BtfIndex
{
    private const int HeadSize = 12;

    private BtfIndex(uint[] positions, uint[] nameOffsets, uint[] namedTypes, int namedCount, string? damage)
    {
        Positions = positions;
        NameOffsets = nameOffsets;
        NamedTypes = namedTypes;
        NamedCount = namedCount;
        Damage = damage;
    }

    /// <summary>For each record of the file, in order, where it begins in bytes from the file's start.</summary>
    internal uint[] Positions { get; }

    /// <summary>Where the names of types are among the strings: the first <see cref="NamedCount"/>.</summary>
    internal uint[] NameOffsets { get; }

    /// <summary>The numbers of the same types, from 0 at the file's first.</summary>
    internal uint[] NamedTypes { get; }

    /// <summary>How many types have a name.</summary>
    internal int NamedCount { get; }

    /// <summary>Why the pass ended before the section did; null when it did not.</summary>
    internal string? Damage { get; }

    /// <summary>Passes once over the records.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="start">Where the first record begins.</param>
    /// <param name="end">Where the section ends; within the file.</param>
    /// <returns>The records up to the end, or up to the first that is cut or of an unknown kind.</returns>
    internal static BtfIndex Make(byte[] bytes, int start, int end)
    {
        // The types of a kernel take some 23 bytes on average and a sixth of them have a name: guesses that grow when wrong, never
        // above what the bytes at hand can hold.
        uint[] positions = new uint[((end - start) / 20) + 1];
        uint[] nameOffsets = new uint[(positions.Length / 4) + 1];
        uint[] namedTypes = new uint[nameOffsets.Length];
        int count = 0;
        int named = 0;
        string? damage = null;
        ReadOnlySpan<byte> file = bytes;
        int position = start;
        while (position < end)
        {
            if (end - position < HeadSize)
            {
                damage = Describe(count, position, "is cut");
                break;
            }

            uint info = BinaryPrimitives.ReadUInt32LittleEndian(file.Slice(position + 4));
            long trailing = BtfType.TrailingBytes(info);
            if (trailing < 0 || trailing > end - position - HeadSize)
            {
                damage = Describe(count, position, trailing < 0 ? "is of an unknown kind" : "is longer than the section");
                break;
            }

            if (count == positions.Length)
            {
                Array.Resize(ref positions, (count * 2) + 1);
            }

            positions[count] = (uint)position;
            uint name = BinaryPrimitives.ReadUInt32LittleEndian(file.Slice(position));
            if (name != 0 && BtfType.IsNamedType(info))
            {
                if (named == nameOffsets.Length)
                {
                    Array.Resize(ref nameOffsets, (named * 2) + 1);
                    Array.Resize(ref namedTypes, (named * 2) + 1);
                }

                nameOffsets[named] = name;
                namedTypes[named++] = (uint)count;
            }

            count++;
            position += HeadSize + (int)trailing;
        }

        Array.Resize(ref positions, count);
        return new BtfIndex(positions, nameOffsets, namedTypes, named, damage);
    }

    private static string Describe(int count, int position, string what) => string.Format(
        CultureInfo.InvariantCulture,
        "BTF record {0} at offset 0x{1:x} {2}: types after it are not known",
        count + 1,
        position,
        what);
}
