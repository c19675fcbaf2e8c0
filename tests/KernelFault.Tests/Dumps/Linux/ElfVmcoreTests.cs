using KernelFault.Dumps;
using KernelFault.Dumps.Linux;
using KernelFault.Memory;
using KernelFault.Tests.Builders;

namespace KernelFault.Tests.Dumps.Linux;

/// <summary>ELF vmcores, told apart from cores of processes.</summary>
public sealed class ElfVmcoreTests
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void Memory_notes_and_processors_are_read_from_every_order_of_headers(bool emulator, bool extended)
    {
        var builder = new ElfVmcoreBuilder { IsEmulators = emulator, HasExtendedCount = extended };
        using var file = new TemporaryFile(builder.Build());
        using LinuxVmcore dump = Open(file);

        Assert.Equal(VmcoreFormat.Elf, dump.Container.Format);
        Assert.Equal("6.9.0-contoso", dump.Info!.Release);
        Assert.Equal([1234u, 1235u], dump.Processors.Select(processor => processor.ProcessId));
        Assert.Equal(emulator ? 0x2A10000ul : null, dump.Processors[1].SystemRegisters?["cr3"]);
        Assert.Equal(emulator ? 0xFFFF_8880_0000_0000 : null, dump.Processors[1].SystemRegisters?["gs_base"]);
        AssertPage(dump, 1);
        AssertPage(dump, 4);
        AssertPage(dump, 0x107);
        Assert.Equal(PageAvailability.Absent, dump.Memory.Probe(new PhysicalAddress(0)));
        Assert.Equal(PageAvailability.Absent, dump.Memory.Probe(new PhysicalAddress(0x5000)));
    }

    [Fact]
    public void What_memory_has_beyond_the_file_was_left_out()
    {
        using var file = new TemporaryFile(new ElfVmcoreBuilder().Build());
        using LinuxVmcore dump = Open(file);

        Assert.Equal(PageAvailability.Excluded, dump.Memory.Probe(new PhysicalAddress(0x10_8000)));
        Assert.Equal(PageAvailability.Excluded, dump.Memory.Probe(new PhysicalAddress(0x10_9FFF)));
        Assert.Equal(PageAvailability.Absent, dump.Memory.Probe(new PhysicalAddress(0x10_A000)));
        Assert.Equal(0, dump.Memory.Read(new PhysicalAddress(0x10_8000), new byte[8]));
        Assert.Equal(0x10A, dump.Container.PageFrameLimit);
    }

    [Fact]
    public void Tens_of_thousands_of_segments_that_repeat_each_other_are_read()
    {
        // QEMU with paging: the same physical pages under many virtual addresses, and a device without any.
        List<(ulong, ulong, int, int)> loads = [.. Enumerable.Range(0, 70_000).Select(i => ((ulong)(i % 7) * 0x1000, 0xFFFF_8000_0000_0000 + ((ulong)i << 12), 0, 1))];
        loads.AddRange(Enumerable.Range(0, 7).Select(i => ((ulong)i * 0x1000, 0xFFFF_9000_0000_0000 + ((ulong)i << 12), 1, 1)));
        loads.Add((0x2000, 0xFFFF_A000_0000_0000, 4, 4));
        var builder = new ElfVmcoreBuilder { IsEmulators = true, HasExtendedCount = true, Loads = loads };
        using var file = new TemporaryFile(builder.Build());
        using LinuxVmcore dump = Open(file);

        for (int frame = 0; frame < 7; frame++)
        {
            AssertPage(dump, frame);
        }
    }

    [Fact]
    public void A_file_cut_short_is_read_as_far_as_it_goes()
    {
        byte[] bytes = new ElfVmcoreBuilder().Build();
        using var file = new TemporaryFile(bytes.AsSpan(0, bytes.Length - 5000));
        using LinuxVmcore dump = Open(file);

        AssertPage(dump, 0x105);
        Assert.Equal(PageAvailability.Damaged, dump.Memory.Probe(new PhysicalAddress(0x10_7000)));
        Assert.Equal(4096 - (5000 - 4096), dump.Memory.Read(new PhysicalAddress(0x10_6000), new byte[4096]));
        Assert.Contains(dump.Warnings, warning => warning.Contains("cut short", StringComparison.Ordinal));
    }

    [Fact]
    public void Without_notes_of_a_kernel_its_addresses_tell_it_from_a_process()
    {
        using var file = new TemporaryFile(new ElfVmcoreBuilder { Info = null }.Build());
        using LinuxVmcore dump = Open(file);

        Assert.Equal(DumpKind.LinuxVmcore, dump.Kind);
        Assert.Null(dump.Info);
    }

    [Fact]
    public void A_search_through_memory_does_not_go_through_what_a_segment_only_claims()
    {
        var builder = new ElfVmcoreBuilder { Info = null };
        byte[] bytes = builder.Build();
        DumpField size = builder.Fields.Last(field => field.Name == "p_filesz");
        BitConverter.GetBytes(1UL << 50).CopyTo(bytes.AsSpan(size.Offset));
        using var file = new TemporaryFile(bytes);
        using LinuxVmcore dump = Open(file);
        var time = System.Diagnostics.Stopwatch.StartNew();

        Assert.Null(dump.Info);
        Assert.InRange(time.Elapsed.TotalSeconds, 0, 2);
    }

    private static LinuxVmcore Open(TemporaryFile file) => Assert.IsType<LinuxVmcore>(CrashDump.Open(file.Path));

    private static void AssertPage(LinuxVmcore dump, int frame)
    {
        byte[] page = new byte[4096];
        Assert.Equal(PageAvailability.Present, dump.Memory.Probe(new PhysicalAddress((ulong)frame * 4096)));
        Assert.Equal(page.Length, dump.Memory.Read(new PhysicalAddress((ulong)frame * 4096), page));
        Assert.Equal(VmcoreParts.Page(frame), page);
    }
}
