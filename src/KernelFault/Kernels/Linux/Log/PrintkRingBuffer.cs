using System.Buffers.Binary;
using System.Globalization;
using KernelFault.Kernels.Linux.Types;
using KernelFault.Memory;

namespace KernelFault.Kernels.Linux.Log;

/// <summary>The lockless ring buffer that holds the kernel's log since 5.10 (<c>kernel/printk/printk_ringbuffer.c</c>).</summary>
/// <remarks>
/// Three rings: descriptors (a state and where the text is), infos (time, level, caller; the same index), text. A descriptor's number
/// counts up for ever and its lower bits are its index; its two highest bits are its state. What a writer had not committed when the
/// machine stopped is not read; committed but not finalized text is, because <c>panic</c> itself may be writing it.
/// A text is at its logical position, which counts up for ever too. It never wraps: one that does not fit before the end of the ring
/// begins at its start. It begins with the descriptor's number. Positions with bit 0 set stand for no text: 3 for an empty message,
/// 1 for one whose text found no room, which the kernel's own readers leave out.
/// VMCOREINFO has all offsets but those of the facility and the level, which follow the length of the text in every version.
/// </remarks>
internal sealed class PrintkRingBuffer
{
    private const int StateShift = 62;
    private const ulong IdMask = (1UL << StateShift) - 1;
    private const ulong Committed = 1;
    private const ulong Finalized = 2;
    private const ulong Dataless = 1;
    private const ulong NoText = 3;
    private const int Lost = -1;
    private const int NeverWritten = -2;
    private const int IdSize = 8;

    // CONFIG_LOG_BUF_SHIFT goes up to 25 and log_buf_len= to 2 GB; there is a descriptor for every 32 bytes of text.
    private const uint MaximumCountBits = 26;
    private const uint MaximumSizeBits = 31;
    private const int MaximumInfoSize = 512;

    // A buffer of 64 MB, the largest that is sensible, has fewer messages; and none has so many in a row that cannot be read.
    private const ulong MaximumMessages = 1 << 20;
    private const int MaximumMissingInARow = 1 << 16;

    private readonly KernelData _kernel;
    private readonly ulong _buffer;
    private readonly ICollection<string> _warnings;

    /// <summary>Names the buffer; nothing is read.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="buffer">The <c>struct printk_ringbuffer</c> that <c>prb</c> points to.</param>
    /// <param name="warnings">Where it is said what cannot be read.</param>
    internal PrintkRingBuffer(KernelData kernel, ulong buffer, ICollection<string> warnings)
    {
        _kernel = kernel;
        _buffer = buffer;
        _warnings = warnings;
    }

    /// <summary>Reads the messages that are there, the oldest first.</summary>
    internal IEnumerable<KernelMessage> Read()
    {
        if (PrintkRingLayout.Find(_kernel) is not { } layout)
        {
            _warnings.Add("The kernel log cannot be read: neither VMCOREINFO nor BTF describes its ring buffer.");
            yield break;
        }

        ulong descriptorRing = _buffer + layout.DescriptorRing;
        ulong textRing = _buffer + layout.TextRing;
        if (_kernel.HalfWord(descriptorRing + layout.CountBits) is not { } countBits
            || _kernel.Word(descriptorRing + layout.Descriptors) is not { } descriptors
            || _kernel.Word(descriptorRing + layout.Infos) is not { } infos
            || _kernel.Word(descriptorRing + layout.HeadId) is not { } head
            || _kernel.Word(descriptorRing + layout.TailId) is not { } tail
            || _kernel.HalfWord(textRing + layout.SizeBits) is not { } sizeBits
            || _kernel.Word(textRing + layout.Data) is not { } data)
        {
            _warnings.Add("The kernel log cannot be read: its ring buffer is not in the dump.");
            yield break;
        }

        head &= IdMask;
        tail &= IdMask;
        ulong mask = (1UL << (int)Math.Min(countBits, MaximumCountBits)) - 1;
        if (countBits > MaximumCountBits || sizeBits > MaximumSizeBits || ((head - tail) & IdMask) > mask)
        {
            _warnings.Add("The kernel log cannot be read: its ring buffer is damaged.");
            yield break;
        }

        byte[] info = new byte[layout.InfoSize];
        byte[] text = new byte[ushort.MaxValue];
        ulong missing = 0;
        int inARow = 0;
        if (((head - tail) & IdMask) >= MaximumMessages)
        {
            _warnings.Add("Only the newest messages of the kernel log are read: its ring buffer is larger than any that is sensible.");
            tail = (head - (MaximumMessages - 1)) & IdMask;
        }

        for (ulong id = tail; ; id = (id + 1) & IdMask)
        {
            ulong before = missing;
            ulong descriptor = descriptors + ((id & mask) * layout.DescriptorSize);
            if (_kernel.Word(descriptor + layout.State) is not { } state
                || !_kernel.Memory.TryRead(new VirtualAddress(infos + ((id & mask) * layout.InfoSize)), info))
            {
                missing++;
            }
            else if ((state & IdMask) == id && state >> StateShift is Committed or Finalized)
            {
                int length = TextOf(layout, descriptor, id, data, (int)sizeBits, BinaryPrimitives.ReadUInt16LittleEndian(info.AsSpan(layout.TextLength)), text);
                missing += length == Lost ? 1ul : 0;
                if (length >= 0)
                {
                    yield return layout.Decode(info, KernelMessageText.Decode(text, length));
                }
            }

            inARow = missing == before ? 0 : inARow + 1;
            if (id == head || inARow == MaximumMissingInARow)
            {
                break;
            }
        }

        if (inARow == MaximumMissingInARow)
        {
            _warnings.Add("The kernel log breaks off: its ring buffer is damaged or not in the dump.");
        }
        else if (missing != 0)
        {
            _warnings.Add(string.Format(CultureInfo.InvariantCulture, "{0} messages of the kernel log are damaged or not in the dump.", missing));
        }
    }

    // How many bytes of text a message has.
    private int TextOf(PrintkRingLayout layout, ulong descriptor, ulong id, ulong data, int sizeBits, int length, byte[] text)
    {
        if (_kernel.Word(descriptor + layout.TextBegin) is not { } begin || _kernel.Word(descriptor + layout.TextNext) is not { } next)
        {
            return Lost;
        }

        if ((begin & next & Dataless) != 0)
        {
            return (begin & next & NoText) == NoText ? 0 : NeverWritten;
        }

        // A block that ends where the ring does has a next position on the next lap, but did not wrap.
        ulong mask = (1UL << sizeBits) - 1;
        bool wrapped = begin >> sizeBits != unchecked(next - 1) >> sizeBits;
        ulong start = wrapped ? 0 : begin & mask;
        ulong size = wrapped ? next & mask : unchecked(next - begin);
        if (size < IdSize || size > mask + 1 - start || _kernel.Word(data + start) is not { } owner || owner != id)
        {
            return Lost;
        }

        length = (int)Math.Min((ulong)length, size - IdSize);
        return _kernel.Memory.TryRead(new VirtualAddress(data + start + IdSize), text.AsSpan(0, length)) ? length : Lost;
    }

    /// <summary>Whether a size of <c>struct printk_info</c> is one that can be read.</summary>
    /// <param name="size">In bytes.</param>
    internal static bool IsInfoSize(uint size) => size is >= 20 and <= MaximumInfoSize;
}
