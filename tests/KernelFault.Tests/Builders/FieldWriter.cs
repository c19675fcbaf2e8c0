using System.Buffers.Binary;
using System.Text;

namespace KernelFault.Tests.Builders;

/// <summary>A growing little-endian file that remembers where each named field was written.</summary>
internal sealed class FieldWriter
{
    private readonly List<DumpField> _fields = [];
    private byte[] _bytes = new byte[0x10000];

    /// <summary>Bytes written so far, up to the highest.</summary>
    public int Length { get; private set; }

    public IReadOnlyList<DumpField> Fields => _fields;

    public byte[] ToArray() => _bytes.AsSpan(0, Length).ToArray();

    public void U8(string name, int offset, byte value) => Named(name, offset, 1)[0] = value;

    public void U16(string name, int offset, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(Named(name, offset, 2), value);

    public void U32(string name, int offset, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(Named(name, offset, 4), value);

    public void U64(string name, int offset, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Named(name, offset, 8), value);

    /// <summary>A pointer or <c>ULONG_PTR</c>: 4 or 8 bytes.</summary>
    public void Pointer(string name, int offset, ulong value, bool is64)
    {
        if (is64)
        {
            U64(name, offset, value);
        }
        else
        {
            U32(name, offset, unchecked((uint)value));
        }
    }

    public void Bytes(string name, int offset, ReadOnlySpan<byte> bytes) => bytes.CopyTo(Named(name, offset, bytes.Length));

    /// <summary>Text in one byte a character, cut to <paramref name="room"/> and ended with zeros.</summary>
    public void Ascii(string name, int offset, string text, int room)
    {
        Span<byte> target = Named(name, offset, room);
        target.Clear();
        byte[] bytes = Encoding.Latin1.GetBytes(text);
        bytes.AsSpan(0, Math.Min(bytes.Length, room)).CopyTo(target);
    }

    /// <summary>Fills a range with a repeated text, as Windows fills a header with <c>PAGE</c> before it writes fields.</summary>
    public void Fill(int offset, int size, ReadOnlySpan<byte> pattern)
    {
        Span<byte> target = Room(offset, size);
        for (int i = 0; i < size; i++)
        {
            target[i] = pattern[i % pattern.Length];
        }
    }

    /// <summary>Makes the file reach <paramref name="length"/>; new bytes are zero.</summary>
    public void Extend(int length) => Room(length, 0);

    private Span<byte> Named(string name, int offset, int size)
    {
        Span<byte> room = Room(offset, size);
        _fields.Add(new DumpField(name, offset, size));
        return room;
    }

    private Span<byte> Room(int offset, int size)
    {
        int end = checked(offset + size);
        if (end > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(end, _bytes.Length * 2));
        }

        Length = Math.Max(Length, end);
        return _bytes.AsSpan(offset, size);
    }
}
