using System.Buffers.Binary;
using KernelFault.Kernels.Linux.Types;

namespace KernelFault.Kernels.Linux.Log;

/// <summary>Offsets, in bytes, of the members of the printk ring buffer's structures.</summary>
internal sealed class PrintkRingLayout
{
    // caller_id has its highest bit set when it is a processor's number and not a thread's.
    private const uint CallerIsProcessor = 0x8000_0000;
    private const int ContinuationFlag = 0x08;

    internal uint DescriptorRing { get; private init; }

    internal uint TextRing { get; private init; }

    internal uint CountBits { get; private init; }

    internal uint Descriptors { get; private init; }

    internal uint Infos { get; private init; }

    internal uint HeadId { get; private init; }

    internal uint TailId { get; private init; }

    internal uint SizeBits { get; private init; }

    internal uint Data { get; private init; }

    internal uint DescriptorSize { get; private init; }

    internal uint State { get; private init; }

    internal uint TextBegin { get; private init; }

    internal uint TextNext { get; private init; }

    internal uint InfoSize { get; private init; }

    internal int TextLength { get; private init; }

    private int Sequence { get; init; }

    private int Time { get; init; }

    private int? Caller { get; init; }

    private int? Subsystem { get; init; }

    private int SubsystemLength { get; init; }

    private int? Device { get; init; }

    private int DeviceLength { get; init; }

    /// <summary>Asks for every offset.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <returns>Null when one that is needed is not known.</returns>
    internal static PrintkRingLayout? Find(KernelData kernel)
    {
        if (kernel.OffsetOf("printk_ringbuffer", "desc_ring") is not { } descriptorRing
            || kernel.OffsetOf("printk_ringbuffer", "text_data_ring") is not { } textRing
            || kernel.OffsetOf("prb_desc_ring", "count_bits") is not { } countBits
            || kernel.OffsetOf("prb_desc_ring", "descs") is not { } descriptors
            || kernel.OffsetOf("prb_desc_ring", "infos") is not { } infos
            || kernel.OffsetOf("prb_desc_ring", "head_id") is not { } headId
            || kernel.OffsetOf("prb_desc_ring", "tail_id") is not { } tailId
            || kernel.OffsetOf("prb_data_ring", "size_bits") is not { } sizeBits
            || kernel.OffsetOf("prb_data_ring", "data") is not { } data
            || kernel.SizeOf("prb_desc") is not { } descriptorSize
            || kernel.OffsetOf("prb_desc", "state_var") is not { } state
            || kernel.OffsetOf("prb_desc", "text_blk_lpos") is not { } position
            || kernel.OffsetOf("prb_data_blk_lpos", "begin") is not { } begin
            || kernel.OffsetOf("prb_data_blk_lpos", "next") is not { } next
            || kernel.SizeOf("printk_info") is not { } infoSize
            || kernel.OffsetOf("printk_info", "seq") is not { } sequence
            || kernel.OffsetOf("printk_info", "ts_nsec") is not { } time
            || kernel.OffsetOf("printk_info", "text_len") is not { } textLength
            || !PrintkRingBuffer.IsInfoSize(infoSize)
            || sequence > infoSize - 8
            || time > infoSize - 8
            || textLength > infoSize - 4)
        {
            return null;
        }

        uint? deviceInfo = kernel.OffsetOf("printk_info", "dev_info");
        uint subsystem = (deviceInfo ?? infoSize) + (kernel.OffsetOf("dev_printk_info", "subsystem") ?? 0);
        uint device = (deviceInfo ?? infoSize) + (kernel.OffsetOf("dev_printk_info", "device") ?? infoSize);
        uint? caller = kernel.OffsetOf("printk_info", "caller_id");
        return new PrintkRingLayout
        {
            DescriptorRing = descriptorRing,
            TextRing = textRing,
            CountBits = countBits,
            Descriptors = descriptors,
            Infos = infos,
            HeadId = headId,
            TailId = tailId,
            SizeBits = sizeBits,
            Data = data,
            DescriptorSize = descriptorSize,
            State = state,
            TextBegin = position + begin,
            TextNext = position + next,
            InfoSize = infoSize,
            Sequence = (int)sequence,
            Time = (int)time,
            TextLength = (int)textLength,
            Caller = caller <= infoSize - 4 ? (int)caller : null,
            Subsystem = subsystem < device && device < infoSize ? (int)subsystem : null,
            SubsystemLength = (int)(device - subsystem),
            Device = subsystem < device && device < infoSize ? (int)device : null,
            DeviceLength = (int)(infoSize - device),
        };
    }

    /// <summary>Makes a message of a <c>struct printk_info</c>.</summary>
    /// <param name="info">Its <see cref="InfoSize"/> bytes.</param>
    /// <param name="text">The text that belongs to it.</param>
    internal KernelMessage Decode(byte[] info, string text)
    {
        // The facility's byte follows the length, and then one with 5 bits of flags and 3 of the level.
        byte flagsAndLevel = info[TextLength + 3];
        uint? caller = Caller is { } at ? BinaryPrimitives.ReadUInt32LittleEndian(info.AsSpan(at)) : null;
        return new KernelMessage
        {
            Sequence = BinaryPrimitives.ReadUInt64LittleEndian(info.AsSpan(Sequence)),
            Nanoseconds = BinaryPrimitives.ReadUInt64LittleEndian(info.AsSpan(Time)),
            Facility = info[TextLength + 2],
            Level = (KernelMessageLevel)(flagsAndLevel >> 5),
            IsContinuation = (flagsAndLevel & ContinuationFlag) != 0,
            CallerThreadId = caller < CallerIsProcessor ? (int)caller : null,
            CallerProcessor = caller >= CallerIsProcessor ? (int)(caller & ~CallerIsProcessor) : null,
            Subsystem = Subsystem is { } subsystem ? KernelMessageText.Field(info.AsSpan(subsystem, SubsystemLength)) : null,
            Device = Device is { } device ? KernelMessageText.Field(info.AsSpan(device, DeviceLength)) : null,
            Text = text,
        };
    }
}
