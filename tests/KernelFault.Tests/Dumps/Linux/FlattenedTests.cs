using KernelFault.Dumps;
using KernelFault.Dumps.Linux;
using KernelFault.Memory;
using KernelFault.Tests.Builders;

namespace KernelFault.Tests.Dumps.Linux;

/// <summary>The flattened stream is read as the file it stands for.</summary>
public sealed class FlattenedTests
{
    [Theory]
    [InlineData(1 << 20)]
    [InlineData(4096)]
    [InlineData(7)]
    [InlineData(1)]
    public void A_flattened_file_has_the_same_memory_whatever_the_size_of_its_records(int size)
    {
        byte[] file = new KdumpBuilder().Build();

        AssertSameAs(file, VmcoreParts.Flatten(file, size, 3, size + 13));
    }

    [Fact]
    public void A_flattened_ELF_core_is_read_too()
    {
        byte[] file = new ElfVmcoreBuilder().Build();

        AssertSameAs(file, VmcoreParts.Flatten(file, 1000));
    }

    [Fact]
    public void Records_may_come_in_any_order()
    {
        byte[] file = new KdumpBuilder().Build();
        IEnumerable<(int, int)> records = Enumerable.Range(0, (file.Length + 499) / 500).Select(i => (i * 500, Math.Min(500, file.Length - (i * 500)))).Reverse();

        AssertSameAs(file, VmcoreParts.Flatten(file, records));
    }

    [Fact]
    public void A_later_record_replaces_what_earlier_ones_put_there()
    {
        byte[] file = new KdumpBuilder().Build();
        using var stream = new MemoryStream();
        byte[] whole = VmcoreParts.Flatten(file, 4096);
        stream.Write(whole, 0, 4096);

        // First rubbish over several places, then all of the file in pieces, then rubbish under one that is written once more.
        byte[] rubbish = [.. Enumerable.Repeat((byte)0xCC, 6000)];
        Put(100, rubbish);
        Put(5000, rubbish);
        stream.Write(whole, 4096, whole.Length - 4096 - 16);
        Put(428, [0xCC, 0xCC]);
        Put(400, rubbish.AsSpan(0, 50));
        Put(300, file.AsSpan(300, 300));
        Put(10_000, rubbish.AsSpan(0, 10));
        Put(10_002, file.AsSpan(10_002, 5));
        Put(9_990, file.AsSpan(9_990, 12));
        Put(10_007, file.AsSpan(10_007, 3));
        VmcoreParts.Record(stream, -1, -1);

        AssertSameAs(file, stream.ToArray());

        void Put(int offset, ReadOnlySpan<byte> bytes)
        {
            VmcoreParts.Record(stream, offset, bytes.Length);
            stream.Write(bytes);
        }
    }

    [Fact]
    public void A_stream_cut_short_is_read_as_far_as_it_goes()
    {
        byte[] flat = VmcoreParts.Flatten(new KdumpBuilder { Compress = KdumpBuilder.Raw }.Build(), 4096);
        using var file = new TemporaryFile(flat.AsSpan(0, flat.Length - 50_000));
        using LinuxVmcore dump = Assert.IsType<LinuxVmcore>(CrashDump.Open(file.Path));

        Assert.Equal(file.Path, dump.Path);
        Assert.Equal(flat.Length - 50_000, dump.Length);
        Assert.Contains(dump.Warnings, warning => warning.Contains("cut short", StringComparison.Ordinal));
        Assert.Equal(PageAvailability.Present, dump.Memory.Probe(new PhysicalAddress(0)));
        Assert.Equal(PageAvailability.Damaged, dump.Memory.Probe(new PhysicalAddress(63 * 4096)));
    }

    private static void AssertSameAs(byte[] file, byte[] flat)
    {
        using var plain = new TemporaryFile(file);
        using var flattened = new TemporaryFile(flat);
        using LinuxVmcore expected = Assert.IsType<LinuxVmcore>(CrashDump.Open(plain.Path));
        using LinuxVmcore dump = Assert.IsType<LinuxVmcore>(CrashDump.Open(flattened.Path));

        Assert.True(dump.Container.IsFlattened);
        Assert.Equal(expected.Container with { IsFlattened = true }, dump.Container);
        Assert.Equal(expected.Info!.Keys, dump.Info!.Keys);
        Assert.Equal(expected.Warnings, dump.Warnings);
        byte[] left = new byte[4096];
        byte[] right = new byte[4096];
        for (long frame = 0; frame < expected.Container.PageFrameLimit; frame++)
        {
            var address = new PhysicalAddress((ulong)frame * 4096);
            Assert.Equal(expected.Memory.Probe(address), dump.Memory.Probe(address));
            Assert.Equal(expected.Memory.Read(address, left), dump.Memory.Read(address, right));
            Assert.Equal(left, right);
        }
    }
}
