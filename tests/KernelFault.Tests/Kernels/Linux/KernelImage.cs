using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using KernelFault.Dumps.Linux;
using KernelFault.Kernels.Linux.Types;
using KernelFault.Memory;

namespace KernelFault.Tests.Kernels.Linux;

/// <summary>A kernel made of one stretch of memory, named variables in it, and what VMCOREINFO and BTF say.</summary>
internal sealed class KernelImage(int size) : IMemoryReader
{
    public const ulong Base = 0xffff_ffff_8100_0000;

    private readonly byte[] _bytes = new byte[size];
    private readonly Dictionary<string, ulong> _symbols = [];
    private readonly StringBuilder _info = new();
    private int _used = 0x100;

    public int Reads { get; private set; }

    public ulong Place(string symbol, int bytes)
    {
        ulong address = Place(bytes);
        _symbols.Add(symbol, address);
        return address;
    }

    public ulong Place(int bytes)
    {
        int at = _used;
        _used = (at + bytes + 15) & ~15;
        return Base + (ulong)at;
    }

    public Span<byte> At(ulong address) => _bytes.AsSpan((int)(address - Base));

    public void Word(ulong address, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(At(address), value);

    public void HalfWord(ulong address, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(At(address), value);

    public void Quarter(ulong address, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(At(address), value);

    public void Text(ulong address, string text) => Encoding.UTF8.GetBytes(text).CopyTo(At(address));

    public void Size(string type, int value) => _info.Append(CultureInfo.InvariantCulture, $"SIZE({type})={value}\n");

    public void Offset(string member, int value) => _info.Append(CultureInfo.InvariantCulture, $"OFFSET({member})={value}\n");

    public KernelData Data(KernelTypes? types = null) => new(
        this,
        () => types,
        name => _symbols.TryGetValue(name, out ulong address) ? new VirtualAddress(address) : null,
        new VmcoreInfo(Encoding.ASCII.GetBytes(_info.ToString())));

    public int Read(VirtualAddress address, Span<byte> destination)
    {
        Reads++;
        ulong offset = address.ToUInt64() - Base;
        if (offset >= (ulong)_bytes.Length)
        {
            return 0;
        }

        int length = Math.Min(destination.Length, _bytes.Length - (int)offset);
        _bytes.AsSpan((int)offset, length).CopyTo(destination);
        return length;
    }
}
