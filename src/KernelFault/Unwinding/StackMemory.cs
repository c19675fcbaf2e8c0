using System.Buffers.Binary;
using KernelFault.Memory;

namespace KernelFault.Unwinding;

/// <summary>
/// The stack as one block of bytes, so that a scan runs over a span; other memory (a switched stack, a saved frame) is
/// still reached through the dump.
/// </summary>
internal sealed class StackMemory
{
    /// <summary>Kernel stacks are 12 to 72 KiB; anything far above is a damaged size field.</summary>
    internal const int MaximumSize = 256 * 1024;

    private readonly IMemoryReader _memory;
    private readonly byte[] _bytes;

    internal StackMemory(IMemoryReader memory, VirtualAddress start, uint size)
    {
        _memory = memory;
        var bytes = new byte[Math.Min(size, MaximumSize)];
        int read = bytes.Length == 0 ? 0 : Math.Min(Math.Max(memory.Read(start, bytes), 0), bytes.Length);
        Array.Resize(ref bytes, read);
        _bytes = bytes;
        Start = start.ToUInt64();
    }

    internal ulong Start { get; }

    internal ulong End => unchecked(Start + (ulong)_bytes.Length);

    internal ReadOnlySpan<byte> Bytes => _bytes;

    internal bool Contains(ulong address) => address - Start < (ulong)_bytes.Length;

    internal bool TryReadUInt64(ulong address, out ulong value)
    {
        ulong offset = unchecked(address - Start);
        if (_bytes.Length >= 8 && offset <= (ulong)(_bytes.Length - 8))
        {
            value = BinaryPrimitives.ReadUInt64LittleEndian(_bytes.AsSpan((int)offset));
            return true;
        }

        return _memory.TryReadUInt64(new VirtualAddress(address), out value);
    }

    internal bool TryReadUInt32(ulong address, out uint value)
    {
        ulong offset = unchecked(address - Start);
        if (_bytes.Length >= 4 && offset <= (ulong)(_bytes.Length - 4))
        {
            value = BinaryPrimitives.ReadUInt32LittleEndian(_bytes.AsSpan((int)offset));
            return true;
        }

        return _memory.TryReadUInt32(new VirtualAddress(address), out value);
    }
}
