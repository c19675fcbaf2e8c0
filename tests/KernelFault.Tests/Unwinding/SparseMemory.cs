using KernelFault.Memory;

namespace KernelFault.Tests.Unwinding;

/// <summary>Memory made of blocks, as a dump holds it.</summary>
internal sealed class SparseMemory : IMemoryReader
{
    private readonly List<(ulong Start, byte[] Bytes)> _blocks = [];

    internal SparseMemory Add(ulong start, byte[] bytes)
    {
        _blocks.Add((start, bytes));
        return this;
    }

    public int Read(VirtualAddress address, Span<byte> destination)
    {
        foreach ((ulong start, byte[] bytes) in _blocks)
        {
            ulong offset = address.ToUInt64() - start;
            if (offset < (ulong)bytes.Length)
            {
                int count = Math.Min(destination.Length, bytes.Length - (int)offset);
                bytes.AsSpan((int)offset, count).CopyTo(destination);
                return count;
            }
        }

        return 0;
    }
}
