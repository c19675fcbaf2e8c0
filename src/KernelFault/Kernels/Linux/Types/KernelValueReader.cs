using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using KernelFault.Formats;
using KernelFault.Formats.Btf;
using KernelFault.Memory;

namespace KernelFault.Kernels.Linux.Types;

/// <summary>Turns bytes of the kernel's memory into values of the type that BTF says they have.</summary>
internal sealed class KernelValueReader
{
    private const int MaximumText = 4096;
    private const uint SignedFlag = 1u << 24;
    private const uint TruthFlag = 4u << 24;

    private readonly KernelObjects _objects;

    internal KernelValueReader(KernelObjects objects) => _objects = objects;

    private BtfFile Btf => _objects.Types.Btf;

    /// <summary>Reads a member.</summary>
    /// <param name="member">The member.</param>
    /// <param name="structure">Where the structure it is in begins.</param>
    /// <param name="nesting">How many structures that one is nested in.</param>
    /// <returns>As <see cref="KernelMemberValue.Value"/>.</returns>
    internal object? Read(in KernelMember member, ulong structure, int nesting) => member.BitSize == 0
        ? Value(member.TypeId, unchecked(structure + member.Offset), nesting)
        : Bits(member, structure);

    /// <summary>Reads a value.</summary>
    /// <param name="typeId">Its type.</param>
    /// <param name="address">Where it is.</param>
    /// <param name="nesting">How many structures it is nested in.</param>
    /// <returns>As <see cref="KernelMemberValue.Value"/>.</returns>
    internal object? Value(uint typeId, ulong address, int nesting)
    {
        if (!Btf.TryResolve(typeId, out BtfType type))
        {
            return null;
        }

        switch (type.Kind)
        {
            case BtfKind.Struct or BtfKind.Union:
                return new KernelObject(_objects, typeId, type, new VirtualAddress(address), nesting + 1);
            case BtfKind.Array:
                return Array(Btf.Array(type), address, nesting);
            case BtfKind.Pointer:
                return Scalar(address, 8) is { } pointer ? new KernelPointer(_objects, typeId, type.SizeOrType, pointer) : null;
            case BtfKind.Int when type.SizeOrType == 16:
                return Scalar(address, 8) is { } low && Scalar(address + 8, 8) is { } high
                    ? "0x" + high.ToString("x16", CultureInfo.InvariantCulture) + low.ToString("x16", CultureInfo.InvariantCulture)
                    : null;
            case BtfKind.Int or BtfKind.Enum or BtfKind.Enum64 when type.SizeOrType is 1 or 2 or 4 or 8:
                return Scalar(address, (int)type.SizeOrType) is { } value ? Number(type, value, (int)type.SizeOrType * 8) : null;
            default:
                return null;
        }
    }

    private object? Bits(in KernelMember member, ulong structure)
    {
        // Up to 64 bits that begin anywhere in a byte lie in 9 bytes at most.
        int shift = (int)(member.BitOffset % 8);
        int count = (int)Math.Min(member.BitSize, 64);
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        int length = (shift + count + 7) / 8;
        if (!Btf.TryResolve(member.TypeId, out BtfType type)
            || type.Kind is not (BtfKind.Int or BtfKind.Enum or BtfKind.Enum64)
            || !_objects.Memory.TryRead(new VirtualAddress(unchecked(structure + member.Offset)), bytes.Slice(0, length)))
        {
            return null;
        }

        ulong value = BinaryPrimitives.ReadUInt64LittleEndian(bytes) >> shift;
        value |= shift == 0 ? 0 : (ulong)bytes[8] << (64 - shift);
        value &= count == 64 ? ulong.MaxValue : (1UL << count) - 1;
        return Number(type, value, count);
    }

    private object Number(in BtfType type, ulong value, int bits)
    {
        long signed = (long)(value << (64 - bits)) >> (64 - bits);
        if (type.Kind != BtfKind.Int)
        {
            return Enumeration(type, type.Flag ? signed : (long)value);
        }

        uint encoding = Btf.IntegerEncoding(type);
        if ((encoding & TruthFlag) != 0)
        {
            return value != 0;
        }

        bool isSigned = (encoding & SignedFlag) != 0;
        return (type.SizeOrType, isSigned) switch
        {
            (1, true) => (sbyte)signed,
            (1, false) => (byte)value,
            (2, true) => (short)signed,
            (2, false) => (ushort)value,
            (4, true) => (int)signed,
            (4, false) => (uint)value,
            (_, true) => signed,
            _ => value,
        };
    }

    private KernelEnumeration Enumeration(in BtfType type, long value)
    {
        for (int i = 0; i < type.Count; i++)
        {
            uint name = Btf.Enumerator(type, i, out long candidate);
            if (candidate == value)
            {
                return new KernelEnumeration(Btf.Name(name), value);
            }
        }

        return new KernelEnumeration(null, value);
    }

    private object? Array(in BtfArray array, ulong address, int nesting)
    {
        if (array.Length != 0 && IsCharacter(array.ElementTypeId))
        {
            return Text(address, (int)Math.Min(array.Length, MaximumText));
        }

        return new KernelArray(_objects, array, address, nesting);
    }

    /// <summary>Whether a type is <c>char</c>, of which texts are made; <c>u8</c> is a number.</summary>
    /// <param name="typeId">The type.</param>
    internal bool IsCharacter(uint typeId) =>
        Btf.TryResolve(typeId, out BtfType type) && type.Kind == BtfKind.Int && type.SizeOrType == 1 && Btf.NameIs(type.NameOffset, "char"u8);

    /// <summary>Reads a text.</summary>
    /// <param name="address">Where it begins.</param>
    /// <param name="length">How many bytes it has at most; a zero byte ends it before.</param>
    /// <returns>Null when it is not in the dump.</returns>
    internal string? Text(ulong address, int length)
    {
        byte[] bytes = new byte[length];
        int read = _objects.Memory.Read(new VirtualAddress(address), bytes);
        if (read == 0)
        {
            return null;
        }

        int end = System.Array.IndexOf(bytes, (byte)0, 0, read);
        return PrintableText.Clean(Encoding.UTF8.GetString(bytes, 0, end < 0 ? read : end), MaximumText);
    }

    private ulong? Scalar(ulong address, int size)
    {
        Span<byte> bytes = stackalloc byte[8];
        bytes.Clear();
        return _objects.Memory.TryRead(new VirtualAddress(address), bytes.Slice(0, size)) ? BinaryPrimitives.ReadUInt64LittleEndian(bytes) : null;
    }
}
