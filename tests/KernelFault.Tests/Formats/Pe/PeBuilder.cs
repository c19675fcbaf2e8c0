using System.Buffers.Binary;
using System.Text;

namespace KernelFault.Tests.Formats.Pe;

/// <summary>Writes small PE images as a linker would.</summary>
internal sealed class PeBuilder
{
    private readonly List<(string Name, uint Rva, byte[] Bytes, uint Characteristics)> _sections = [];
    private readonly Dictionary<int, (uint Rva, uint Size)> _directories = [];

    internal const uint Code = 0x60000020;
    internal const uint Data = 0x40000040;

    internal ushort Machine { get; init; } = 0x8664;

    internal bool Is64Bit { get; init; } = true;

    internal uint TimeDateStamp { get; init; } = 0x5A1B2C3D;

    internal ulong ImageBase { get; init; } = 0x140000000;

    internal uint SizeOfImage { get; init; } = 0x10000;

    internal PeBuilder Section(string name, uint rva, byte[] bytes, uint characteristics)
    {
        _sections.Add((name, rva, bytes, characteristics));
        return this;
    }

    internal PeBuilder Directory(int index, uint rva, uint size)
    {
        _directories[index] = (rva, size);
        return this;
    }

    internal byte[] Build()
    {
        const int Pe = 0x80;
        int optionalSize = (Is64Bit ? 112 : 96) + (16 * 8);
        var image = new byte[0x400 + _sections.Sum(s => Align(s.Bytes.Length))];
        image[0] = (byte)'M';
        image[1] = (byte)'Z';
        U32(image, 0x3C, Pe);
        U32(image, Pe, 0x4550);
        U16(image, Pe + 4, Machine);
        U16(image, Pe + 6, (ushort)_sections.Count);
        U32(image, Pe + 8, TimeDateStamp);
        U16(image, Pe + 20, (ushort)optionalSize);
        U16(image, Pe + 22, 0x22);
        int optional = Pe + 24;
        U16(image, optional, (ushort)(Is64Bit ? 0x20B : 0x10B));
        U32(image, optional + 16, 0x1000);
        if (Is64Bit)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(image.AsSpan(optional + 24), ImageBase);
        }
        else
        {
            U32(image, optional + 28, (uint)ImageBase);
        }

        U32(image, optional + 32, 0x1000);
        U32(image, optional + 36, 0x200);
        U16(image, optional + 40, 10);
        U32(image, optional + 56, SizeOfImage);
        U32(image, optional + 60, 0x400);
        U32(image, optional + 64, 0xBEEF);
        U16(image, optional + 68, 1);
        U16(image, optional + 70, 0x4160);
        int directories = optional + (Is64Bit ? 112 : 96);
        U32(image, directories - 4, 16);
        foreach ((int index, (uint rva, uint size)) in _directories)
        {
            U32(image, directories + (index * 8), rva);
            U32(image, directories + (index * 8) + 4, size);
        }

        int header = optional + optionalSize;
        int raw = 0x400;
        foreach ((string name, uint rva, byte[] bytes, uint characteristics) in _sections)
        {
            Encoding.ASCII.GetBytes(name).CopyTo(image, header);
            U32(image, header + 8, (uint)bytes.Length);
            U32(image, header + 12, rva);
            U32(image, header + 16, (uint)Align(bytes.Length));
            U32(image, header + 20, (uint)raw);
            U32(image, header + 36, characteristics);
            bytes.CopyTo(image, raw);
            raw += Align(bytes.Length);
            header += 40;
        }

        return image;
    }

    internal static void U16(byte[] bytes, int offset, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(offset), value);

    internal static void U32(byte[] bytes, int offset, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(offset), value);

    private static int Align(int value) => (value + 0x1FF) & ~0x1FF;
}
