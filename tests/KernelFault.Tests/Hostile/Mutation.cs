using System.Buffers.Binary;
using KernelFault.Tests.Builders;

namespace KernelFault.Tests.Hostile;

/// <summary>Damages a file: aimed at its fields, and blindly at any byte. The same random numbers give the same damage.</summary>
internal static class Mutation
{
    /// <summary>Numbers at which readers go wrong: borders of types, and round ones.</summary>
    public static IReadOnlyList<ulong> Telling { get; } =
    [
        0, 1, 2, 4, 7, 8, 16, 0xFF, 0x7F, 0x100, 0x1000, 0x2000, 0x7FFF, 0x8000, 0xFFFF, 0x1_0000, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 0xFFFF_FFF8,
        0x1_0000_0000, 0x7FFF_FFFF_FFFF_FFFF, 0x8000_0000_0000_0000, 0xFFFF_8000_0000_0000, 0xFFFF_FFFF_FFFF_FFF0, 0xFFFF_FFFF_FFFF_FFFF,
    ];

    /// <summary>Writes a damaged copy of <paramref name="original"/> to <paramref name="target"/> and returns its length.</summary>
    /// <param name="random">Decides everything.</param>
    /// <param name="original">The whole file.</param>
    /// <param name="fields">Its fields; may be none.</param>
    /// <param name="target">Room for the original's length.</param>
    public static int Apply(Random random, ReadOnlySpan<byte> original, IReadOnlyList<DumpField> fields, Span<byte> target)
    {
        original.CopyTo(target);
        int length = original.Length;
        int damages = 1 + random.Next(random.Next(8) == 0 ? 12 : 3);
        for (int i = 0; i < damages; i++)
        {
            length = Damage(random, fields, target, length);
        }

        return length;
    }

    private static int Damage(Random random, IReadOnlyList<DumpField> fields, Span<byte> target, int length)
    {
        if (length == 0)
        {
            return 0;
        }

        switch (fields.Count == 0 ? 6 + random.Next(6) : random.Next(12))
        {
            case < 5:
                Overwrite(random, target[..length], fields[random.Next(fields.Count)]);
                return length;
            case 5:
                CopyField(random, target[..length], fields);
                return length;
            case 6:
                return random.Next(length);
            case 7:
                int start = random.Next(length);
                target[start..Math.Min(length, start + random.Next(1, 4096))].Fill((byte)random.Next(256));
                return length;
            case 8:
                // Move a piece: every offset behind it is wrong by the same amount.
                int from = random.Next(length);
                int to = random.Next(length);
                int size = Math.Min(random.Next(1, 2048), length - Math.Max(from, to));
                target.Slice(from, size).CopyTo(target[to..]);
                return length;
            default:
                for (int i = random.Next(1, 9); i > 0; i--)
                {
                    target[random.Next(length)] = (byte)random.Next(256);
                }

                return length;
        }
    }

    private static void Overwrite(Random random, Span<byte> file, DumpField field)
    {
        if (field.Offset + field.Size > file.Length || field.Size == 0)
        {
            return;
        }

        Span<byte> target = file.Slice(field.Offset, field.Size);
        if (field.Size is not (1 or 2 or 4 or 8))
        {
            target[random.Next(target.Length)] = (byte)random.Next(256);
            return;
        }

        ulong value = random.Next(6) switch
        {
            0 => (ulong)random.NextInt64(),
            1 => (ulong)(file.Length + random.Next(-16, 16)),
            2 => Read(target) + (ulong)random.NextInt64(-9, 10),
            3 => Read(target) ^ (1UL << random.Next(field.Size * 8)),
            _ => Telling[random.Next(Telling.Count)],
        };
        Write(target, value);
    }

    private static void CopyField(Random random, Span<byte> file, IReadOnlyList<DumpField> fields)
    {
        DumpField from = fields[random.Next(fields.Count)];
        DumpField to = fields[random.Next(fields.Count)];
        int size = Math.Min(from.Size, to.Size);
        if (from.Offset + size <= file.Length && to.Offset + size <= file.Length)
        {
            file.Slice(from.Offset, size).CopyTo(file[to.Offset..]);
        }
    }

    private static ulong Read(ReadOnlySpan<byte> field) => field.Length switch
    {
        1 => field[0],
        2 => BinaryPrimitives.ReadUInt16LittleEndian(field),
        4 => BinaryPrimitives.ReadUInt32LittleEndian(field),
        _ => BinaryPrimitives.ReadUInt64LittleEndian(field),
    };

    private static void Write(Span<byte> field, ulong value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        bytes[..field.Length].CopyTo(field);
    }
}
