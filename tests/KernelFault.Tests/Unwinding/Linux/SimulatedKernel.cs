using System.Buffers.Binary;
using KernelFault.Dumps;
using KernelFault.Formats.Orc;
using KernelFault.Tests.Formats.Orc;
using KernelFault.Unwinding.Linux;

namespace KernelFault.Tests.Unwinding.Linux;

/// <summary>Functions of 256 bytes with one ORC entry each, and one stack of 16 KiB per number.</summary>
internal sealed class SimulatedKernel : ILinuxCode
{
    internal const ulong Text = 0xFFFF_FFFF_8100_0000;
    internal const int FunctionSize = 256;
    internal const int StackSize = 16 * 1024;
    private readonly List<(string Name, byte[] Entry)> _functions = [];
    private readonly Dictionary<int, byte[]> _stacks = [];
    private readonly byte[] _code = new byte[FunctionSize * 64];
    private OrcTable? _table;

    internal SimulatedKernel() => Memory.Add(Text, _code);

    internal SparseMemory Memory { get; } = new();

    public bool HasOrc { get; init; } = true;

    /// <summary>Adds a function; its address.</summary>
    internal ulong Function(string name, byte[]? entry = null)
    {
        _functions.Add((name, entry ?? OrcBytes.Entry(OrcRegister.Rsp, 8, OrcRegister.Undefined, 0, 2)));
        return Text + ((ulong)(_functions.Count - 1) * FunctionSize);
    }

    /// <summary>Writes a call into a function; the return address behind it.</summary>
    internal ulong Call(ulong function, int offset, bool arm64 = false)
    {
        int at = (int)(function - Text) + offset;
        if (arm64)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(_code.AsSpan(at - 4), 0x94000000);
        }
        else
        {
            _code[at - 5] = 0xE8;
        }

        return function + (ulong)offset;
    }

    /// <summary>The bytes of a function.</summary>
    internal Span<byte> Code(ulong function) => _code.AsSpan((int)(function - Text), FunctionSize);

    /// <summary>Where a stack starts.</summary>
    internal static ulong Stack(int number) => 0xFFFF_C900_0000_0000 + ((ulong)number * 0x1_0000);

    /// <summary>Writes a word to a stack; its address.</summary>
    internal ulong Push(int stack, int offset, ulong value)
    {
        if (!_stacks.TryGetValue(stack, out byte[]? bytes))
        {
            bytes = new byte[StackSize];
            _stacks[stack] = bytes;
            Memory.Add(Stack(stack), bytes);
        }

        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(offset), value);
        return Stack(stack) + (ulong)offset;
    }

    /// <summary>Writes a struct pt_regs of x86-64; its address.</summary>
    internal ulong PushRegisters(int stack, int offset, ulong ip, ulong sp, ulong bp, ulong cs = 0x10, ulong r10 = 0)
    {
        Push(stack, offset + 32, bp);
        Push(stack, offset + 56, r10);
        Push(stack, offset + 128, ip);
        Push(stack, offset + 136, cs);
        Push(stack, offset + 152, sp);
        return Stack(stack) + (ulong)offset;
    }

    internal static RegisterSet Registers(ulong ip, ulong sp, ulong bp = 0) => new(Architecture.X64,
    [
        new RegisterValue("rip", ip),
        new RegisterValue("rsp", sp),
        new RegisterValue("rbp", bp),
    ]);

    internal LinuxStackTrace Walk(RegisterSet registers, bool isInterrupted = true, Arm64RegisterLayout? layout = null) =>
        new LinuxStackWalker(Memory, this, registers.Architecture, layout).Walk(registers, isInterrupted);

    public bool IsText(ulong address) => address - Text < (ulong)(_functions.Count * FunctionSize);

    public bool TryFindOrc(ulong address, out OrcEntry entry)
    {
        if (_table is null)
        {
            OrcBytes.Write(Memory, Text + 0x10_0000, Text + 0x20_0000, _functions.Select((f, i) => (Text + (ulong)(i * FunctionSize), f.Entry)).ToArray());
            _table = new OrcTable(Memory, Text + 0x10_0000, Text + 0x20_0000, (uint)_functions.Count, OrcLayout.ForRelease(6, 12));
        }

        entry = default;
        return IsText(address) && _table.TryFind(address, out entry);
    }

    public bool TryName(ulong address, out LinuxCodeName name)
    {
        bool inside = IsText(address);
        int index = inside ? (int)((address - Text) / FunctionSize) : 0;
        name = inside ? new LinuxCodeName(_functions[index].Name, Text + (ulong)(index * FunctionSize), null, Text) : default;
        return inside;
    }
}
