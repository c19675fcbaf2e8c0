using System.Buffers.Binary;
using KernelFault.Dumps;
using KernelFault.Formats.Pe;

namespace KernelFault.Tests.Unwinding;

/// <summary>
/// Builds the stack that a chain of calls would leave, by doing forwards what the functions' unwind codes describe: the
/// unwinder must then find exactly that chain.
/// </summary>
internal sealed class SimulatedStack
{
    internal const ulong Start = 0xFFFFF880_02000000;
    private static readonly int[] s_nonVolatile = [3, 5, 6, 7, 12, 13, 14, 15];
    private static readonly string[] s_names =
        ["rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15"];

    private readonly PeImage _image;
    private readonly Random _random;

    internal SimulatedStack(PeImage image, Random random, int size)
    {
        _image = image;
        _random = random;
        Bytes = new byte[size];
        _random.NextBytes(Bytes);
        Registers[4] = Start + (ulong)size - 0x40;
        foreach (int register in s_nonVolatile)
        {
            Registers[register] = (ulong)_random.NextInt64();
        }

        // The outermost frame returns nowhere.
        Push(0);
    }

    internal byte[] Bytes { get; }

    internal ulong[] Registers { get; } = new ulong[16];

    internal ulong Rsp { get => Registers[4]; private set => Registers[4] = value; }

    internal void Push(ulong value)
    {
        Rsp -= 8;
        Write(Rsp, value);
    }

    internal void Write(ulong address, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Bytes.AsSpan((int)(address - Start)), value);

    internal ulong Read(ulong address) => BinaryPrimitives.ReadUInt64LittleEndian(Bytes.AsSpan((int)(address - Start)));

    internal bool HasRoom => Rsp - Start > 0x6000;

    /// <summary>Runs a function's prologue, as far as its instructions before <paramref name="until"/> go, and what the body may do to registers.</summary>
    internal void Enter(RuntimeFunction function, uint until = uint.MaxValue)
    {
        var saved = new List<int>();
        Prologue(function, until, saved);
        if (until == uint.MaxValue)
        {
            int frame = FrameRegister(function);
            foreach (int register in saved.Where(r => r != frame))
            {
                Registers[register] = (ulong)_random.NextInt64();
            }

            if (frame != 0 && _random.Next(2) == 0)
            {
                // With a frame register the body may take more stack.
                Rsp -= (ulong)_random.Next(1, 16) * 16;
            }
        }
    }

    internal RegisterSet Context(ulong instructionPointer)
    {
        var values = s_names.Select((name, i) => new RegisterValue(name, Registers[i])).ToList();
        values.Add(new("rip", instructionPointer));
        return new RegisterSet(Architecture.X64, values);
    }

    private int FrameRegister(RuntimeFunction function) =>
        X64UnwindInfo.TryRead(_image, function.UnwindData, out X64UnwindInfo info) ? info.FrameRegister : 0;

    private void Prologue(RuntimeFunction function, uint until, List<int> saved)
    {
        Assert.True(X64UnwindInfo.TryRead(_image, function.UnwindData, out X64UnwindInfo info));
        if (info.Chained is { } parent)
        {
            Prologue(parent, uint.MaxValue, saved);
        }

        var codes = new List<X64UnwindCode>();
        int slot = 0;
        while (info.TryReadCode(ref slot, out X64UnwindCode code))
        {
            codes.Add(code);
        }

        codes.Reverse();
        ulong? frameBase = null;
        var saves = new List<X64UnwindCode>();
        foreach (X64UnwindCode code in codes.Where(code => code.CodeOffset <= until))
        {
            switch (code.Operation)
            {
                case X64UnwindOperation.UWOP_PUSH_NONVOL:
                    Push(Registers[code.Info]);
                    saved.Add(code.Info);
                    break;
                case X64UnwindOperation.UWOP_ALLOC_LARGE:
                case X64UnwindOperation.UWOP_ALLOC_SMALL:
                    Rsp -= code.Operand;
                    break;
                case X64UnwindOperation.UWOP_SET_FPREG:
                    Registers[info.FrameRegister] = Rsp + info.FrameOffset;
                    frameBase = Rsp;
                    break;
                case X64UnwindOperation.UWOP_SAVE_NONVOL:
                case X64UnwindOperation.UWOP_SAVE_NONVOL_FAR:
                    saves.Add(code);
                    break;
                default:
                    break;
            }
        }

        // Saves may be scheduled before the allocation; they count from the finished frame.
        foreach (X64UnwindCode code in saves)
        {
            Write((frameBase ?? Rsp) + code.Operand, Registers[code.Info]);
            saved.Add(code.Info);
        }
    }
}
