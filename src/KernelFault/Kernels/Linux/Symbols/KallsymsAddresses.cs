using System.Buffers.Binary;
using KernelFault.Memory;

namespace KernelFault.Kernels.Linux.Symbols;

/// <summary>The addresses of kallsyms, in ascending order, each read when asked for.</summary>
internal sealed class KallsymsAddresses
{
    private const int Window = 1024;

    private readonly IMemoryReader _memory;
    private readonly KallsymsLayout _layout;

    internal KallsymsAddresses(IMemoryReader memory, KallsymsLayout layout)
    {
        _memory = memory;
        _layout = layout;
    }

    /// <summary>Bytes of an entry.</summary>
    internal int EntrySize => _layout.Encoding == KallsymsEncoding.Absolute ? 8 : 4;

    /// <summary>The address of a symbol.</summary>
    /// <param name="index">Its number.</param>
    /// <param name="address">The address; 0 when the dump does not hold it.</param>
    internal bool TryRead(int index, out ulong address)
    {
        address = 0;
        if ((uint)index >= (uint)_layout.Count)
        {
            return false;
        }

        VirtualAddress slot = _layout.Addresses + ((ulong)index * (ulong)EntrySize);
        if (_layout.Encoding == KallsymsEncoding.Absolute)
        {
            return _memory.TryReadUInt64(slot, out address);
        }

        bool read = _memory.TryReadUInt32(slot, out uint value);
        address = read ? Decode(slot.ToUInt64(), value) : 0;
        return read;
    }

    /// <summary>The symbol at or before an address, the first of those that share its address.</summary>
    /// <param name="address">Any address.</param>
    /// <param name="start">That symbol's address.</param>
    /// <param name="next">The next address that a symbol has; 0 when there is none.</param>
    /// <returns>Its number; -1 when there is none.</returns>
    internal int Find(ulong address, out ulong start, out ulong next)
    {
        start = 0;
        next = 0;
        int low = -1;
        int high = _layout.Count;
        while (high - low > 1)
        {
            int middle = low + ((high - low) / 2);
            if (!TryRead(middle, out ulong value))
            {
                return -1;
            }

            if (value <= address)
            {
                low = middle;
                start = value;
            }
            else
            {
                high = middle;
                next = value;
            }
        }

        while (low > 0 && TryRead(low - 1, out ulong before) && before == start)
        {
            low--;
        }

        return low;
    }

    /// <summary>Copies a run of addresses.</summary>
    /// <param name="first">The first symbol's number.</param>
    /// <param name="destination">Where they go.</param>
    /// <returns>How many are valid.</returns>
    internal int Read(int first, Span<ulong> destination)
    {
        Span<byte> bytes = stackalloc byte[Window * 8];
        int done = 0;
        while (done < destination.Length)
        {
            int wanted = Math.Min(Math.Min(destination.Length - done, Window), _layout.Count - first - done);
            if (wanted <= 0)
            {
                break;
            }

            VirtualAddress slot = _layout.Addresses + ((ulong)(first + done) * (ulong)EntrySize);
            int read = _memory.Read(slot, bytes.Slice(0, wanted * EntrySize)) / EntrySize;
            for (int i = 0; i < read; i++)
            {
                destination[done + i] = EntrySize == 8
                    ? BinaryPrimitives.ReadUInt64LittleEndian(bytes.Slice(i * 8))
                    : Decode(slot.ToUInt64() + ((ulong)i * 4), BinaryPrimitives.ReadUInt32LittleEndian(bytes.Slice(i * 4)));
            }

            done += read;
            if (read < wanted)
            {
                break;
            }
        }

        return done;
    }

    private ulong Decode(ulong slot, uint value)
    {
        long signed = unchecked((int)value);
        return _layout.Encoding switch
        {
            KallsymsEncoding.PlaceRelative => unchecked(slot + (ulong)signed),
            KallsymsEncoding.BaseRelativeAbsolutePerCpu => signed >= 0 ? (ulong)signed : unchecked(_layout.RelativeBase - 1 - (ulong)signed),
            _ => unchecked(_layout.RelativeBase + value),
        };
    }
}
