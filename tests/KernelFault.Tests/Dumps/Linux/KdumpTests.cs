using System.Text;
using KernelFault.Dumps;
using KernelFault.Dumps.Linux;
using KernelFault.Formats;
using KernelFault.Memory;
using KernelFault.Tests.Builders;

namespace KernelFault.Tests.Dumps.Linux;

/// <summary>Kdump-compressed files of every header version and method.</summary>
public sealed class KdumpTests
{
    public static TheoryData<int> Versions { get; } = [.. Enumerable.Range(0, 8)];

    [Theory]
    [MemberData(nameof(Versions))]
    public void Pages_of_every_header_version_are_where_their_bitmap_says(int version)
    {
        var builder = new KdumpBuilder { Version = version };
        using var file = new TemporaryFile(builder.Build());
        using LinuxVmcore dump = Open(file);

        Assert.Equal(version > 6, dump.Warnings.Count > 0);
        AssertMemory(builder, dump);
        Assert.Equal(version, dump.Container.HeaderVersion);
        Assert.Equal(version >= 1 ? 31 : null, dump.Container.DumpLevel);
        Assert.Equal(version >= 3 ? "6.9.0-contoso" : null, dump.Info?.Release);
        Assert.Equal(version >= 4 ? 2 : 0, dump.Processors.Count);
    }

    [Theory]
    [InlineData(4096)]
    [InlineData(16384)]
    [InlineData(65536)]
    public void Pages_of_every_size_are_read(int pageSize)
    {
        var builder = new KdumpBuilder { BlockSize = pageSize };
        using var file = new TemporaryFile(builder.Build());
        using LinuxVmcore dump = Open(file);

        AssertMemory(builder, dump);
        Assert.Equal(pageSize, dump.Container.PageSize);
    }

    [Fact]
    public void Pages_stored_as_they_are_need_no_method()
    {
        var builder = new KdumpBuilder { Compress = KdumpBuilder.Raw, Status = 0 };
        using var file = new TemporaryFile(builder.Build());
        using LinuxVmcore dump = Open(file);

        AssertMemory(builder, dump);
        Assert.Equal(VmcoreCompression.None, dump.Container.Compression);
    }

    [Fact]
    public void A_file_with_one_bitmap_has_every_page_of_the_machine()
    {
        var builder = new KdumpBuilder { OneBitmap = true, IsDumped = _ => true };
        using var file = new TemporaryFile(builder.Build());
        using LinuxVmcore dump = Open(file);

        AssertMemory(builder, dump);
    }

    [Fact]
    public void The_many_pages_of_a_bitmap_of_several_chunks_are_found()
    {
        // 32,768 frames make one chunk of the count.
        var builder = new KdumpBuilder
        {
            Frames = 140_000,
            Hole = 40_000..105_001,
            IsDumped = frame => frame % 97 == 5,
            PageOf = frame => [.. Enumerable.Repeat((byte)(frame / 97), 4096)],
        };
        using var file = new TemporaryFile(builder.Build());
        using LinuxVmcore dump = Open(file);
        Span<byte> bytes = stackalloc byte[1];

        for (int frame = 139_000; frame >= 0; frame -= 61)
        {
            bool present = builder.Exists(frame) && frame % 97 == 5;
            Assert.Equal(present ? 1 : 0, dump.Memory.Read(new PhysicalAddress((ulong)frame * 4096), bytes));
            if (present)
            {
                Assert.Equal((byte)(frame / 97), bytes[0]);
            }
        }
    }

    [Fact]
    public void A_read_goes_over_page_borders_and_stops_at_the_first_page_left_out()
    {
        var builder = new KdumpBuilder { IsDumped = frame => frame != 7 };
        using var file = new TemporaryFile(builder.Build());
        using LinuxVmcore dump = Open(file);
        byte[] bytes = new byte[3 * 4096];

        int read = dump.Memory.Read(new PhysicalAddress((5 * 4096) + 100), bytes);

        Assert.Equal((2 * 4096) - 100, read);
        Assert.Equal(builder.PageAt(5).AsSpan(100).ToArray(), bytes[..(4096 - 100)]);
        Assert.Equal(builder.PageAt(6), bytes[(4096 - 100)..read]);
    }

    [Fact]
    public void Reads_at_the_end_of_all_addresses_find_nothing()
    {
        using var file = new TemporaryFile(new KdumpBuilder().Build());
        using LinuxVmcore dump = Open(file);

        Assert.Equal(0, dump.Memory.Read(new PhysicalAddress(ulong.MaxValue), new byte[16]));
        Assert.Equal(PageAvailability.Absent, dump.Memory.Probe(new PhysicalAddress(ulong.MaxValue)));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(6)]
    public void One_part_of_a_split_dump_has_its_own_pages_and_says_so(int version)
    {
        var builder = new KdumpBuilder { Version = version, Part = 30..50 };
        using var file = new TemporaryFile(builder.Build());
        using LinuxVmcore dump = Open(file);

        Assert.Equal(new VmcorePart(30, 50), dump.Container.Part);
        Assert.Contains(dump.Warnings, warning => warning.Contains("one part of a split dump", StringComparison.Ordinal));
        AssertMemory(builder, dump);
    }

    [Fact]
    public void A_page_that_the_writer_did_not_get_to_is_damaged()
    {
        var builder = new KdumpBuilder { Status = 1 | 8, IsUnwritten = frame => frame > 40 };
        using var file = new TemporaryFile(builder.Build());
        using LinuxVmcore dump = Open(file);

        Assert.True(dump.Container.IsIncomplete);
        Assert.Contains(dump.Warnings, warning => warning.Contains("incomplete", StringComparison.Ordinal));
        Assert.Equal(PageAvailability.Present, dump.Memory.Probe(new PhysicalAddress(39 * 4096)));
        Assert.Equal(PageAvailability.Damaged, dump.Memory.Probe(new PhysicalAddress(42 * 4096)));
        Assert.Equal(0, dump.Memory.Read(new PhysicalAddress(42 * 4096), new byte[8]));
    }

    [Fact]
    public void A_file_cut_short_is_read_as_far_as_it_goes()
    {
        byte[] bytes = new KdumpBuilder { Compress = KdumpBuilder.Raw }.Build();
        using var file = new TemporaryFile(bytes.AsSpan(0, bytes.Length - (10 * 4096)));
        using LinuxVmcore dump = Open(file);

        Assert.Equal(PageAvailability.Present, dump.Memory.Probe(new PhysicalAddress(0)));
        Assert.Equal(PageAvailability.Damaged, dump.Memory.Probe(new PhysicalAddress(63 * 4096)));
        Assert.Contains(dump.Warnings, warning => warning.Contains("cut short", StringComparison.Ordinal));
    }

    [Fact]
    public void Without_a_note_the_kernels_own_copy_is_found_in_memory()
    {
        // Page 30: a text that only looks like it; page 33: what a kernel before a warm restart left; page 45: the right one.
        byte[] old = Encoding.ASCII.GetBytes(VmcoreParts.Info.Replace("6.9.0-contoso", "6.8.0-contoso", StringComparison.Ordinal).Replace("-981467136", "0", StringComparison.Ordinal));
        byte[] right = Encoding.ASCII.GetBytes(VmcoreParts.Info.Replace("-981467136", "0", StringComparison.Ordinal).Replace("82a15900", "80003100", StringComparison.Ordinal));
        byte[] stale = Encoding.ASCII.GetBytes(Encoding.ASCII.GetString(old).Replace("82a15900", "80003100", StringComparison.Ordinal));
        var builder = new KdumpBuilder
        {
            Info = null,
            IsDumped = _ => true,
            PageOf = frame => frame switch
            {
                3 => Page(0x100, "Linux\0", (2 * 65, "6.9.0-contoso\0")),
                30 => Page(0, "OSRELEASE=not a kernel's\n"),
                33 => Page(0, Encoding.ASCII.GetString(stale)),
                45 => Page(0, "\u000b\0\0\0\0\u0010\0\0\0\0\0\0VMCOREINFO\0\0" + Encoding.ASCII.GetString(right)),
                _ => VmcoreParts.Page(frame),
            },
        };
        using var file = new TemporaryFile(builder.Build());
        using LinuxVmcore dump = Open(file);

        Assert.Equal("6.9.0-contoso", dump.Info!.Release);
        Assert.Contains(dump.Warnings, warning => warning.Contains("found in memory", StringComparison.Ordinal));

        static byte[] Page(int at, string text, params (int At, string Text)[] more)
        {
            byte[] page = new byte[4096];
            Encoding.ASCII.GetBytes(text).CopyTo(page.AsSpan(at));
            foreach ((int offset, string piece) in more)
            {
                Encoding.ASCII.GetBytes(piece).CopyTo(page.AsSpan(at + offset));
            }

            return page;
        }
    }

    [Fact]
    public void A_search_through_memory_stops_when_told_to()
    {
        using var file = new TemporaryFile(new KdumpBuilder { Info = null }.Build());
        using LinuxVmcore dump = Open(file);

        Assert.Throws<OperationCanceledException>(() => dump.FindInfo(new CancellationToken(canceled: true)));
        Assert.Null(dump.Info);
    }

    [Fact]
    public void Pages_in_the_file_and_pages_left_out_are_counted()
    {
        using var file = new TemporaryFile(new KdumpBuilder().Build());
        using LinuxVmcore dump = Open(file);

        // 64 frames without the hole of 4; every third one is left out.
        Assert.Equal(new VmcorePages(40, 20), dump.CountPages());
    }

    [Fact]
    public void Arm64_is_told_by_the_machine_name()
    {
        using var file = new TemporaryFile(new KdumpBuilder { Machine = "aarch64" }.Build());
        using LinuxVmcore dump = Open(file);

        Assert.Equal(Architecture.Arm64, dump.Architecture);
    }

    [Fact]
    public void A_machine_without_name_is_told_by_its_processors_notes()
    {
        using var file = new TemporaryFile(new KdumpBuilder { Machine = string.Empty }.Build());
        using LinuxVmcore dump = Open(file);

        Assert.Equal(Architecture.X64, dump.Architecture);
        Assert.Equal(1235u, dump.Processors[1].ProcessId);
        Assert.Equal(new VirtualAddress(0xFFFF_FFFF_8100_1001), dump.Processors[1].Registers!.InstructionPointer);
    }

    [Fact]
    public void A_bitmap_that_only_claims_its_length_is_not_counted_to_its_end()
    {
        byte[] bytes = new KdumpBuilder { Info = null }.Build();
        BitConverter.GetBytes(uint.MaxValue).CopyTo(bytes.AsSpan(436));
        BitConverter.GetBytes(ulong.MaxValue >> 1).CopyTo(bytes.AsSpan(4096 + 96));
        using var file = new TemporaryFile(bytes);
        using LinuxVmcore dump = Open(file);

        Assert.InRange(dump.CountPages().Present, 0, bytes.Length * 8);
        Assert.Null(dump.Info);
    }

    [Fact]
    public void A_file_cut_inside_its_first_bitmap_has_no_page_to_search()
    {
        byte[] bytes = new KdumpBuilder { Info = null }.Build();
        using var file = new TemporaryFile(bytes.AsSpan(0, (4096 * 2) + 512));
        using LinuxVmcore dump = Open(file);
        var time = System.Diagnostics.Stopwatch.StartNew();

        Assert.Null(dump.Info);
        Assert.Equal(0, dump.CountPages().Present);
        Assert.InRange(time.Elapsed.TotalSeconds, 0, 1);
    }

    [Fact]
    public void A_block_size_that_is_none_is_a_format_error()
    {
        byte[] bytes = new KdumpBuilder().Build();
        bytes[428] = 1;
        using var file = new TemporaryFile(bytes);

        DumpFormatException error = Assert.Throws<DumpFormatException>(() => CrashDump.Open(file.Path));
        Assert.Contains("block size", error.Message, StringComparison.Ordinal);
    }

    private static LinuxVmcore Open(TemporaryFile file) => Assert.IsType<LinuxVmcore>(CrashDump.Open(file.Path));

    private static void AssertMemory(KdumpBuilder builder, LinuxVmcore dump)
    {
        byte[] page = new byte[builder.BlockSize];
        for (int frame = 0; frame < builder.Frames + 2; frame++)
        {
            var address = new PhysicalAddress((ulong)frame * (uint)builder.BlockSize);
            bool here = builder.Part is not Range part || (frame >= part.Start.Value && frame < part.End.Value);
            PageAvailability expected = !builder.Exists(frame) ? PageAvailability.Absent
                : here && (builder.OneBitmap || builder.IsDumped(frame)) ? PageAvailability.Present
                : PageAvailability.Excluded;

            Assert.Equal(expected, dump.Memory.Probe(address));
            Assert.Equal(expected == PageAvailability.Present ? page.Length : 0, dump.Memory.Read(address, page));
            if (expected == PageAvailability.Present)
            {
                Assert.Equal(builder.PageAt(frame), page);
            }
        }
    }
}
