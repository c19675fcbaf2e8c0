using System.Buffers.Binary;

namespace KernelFault.Tests.Builders;

/// <summary>The bytes of a kernel stack, written by address.</summary>
internal sealed class KernelStack(ulong start, int size, bool is64 = true)
{
    private readonly byte[] _bytes = new byte[size];

    public ulong Start => start;

    public byte[] Bytes => _bytes;

    /// <summary>Writes one word and returns this, so that a stack reads top to bottom.</summary>
    public KernelStack Put(ulong address, ulong value)
    {
        Span<byte> slot = _bytes.AsSpan(checked((int)(address - start)));
        if (is64)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(slot, value);
        }
        else
        {
            BinaryPrimitives.WriteUInt32LittleEndian(slot, (uint)value);
        }

        return this;
    }

    public KernelStack Put(ulong address, byte[] bytes)
    {
        bytes.CopyTo(_bytes, checked((int)(address - start)));
        return this;
    }

    /// <summary>A frame-pointer frame: the caller's frame pointer and the return address.</summary>
    public KernelStack Frame(ulong framePointer, ulong callersFramePointer, ulong returnAddress) =>
        Put(framePointer, callersFramePointer).Put(framePointer + (is64 ? 8u : 4u), returnAddress);
}
