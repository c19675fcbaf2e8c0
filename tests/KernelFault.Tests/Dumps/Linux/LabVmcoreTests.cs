using KernelFault.Dumps;
using KernelFault.Dumps.Linux;
using KernelFault.Memory;

namespace KernelFault.Tests.Dumps.Linux;

/// <summary>One crash of the lab in every file format: <c>make-vmcore.py WORK null_deref --suffix _all --format …</c>, see tests/lab.</summary>
public sealed class LabVmcoreTests
{
    public static TheoryData<string, string> Pairs { get; } = new()
    {
        // What the emulator writes holds every page; what makedumpfile writes holds those of -d31.
        { "elf", "kdump" },
        { "elf", "c31" },
        { "elf", "E31" },
        { "elf", "paging" },
        { "c31", "F31" },
        { "c31", "l31" },
        { "c31", "p31" },
        { "c31", "z31" },
        { "c31", "split1" },
        { "c31", "split2" },
    };

    [SkippableTheory]
    [MemberData(nameof(Pairs))]
    public void The_same_memory_is_the_same_in_every_format(string one, string other)
    {
        using LinuxVmcore left = Open(one);
        using LinuxVmcore right = Open(other);
        byte[] leftPage = new byte[4096];
        byte[] rightPage = new byte[4096];
        long same = 0;
        long first = right.Container.Part?.First ?? 0;
        long limit = Math.Min(left.Container.PageFrameLimit, right.Container.PageFrameLimit);
        for (long frame = first; frame < limit; frame++)
        {
            var address = new PhysicalAddress((ulong)frame * 4096);
            int read = right.Memory.Read(address, rightPage);
            if (read == 0)
            {
                Assert.NotEqual(PageAvailability.Damaged, right.Memory.Probe(address));
                continue;
            }

            Assert.Equal(PageAvailability.Present, left.Memory.Probe(address));
            Assert.Equal(read, left.Memory.Read(address, leftPage));
            Assert.True(leftPage.AsSpan().SequenceEqual(rightPage), $"page frame {frame:x} differs between {one} and {other}.");
            same++;
        }

        // The second part of so small a machine has no page of its own.
        Assert.InRange(same, Math.Min(5000, right.CountPages().Present), long.MaxValue);
        Assert.Equal(left.Info!.Keys, right.Info!.Keys);
        Assert.Equal(left.Info.KernelOffset, right.Info.KernelOffset);
        Assert.Equal(left.Processors.Select(p => p.Registers!.InstructionPointer), right.Processors.Select(p => p.Registers!.InstructionPointer));
        Assert.Equal(left.Architecture, right.Architecture);
    }

    private static LinuxVmcore Open(string format)
    {
        string? lab = Environment.GetEnvironmentVariable("KERNELFAULT_LAB");
        Skip.If(string.IsNullOrEmpty(lab), "KERNELFAULT_LAB names no folder of vmcores that tests/lab/make-vmcore.py wrote.");
        string path = Path.Combine(lab!, "null_deref_all", "vmcore." + format);
        Skip.IfNot(File.Exists(path), $"The lab has no {path}.");
        return Assert.IsType<LinuxVmcore>(CrashDump.Open(path));
    }
}
