using System.Buffers.Binary;

namespace KernelFault.Memory;

/// <summary>Whole values from an <see cref="IMemoryReader"/>; little-endian, as every machine whose dumps are read.</summary>
public static class MemoryReaderExtensions
{
    /// <summary>Reads all of <paramref name="destination"/> or nothing.</summary>
    /// <param name="memory">The memory.</param>
    /// <param name="address">The first byte.</param>
    /// <param name="destination">Where it goes.</param>
    /// <returns>False if any byte is missing.</returns>
    public static bool TryRead(this IMemoryReader memory, VirtualAddress address, Span<byte> destination) =>
        memory.Read(address, destination) == destination.Length;

    /// <summary>Reads one 64-bit word.</summary>
    /// <param name="memory">The memory.</param>
    /// <param name="address">Its first byte.</param>
    /// <param name="value">The word; 0 when missing.</param>
    /// <returns>False if any byte is missing.</returns>
    public static bool TryReadUInt64(this IMemoryReader memory, VirtualAddress address, out ulong value)
    {
        Span<byte> bytes = stackalloc byte[8];
        bool read = memory.TryRead(address, bytes);
        value = read ? BinaryPrimitives.ReadUInt64LittleEndian(bytes) : 0;
        return read;
    }

    /// <summary>Reads one 32-bit word.</summary>
    /// <param name="memory">The memory.</param>
    /// <param name="address">Its first byte.</param>
    /// <param name="value">The word; 0 when missing.</param>
    /// <returns>False if any byte is missing.</returns>
    public static bool TryReadUInt32(this IMemoryReader memory, VirtualAddress address, out uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        bool read = memory.TryRead(address, bytes);
        value = read ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : 0;
        return read;
    }
}
