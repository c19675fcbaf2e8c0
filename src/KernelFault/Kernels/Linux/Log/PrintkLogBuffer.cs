using System.Buffers.Binary;
using KernelFault.Kernels.Linux.Types;
using KernelFault.Memory;

namespace KernelFault.Kernels.Linux.Log;

/// <summary>The log of kernels before 5.10: records of changing length, one after the other, in <c>log_buf</c>.</summary>
/// <remarks>
/// Each begins with a <c>struct printk_log</c> of 16 bytes (ts_nsec, len, text_len, dict_len, facility, 5 bits of flags, 3 of the
/// level), 24 with <c>CONFIG_PRINTK_CALLER</c>; the text and the dictionary (<c>SUBSYSTEM=</c>, <c>DEVICE=</c>) follow. A record of
/// length 0 says that the next is at the start of the buffer.
/// </remarks>
internal sealed class PrintkLogBuffer
{
    private const uint HeadSize = 16;
    private const uint MaximumHeadSize = 64;
    private const uint MaximumLength = 0x8000_0000;

    // A buffer of 64 MB, the largest that is sensible, has fewer.
    private const int MaximumMessages = 1 << 20;
    private const uint CallerIsProcessor = 0x8000_0000;
    private const int ContinuationFlag = 0x08;

    private readonly KernelData _kernel;
    private readonly ICollection<string> _warnings;

    /// <summary>Names the buffer; nothing is read.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="warnings">Where it is said what cannot be read.</param>
    internal PrintkLogBuffer(KernelData kernel, ICollection<string> warnings)
    {
        _kernel = kernel;
        _warnings = warnings;
    }

    /// <summary>Reads the messages that are there, the oldest first.</summary>
    internal IEnumerable<KernelMessage> Read()
    {
        if (_kernel.WordOf("log_buf") is not { } buffer
            || _kernel.HalfWordOf("log_buf_len") is not { } length
            || _kernel.HalfWordOf("log_first_idx") is not { } first
            || _kernel.HalfWordOf("log_next_idx") is not { } next)
        {
            _warnings.Add("The kernel log cannot be read: its buffer is not in the dump.");
            yield break;
        }

        uint headSize = _kernel.SizeOf("printk_log") ?? HeadSize;
        uint time = _kernel.OffsetOf("printk_log", "ts_nsec") ?? 0;
        uint lengths = _kernel.OffsetOf("printk_log", "len") ?? 8;
        uint? caller = _kernel.OffsetOf("printk_log", "caller_id");
        caller = caller <= headSize - 4 ? caller : null;
        if (headSize is < HeadSize or > MaximumHeadSize || time > headSize - 8 || lengths > headSize - 8
            || length > MaximumLength || first >= length || next >= length)
        {
            _warnings.Add("The kernel log cannot be read: its buffer is damaged.");
            yield break;
        }

        ulong sequence = _kernel.WordOf("log_first_seq") ?? 0;
        byte[] head = new byte[headSize];
        byte[] body = new byte[ushort.MaxValue];
        uint position = first;
        bool wrapped = first <= next;
        for (int count = 0; position != next; count++)
        {
            ulong address = buffer + position;
            ushort total = 0;
            if (position <= length - headSize)
            {
                if (!_kernel.Memory.TryRead(new VirtualAddress(address), head))
                {
                    _warnings.Add("The kernel log breaks off: the rest of its buffer is not in the dump.");
                    yield break;
                }

                total = count > MaximumMessages ? (ushort)0 : BinaryPrimitives.ReadUInt16LittleEndian(head.AsSpan((int)lengths));
            }

            if (total == 0)
            {
                if (wrapped || count > MaximumMessages)
                {
                    _warnings.Add("The kernel log breaks off: its buffer is damaged.");
                    yield break;
                }

                wrapped = true;
                position = 0;
                continue;
            }

            int textLength = BinaryPrimitives.ReadUInt16LittleEndian(head.AsSpan((int)lengths + 2));
            int dictionaryLength = BinaryPrimitives.ReadUInt16LittleEndian(head.AsSpan((int)lengths + 4));
            if (total < headSize || total > length - position || textLength + dictionaryLength > total - headSize
                || !_kernel.Memory.TryRead(new VirtualAddress(address + headSize), body.AsSpan(0, textLength + dictionaryLength)))
            {
                _warnings.Add("The kernel log breaks off: a record of its buffer is damaged or not in the dump.");
                yield break;
            }

            byte flagsAndLevel = head[lengths + 7];
            uint? callerId = caller is { } at ? BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan((int)at)) : null;
            yield return new KernelMessage
            {
                Sequence = sequence++,
                Nanoseconds = BinaryPrimitives.ReadUInt64LittleEndian(head.AsSpan((int)time)),
                Facility = head[lengths + 6],
                Level = (KernelMessageLevel)(flagsAndLevel >> 5),
                IsContinuation = (flagsAndLevel & ContinuationFlag) != 0,
                CallerThreadId = callerId < CallerIsProcessor ? (int)callerId : null,
                CallerProcessor = callerId >= CallerIsProcessor ? (int)(callerId & ~CallerIsProcessor) : null,
                Subsystem = FromDictionary(body.AsSpan(textLength, dictionaryLength), "SUBSYSTEM="u8),
                Device = FromDictionary(body.AsSpan(textLength, dictionaryLength), "DEVICE="u8),
                Text = KernelMessageText.Decode(body, textLength),
            };
            position += total;
        }
    }

    private static string? FromDictionary(ReadOnlySpan<byte> dictionary, ReadOnlySpan<byte> key)
    {
        // Pairs of a name and a value, parted by zero bytes.
        while (!dictionary.IsEmpty)
        {
            int end = dictionary.IndexOf((byte)0);
            ReadOnlySpan<byte> pair = end < 0 ? dictionary : dictionary.Slice(0, end);
            if (pair.StartsWith(key))
            {
                return KernelMessageText.Field(pair.Slice(key.Length));
            }

            dictionary = end < 0 ? default : dictionary.Slice(end + 1);
        }

        return null;
    }
}
