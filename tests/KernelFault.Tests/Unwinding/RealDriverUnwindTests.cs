using Iced.Intel;
using KernelFault.Dumps;
using KernelFault.Formats.Pe;
using KernelFault.Kernels;
using KernelFault.Kernels.Images;
using KernelFault.Memory;
using KernelFault.Unwinding;

namespace KernelFault.Tests.Unwinding;

/// <summary>Unwinding through the functions of a real signed driver, from stacks that its own unwind codes describe.</summary>
public sealed class RealDriverUnwindTests
{
    private const ulong Base = 0xFFFFF807_12340000;
    private const string Driver = "corpus/drivers/systeminformer.sys";

    [SkippableFact]
    public void A_thousand_random_call_paths_come_back_exactly()
    {
        string path = Corpus.File(Driver);
        using PeImage image = PeImage.Open(path);
        using ImageStore images = new([Path.GetDirectoryName(path)!], useLocalImages: false);
        KernelModule module = Module(image);
        List<(RuntimeFunction Function, uint Call, uint Return)> calls = CallSites(image);
        Assert.True(calls.Count > 1000, $"only {calls.Count} call sites");
        for (int seed = 0; seed < 1000; seed++)
        {
            var random = new Random(seed);
            var stack = new SimulatedStack(image, random, 0x10000);
            var expected = new List<(ulong Address, ulong? Slot)>();
            int depth = random.Next(1, 24);
            for (int i = 0; i < depth && stack.HasRoom; i++)
            {
                (RuntimeFunction function, _, uint ret) = calls[random.Next(calls.Count)];
                stack.Enter(function);
                stack.Push(Base + ret);
                expected.Add((Base + ret, stack.Rsp));
            }

            (RuntimeFunction last, uint call, _) = calls[random.Next(calls.Count)];
            stack.Enter(last);
            expected.Add((Base + call, stack.Rsp));
            expected.Reverse();

            var unwinder = new StackUnwinder(Architecture.X64, [module], new SparseMemory().Add(SimulatedStack.Start, stack.Bytes), new VirtualAddress(SimulatedStack.Start), (uint)stack.Bytes.Length, images);
            IReadOnlyList<StackFrame> frames = unwinder.Walk(stack.Context(Base + call));

            Assert.True(
                expected.Select(e => e.Address).SequenceEqual(frames.Select(f => f.InstructionPointer!.Value.ToUInt64())),
                $"seed {seed}\n{string.Join("\n", frames.Select(f => $"{f} {f.StackPointer} {f.Trust} {f.Note}"))}\nexpected\n{string.Join("\n", expected.Select(e => $"{e.Address - Base:x} {e.Slot:x}"))}");
            Assert.Equal(expected.Select(e => e.Slot), frames.Select(f => f.StackPointer?.ToUInt64()));
            Assert.All(frames.Skip(1), frame => Assert.Equal(FrameTrust.UnwindInfo, frame.Trust));
        }
    }

    [SkippableFact]
    public void Every_instruction_of_every_prologue_unwinds_to_the_caller()
    {
        string path = Corpus.File(Driver);
        using PeImage image = PeImage.Open(path);
        using ImageStore images = new([Path.GetDirectoryName(path)!], useLocalImages: false);
        KernelModule module = Module(image);
        ulong caller = Base + CallSites(image)[7].Return;
        int checkedPlaces = 0;
        for (int i = 0; i < image.RuntimeFunctionCount; i++)
        {
            RuntimeFunction function = image.RuntimeFunctionAt(i);
            Assert.True(X64UnwindInfo.TryRead(image, function.UnwindData, out X64UnwindInfo info));
            if (info.IsChained)
            {
                continue;
            }

            byte prolog = info.SizeOfProlog;
            foreach (Instruction instruction in Disassemble(image, function).TakeWhile(x => x.IP - Base - function.BeginAddress <= prolog))
            {
                var stack = new SimulatedStack(image, new Random(i), 0x10000);
                stack.Push(caller);
                ulong slot = stack.Rsp;
                stack.Enter(function, (uint)(instruction.IP - Base - function.BeginAddress));
                StackFrame frame = Step(module, images, stack, instruction.IP);
                Assert.True(caller == frame.InstructionPointer!.Value.ToUInt64() && slot == frame.StackPointer!.Value.ToUInt64(), $"{instruction.IP - Base:x}");
                checkedPlaces++;
            }
        }

        Assert.True(checkedPlaces > 1000, $"only {checkedPlaces} places");
    }

    [SkippableFact]
    public void Every_instruction_of_every_epilogue_unwinds_to_the_caller()
    {
        string path = Corpus.File(Driver);
        using PeImage image = PeImage.Open(path);
        using ImageStore images = new([Path.GetDirectoryName(path)!], useLocalImages: false);
        KernelModule module = Module(image);
        ulong caller = Base + CallSites(image)[7].Return;
        int checkedPlaces = 0;
        for (int i = 0; i < image.RuntimeFunctionCount; i++)
        {
            RuntimeFunction function = image.RuntimeFunctionAt(i);
            List<Instruction> code = Disassemble(image, function);
            for (int end = 0; end < code.Count; end++)
            {
                if (code[end].Mnemonic != Mnemonic.Ret)
                {
                    continue;
                }

                int start = end;
                while (start > 0 && code[start - 1].Mnemonic == Mnemonic.Pop)
                {
                    start--;
                }

                if (start > 0 && code[start - 1] is { Mnemonic: Mnemonic.Add, Op0Register: Register.RSP })
                {
                    start--;
                }

                var stack = new SimulatedStack(image, new Random(i), 0x10000);
                stack.Push(caller);
                ulong slot = stack.Rsp;
                stack.Enter(function);
                if (stack.Rsp + Distance(code, start, end) != slot)
                {
                    // The frame is left by "lea rsp" or "mov rsp" before, which is no part of the epilogue's form.
                    continue;
                }

                ulong rsp = stack.Rsp;
                for (int at = start; at <= end; at++)
                {
                    stack.Registers[4] = rsp;
                    StackFrame frame = Step(module, images, stack, code[at].IP);
                    Assert.True(caller == frame.InstructionPointer!.Value.ToUInt64() && slot == frame.StackPointer!.Value.ToUInt64(), $"{code[at].IP - Base:x}: {frame}");
                    rsp += Distance(code, at, at + 1);
                    checkedPlaces++;
                }
            }
        }

        Assert.True(checkedPlaces > 500, $"only {checkedPlaces} places");
    }

    [SkippableFact]
    public void Every_runtime_function_of_the_driver_decodes()
    {
        using PeImage image = PeImage.Open(Corpus.File(Driver));
        Assert.True(image.RuntimeFunctionCount > 300);
        uint before = 0;
        for (int i = 0; i < image.RuntimeFunctionCount; i++)
        {
            RuntimeFunction function = image.RuntimeFunctionAt(i);
            Assert.True(function.BeginAddress >= before && function.EndAddress > function.BeginAddress);
            before = function.EndAddress;
            Assert.True(X64UnwindInfo.TryRead(image, function.UnwindData, out X64UnwindInfo info), $"{function}");
            Assert.True(info.IsWhole(), $"{function}");
            Assert.True(image.TryFindFunction(function.BeginAddress + 1, out RuntimeFunction found));
            Assert.Equal(function, found);
        }
    }

    private static ulong Distance(List<Instruction> code, int start, int end)
    {
        ulong distance = 0;
        for (int i = start; i < end; i++)
        {
            distance += code[i].Mnemonic == Mnemonic.Add ? code[i].GetImmediate(1) : code[i].Mnemonic == Mnemonic.Pop ? 8u : 0u;
        }

        return distance;
    }

    private static StackFrame Step(KernelModule module, ImageStore images, SimulatedStack stack, ulong instructionPointer)
    {
        var unwinder = new StackUnwinder(Architecture.X64, [module], new SparseMemory().Add(SimulatedStack.Start, stack.Bytes), new VirtualAddress(SimulatedStack.Start), (uint)stack.Bytes.Length, images);
        IReadOnlyList<StackFrame> frames = unwinder.Walk(stack.Context(instructionPointer), maxFrames: 2);
        Assert.Equal(2, frames.Count);
        Assert.Equal(FrameTrust.UnwindInfo, frames[1].Trust);
        return frames[1];
    }

    private static KernelModule Module(PeImage image) => new()
    {
        Name = "systeminformer.sys",
        BaseAddress = new VirtualAddress(Base),
        Size = image.Header.SizeOfImage,
        TimeDateStamp = image.Header.TimeDateStamp,
    };

    private static List<(RuntimeFunction Function, uint Call, uint Return)> CallSites(PeImage image)
    {
        var sites = new List<(RuntimeFunction, uint, uint)>();
        for (int i = 0; i < image.RuntimeFunctionCount; i++)
        {
            RuntimeFunction function = image.RuntimeFunctionAt(i);
            Assert.True(X64UnwindInfo.TryRead(image, function.UnwindData, out X64UnwindInfo info));
            uint body = function.BeginAddress + info.SizeOfProlog;
            bool callsByTheBook = Allocated(info) >= 0x20;
            foreach (Instruction instruction in Disassemble(image, function))
            {
                uint rva = (uint)(instruction.IP - Base);
                if (instruction.Mnemonic == Mnemonic.Call && rva >= body && callsByTheBook)
                {
                    sites.Add((function, rva, rva + (uint)instruction.Length));
                }
            }
        }

        return sites;
    }

    // A caller owes its callees 32 bytes to home parameters in; hand-written code that calls only its like may leave them out.
    private static uint Allocated(X64UnwindInfo info)
    {
        uint bytes = 0;
        int slot = 0;
        while (info.TryReadCode(ref slot, out X64UnwindCode code))
        {
            bytes += code.Operation is X64UnwindOperation.UWOP_ALLOC_SMALL or X64UnwindOperation.UWOP_ALLOC_LARGE ? code.Operand : 0;
        }

        return bytes;
    }

    private static List<Instruction> Disassemble(PeImage image, RuntimeFunction function)
    {
        var code = new byte[function.EndAddress - function.BeginAddress];
        int read = image.Read(function.BeginAddress, code);
        var decoder = Iced.Intel.Decoder.Create(64, code);
        decoder.IP = Base + function.BeginAddress;
        var instructions = new List<Instruction>();
        while (decoder.IP < Base + function.BeginAddress + (ulong)read)
        {
            instructions.Add(decoder.Decode());
        }

        return instructions;
    }
}
