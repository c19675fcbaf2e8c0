using System.Buffers.Binary;
using KernelFault.Dumps;
using KernelFault.Formats.Pe;
using KernelFault.Kernels;
using KernelFault.Kernels.Images;
using KernelFault.Memory;
using KernelFault.Tests.Formats.Pe;
using KernelFault.Unwinding;

namespace KernelFault.Tests.Unwinding;

/// <summary>ARM64 unwinding of compiled functions, against stacks built from the prologues that llvm-readobj prints.</summary>
public sealed class Arm64UnwindAgainstLlvmTests
{
    private const ulong Base = 0xFFFFF807_12340000;
    private const uint Ret = 0xD65F03C0;

    [SkippableTheory]
    [InlineData("-O0")]
    [InlineData("-O2")]
    [InlineData("-Os")]
    [InlineData("-O2", "-fno-omit-frame-pointer")]
    public void Random_call_paths_come_back_exactly(string optimization, params string[] options)
    {
        using var built = new ClangImage("aarch64", optimization, options);
        using PeImage image = PeImage.Open(built.Path);
        using var images = new ImageStore([built.Folder], useLocalImages: false);
        var calls = CallSites(image, built);
        Assert.True(calls.Count > 30, $"only {calls.Count} call sites");
        for (int seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var stack = new Arm64Simulation(random);
            var expected = new List<ulong>();
            for (int depth = random.Next(1, 20); depth > 0 && stack.HasRoom; depth--)
            {
                (string[] prologue, uint call) = calls[random.Next(calls.Count)];
                stack.Run(prologue);
                stack.Clobber(prologue);
                stack.X[30] = Base + call + 4;
                expected.Add(Base + call + 4);
            }

            (string[] last, uint pc) = calls[random.Next(calls.Count)];
            stack.Run(last);
            stack.Clobber(last);
            stack.X[30] = (ulong)random.NextInt64();
            expected.Add(Base + pc);
            expected.Reverse();
            IReadOnlyList<StackFrame> frames = Unwinder(image, images, stack).Walk(stack.Context(Base + pc));
            Assert.Equal(expected, frames.Select(f => f.InstructionPointer!.Value.ToUInt64()));
            Assert.All(frames.Skip(1), frame => Assert.Equal(FrameTrust.UnwindInfo, frame.Trust));
        }
    }

    [SkippableTheory]
    [InlineData("-O0")]
    [InlineData("-O2")]
    [InlineData("-O2", "-fno-omit-frame-pointer")]
    public void Every_instruction_of_every_prologue_and_every_return_unwinds_to_the_caller(string optimization, params string[] options)
    {
        using var built = new ClangImage("aarch64", optimization, options);
        using PeImage image = PeImage.Open(built.Path);
        using var images = new ImageStore([built.Folder], useLocalImages: false);
        ulong caller = Base + CallSites(image, built)[3].Call + 4;
        foreach ((uint begin, uint length, string[] prologue) in Functions(image, built))
        {
            for (int done = 0; done <= prologue.Length; done++)
            {
                var stack = new Arm64Simulation(new Random(7));
                stack.X[30] = caller;
                stack.Run(prologue.Take(done));
                ExpectCaller(image, images, stack, begin + (uint)(done * 4), caller);
            }

            for (uint at = 0; at < length; at += 4)
            {
                if (Word(image, begin + at) == Ret)
                {
                    var stack = new Arm64Simulation(new Random(7));
                    stack.X[30] = caller;
                    ExpectCaller(image, images, stack, begin + at, caller);
                }
            }
        }
    }

    [SkippableFact]
    public void Every_function_has_the_bounds_that_llvm_reads()
    {
        using var built = new ClangImage("aarch64", "-O2");
        using PeImage image = PeImage.Open(built.Path);
        var expected = Functions(image, built).Select(f => (f.Begin, f.Begin + f.Length));
        var actual = Enumerable.Range(0, image.RuntimeFunctionCount).Select(image.RuntimeFunctionAt).Select(f => (f.BeginAddress, f.EndAddress));
        Assert.Equal(expected, actual);
    }

    private static void ExpectCaller(PeImage image, ImageStore images, Arm64Simulation stack, uint rva, ulong caller)
    {
        IReadOnlyList<StackFrame> frames = Unwinder(image, images, stack).Walk(stack.Context(Base + rva), maxFrames: 2);
        Assert.True(frames.Count == 2 && frames[1].InstructionPointer!.Value.ToUInt64() == caller && frames[1].Trust == FrameTrust.UnwindInfo, $"at {rva:x}: {frames[^1]} {frames[^1].Trust}");
    }

    private static StackUnwinder Unwinder(PeImage image, ImageStore images, Arm64Simulation stack)
    {
        var module = new KernelModule
        {
            Name = "driver.sys",
            BaseAddress = new VirtualAddress(Base),
            Size = image.Header.SizeOfImage,
            TimeDateStamp = image.Header.TimeDateStamp,
        };
        return new StackUnwinder(Architecture.Arm64, [module], new SparseMemory().Add(Arm64Simulation.Start, stack.Bytes), new VirtualAddress(Arm64Simulation.Start), (uint)stack.Bytes.Length, images);
    }

    private static List<(uint Begin, uint Length, string[] Prologue)> Functions(PeImage image, ClangImage built) =>
        Arm64Simulation.Parse(built.ReadObj("--unwind"), image.Header.ImageBase);

    private static List<(string[] Prologue, uint Call)> CallSites(PeImage image, ClangImage built)
    {
        var sites = new List<(string[], uint)>();
        foreach ((uint begin, uint length, string[] prologue) in Functions(image, built))
        {
            for (uint at = (uint)prologue.Length * 4; at < length; at += 4)
            {
                if (CallSite.IsArm64Call(Word(image, begin + at)))
                {
                    sites.Add((prologue, begin + at));
                }
            }
        }

        return sites;
    }

    private static uint Word(PeImage image, uint rva)
    {
        var word = new byte[4];
        Assert.Equal(4, image.Read(rva, word));
        return BinaryPrimitives.ReadUInt32LittleEndian(word);
    }
}
