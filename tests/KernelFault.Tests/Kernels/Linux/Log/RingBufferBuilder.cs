using System.Text;

namespace KernelFault.Tests.Kernels.Linux.Log;

/// <summary>Writes a printk ring buffer as the kernel does, with the offsets of Debian's 6.1 in VMCOREINFO.</summary>
internal sealed class RingBufferBuilder
{
    private const int CountBits = 3;
    private const int SizeBits = 8;
    private const int DescriptorSize = 24;
    private const int InfoSize = 88;
    private readonly ulong _buffer;
    private readonly ulong _descriptors;
    private readonly ulong _infos;
    private readonly ulong _data;

    // As a kernel does, begin just before the positions wrap for the first time.
    private ulong _id = (1UL << 62) - (1UL << CountBits);
    private ulong _position = unchecked(0UL - (1UL << SizeBits));
    private ulong _sequence;

    public RingBufferBuilder()
    {
        _buffer = Image.Place(88);
        Image.Word(Image.Place("prb", 8), _buffer);
        _descriptors = Image.Place(DescriptorSize << CountBits);
        _infos = Image.Place(InfoSize << CountBits);
        _data = Image.Place(1 << SizeBits);
        Image.HalfWord(_buffer, CountBits);
        Image.Word(_buffer + 8, _descriptors);
        Image.Word(_buffer + 16, _infos);
        Image.Word(_buffer + 24, _id);
        Image.Word(_buffer + 32, _id);
        Image.HalfWord(_buffer + 48, SizeBits);
        Image.Word(_buffer + 56, _data);
        foreach ((string name, int size) in new[] { ("printk_ringbuffer", 88), ("prb_desc_ring", 48), ("prb_desc", DescriptorSize), ("prb_data_blk_lpos", 16), ("printk_info", InfoSize), ("dev_printk_info", 64), ("prb_data_ring", 32) })
        {
            Image.Size(name, size);
        }

        foreach ((string name, int offset) in new[]
        {
            ("printk_ringbuffer.desc_ring", 0), ("printk_ringbuffer.text_data_ring", 48), ("prb_desc_ring.count_bits", 0), ("prb_desc_ring.descs", 8),
            ("prb_desc_ring.infos", 16), ("prb_desc_ring.head_id", 24), ("prb_desc_ring.tail_id", 32), ("prb_desc.state_var", 0),
            ("prb_desc.text_blk_lpos", 8), ("prb_data_blk_lpos.begin", 0), ("prb_data_blk_lpos.next", 8), ("printk_info.seq", 0),
            ("printk_info.ts_nsec", 8), ("printk_info.text_len", 16), ("printk_info.caller_id", 20), ("printk_info.dev_info", 24),
            ("dev_printk_info.subsystem", 0), ("dev_printk_info.device", 16), ("prb_data_ring.size_bits", 0), ("prb_data_ring.data", 8),
        })
        {
            Image.Offset(name, offset);
        }
    }

    public KernelImage Image { get; } = new(0x4000);

    /// <summary>Where the next text goes, from the start of the text ring.</summary>
    public int Room => (int)(_position & ((1 << SizeBits) - 1));

    public RingBufferBuilder Add(string text, ulong nanoseconds = 0, int level = 6, int flags = 0, uint caller = 0, ulong state = 2, bool owned = true, bool exactEndIsNoWrap = true)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        ulong size = (ulong)((bytes.Length + 8 + 7) & ~7);
        ulong begin = _position;
        ulong next = unchecked(begin + size);
        ulong start = begin;
        bool wraps = exactEndIsNoWrap ? begin >> SizeBits != unchecked(next - 1) >> SizeBits : begin >> SizeBits != next >> SizeBits;
        if (wraps)
        {
            start = next >> SizeBits << SizeBits;
            next = start + size;
        }

        ulong block = _data + (start & ((1 << SizeBits) - 1));
        Image.Word(block, owned ? _id : _id - 1);
        bytes.CopyTo(Image.At(block + 8));
        _position = next;
        return Describe(begin, next, bytes.Length, nanoseconds, level, flags, caller, state);
    }

    public RingBufferBuilder AddWithoutText(ulong position) => Describe(position, position, 0, 0, 6, 0, 0, 2);

    private RingBufferBuilder Describe(ulong begin, ulong next, int length, ulong nanoseconds, int level, int flags, uint caller, ulong state)
    {
        ulong index = _id & ((1 << CountBits) - 1);
        ulong descriptor = _descriptors + (index * DescriptorSize);
        Image.Word(descriptor, (_id & (~0UL >> 2)) | (state << 62));
        Image.Word(descriptor + 8, begin);
        Image.Word(descriptor + 16, next);
        ulong info = _infos + (index * InfoSize);
        Image.At(info).Slice(0, InfoSize).Clear();
        Image.Word(info, _sequence++);
        Image.Word(info + 8, nanoseconds);
        Image.Quarter(info + 16, (ushort)length);
        Image.At(info + 18)[0] = 3;
        Image.At(info + 19)[0] = (byte)(flags | (level << 5));
        Image.HalfWord(info + 20, caller);
        Image.Text(info + 24, "pci");
        Image.Text(info + 40, "+pci:0000:00:1f.2");
        Image.Word(_buffer + 24, _id);
        if (_sequence > 1 << CountBits)
        {
            Image.Word(_buffer + 32, (_id - ((1 << CountBits) - 1)) & (~0UL >> 2));
        }

        _id = (_id + 1) & (~0UL >> 2);
        return this;
    }
}
