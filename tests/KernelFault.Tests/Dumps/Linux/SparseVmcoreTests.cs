using KernelFault.Dumps;
using KernelFault.Dumps.Linux;
using KernelFault.Memory;
using KernelFault.Tests.Builders;

namespace KernelFault.Tests.Dumps.Linux;

/// <summary>A machine of 64 GB costs no more to open and read here and there than a small one.</summary>
public sealed class SparseVmcoreTests
{
    private const long Gigabyte = 1L << 30;
    private const int MaximumAllocation = 12 * 1024 * 1024;

    [Fact]
    public void An_ELF_vmcore_of_64_GB_opens_in_the_memory_of_a_small_one()
    {
        var builder = new ElfVmcoreBuilder();
        byte[] bytes = builder.Build();
        foreach (string name in new[] { "p_filesz", "p_memsz" })
        {
            DumpField field = builder.Fields.Last(f => f.Name == name);
            BitConverter.GetBytes((ulong)(64 * Gigabyte)).CopyTo(bytes.AsSpan(field.Offset));
        }

        using var file = new TemporaryFile(bytes);
        using (FileStream stream = File.OpenWrite(file.Path))
        {
            // A hole: the file takes no room.
            stream.SetLength(bytes.Length + (64 * Gigabyte));
        }

        using LinuxVmcore dump = OpenAndReadHereAndThere(file);

        Assert.Equal((64 * Gigabyte / 4096) + 4, dump.CountPages().Present);
    }

    [Fact]
    public void A_kdump_file_of_a_machine_of_64_GB_opens_in_the_memory_of_a_small_one()
    {
        var builder = new KdumpBuilder
        {
            Frames = (int)(64 * Gigabyte / 4096),
            IsDumped = frame => frame % 4096 == 1,
            PageOf = frame => [.. Enumerable.Repeat((byte)(frame / 4096), 4096)],
        };
        using var file = new TemporaryFile(builder.Build());

        using LinuxVmcore dump = OpenAndReadHereAndThere(file);

        byte[] page = new byte[4096];
        Assert.Equal(page.Length, dump.Memory.Read(new PhysicalAddress(((4096ul * 4000) + 1) * 4096), page));
        Assert.Equal((byte)(4000 & 0xFF), page[17]);
        Assert.Equal(4096, dump.CountPages().Present);
        Assert.Equal((64 * Gigabyte / 4096) - 4096 - 4, dump.CountPages().Excluded);
    }

    private static LinuxVmcore OpenAndReadHereAndThere(TemporaryFile file)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        LinuxVmcore dump = Assert.IsType<LinuxVmcore>(CrashDump.Open(file.Path));
        Span<byte> word = stackalloc byte[8];
        for (ulong i = 0; i < 20_000; i++)
        {
            _ = dump.Memory.Read(new PhysicalAddress(i * 7_654_321 % (64ul << 30)), word);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1, MaximumAllocation);
        return dump;
    }
}
