using System.Text;
using KernelFault.Dumps;
using KernelFault.Dumps.Linux;
using KernelFault.Memory;

namespace KernelFault.Tests.Dumps.Linux;

/// <summary>The six vmcores of crashed machines: what their headers, notes and memory say, against what their kernels printed.</summary>
public sealed class RealVmcoreTests
{
    [SkippableTheory]
    [InlineData("null_deref", "6.1.0-56-amd64", VmcoreCompression.Zlib, 2)]
    [InlineData("use_after_free", "6.1.0-56-amd64", VmcoreCompression.Zlib, 2)]
    [InlineData("stack_overflow", "6.1.0-56-amd64", VmcoreCompression.Zlib, 2)]
    [InlineData("kdump_null_deref", "6.1.0-56-amd64", VmcoreCompression.Lzo, 2)]
    [InlineData("612_null_deref", "6.12.95+deb12-amd64", VmcoreCompression.Snappy, 2)]
    [InlineData("72_use_after_free", "7.2.13+deb14-amd64", VmcoreCompression.Zstandard, 2)]
    public void Its_header_and_notes_tell_kernel_and_processors(string name, string release, VmcoreCompression compression, int processors)
    {
        using LinuxVmcore dump = Open(name);

        Assert.Equal(DumpKind.LinuxVmcore, dump.Kind);
        Assert.Equal(Architecture.X64, dump.Architecture);
        Assert.Equal(VmcoreFormat.KdumpCompressed, dump.Container.Format);
        Assert.Equal(6, dump.Container.HeaderVersion);
        Assert.Equal(31, dump.Container.DumpLevel);
        Assert.Equal(compression, dump.Container.Compression);
        Assert.Equal(4096, dump.Container.PageSize);
        Assert.Equal(release, dump.Info!.Release);
        Assert.Equal(release, dump.Container.SystemName!.Release);
        Assert.Equal("x86_64", dump.Container.SystemName.Machine);
        Assert.Equal(processors, dump.Processors.Count);
        Assert.All(dump.Processors, processor => Assert.NotNull(processor.Registers));
        Assert.Empty(dump.Warnings);
    }

    [SkippableTheory]
    [InlineData("null_deref")]
    [InlineData("use_after_free")]
    [InlineData("stack_overflow")]
    [InlineData("kdump_null_deref")]
    [InlineData("612_null_deref")]
    [InlineData("72_use_after_free")]
    public void Its_memory_has_the_kernels_banner_where_phys_base_puts_it(string name)
    {
        using LinuxVmcore dump = Open(name);

        // init_uts_ns holds the names of uname; a kernel address translates by phys_base alone.
        const ulong KernelMap = 0xFFFF_FFFF_8000_0000;
        ulong address = unchecked(dump.Info!.Symbol("init_uts_ns")!.Value - KernelMap + (ulong)dump.Info.Number("phys_base")!.Value);
        byte[] names = new byte[400];
        int read = dump.Memory.Read(new PhysicalAddress(address), names);

        Assert.Equal(names.Length, read);
        string text = Encoding.ASCII.GetString(names);
        Assert.Contains("Linux\0", text, StringComparison.Ordinal);
        Assert.Contains(dump.Info.Release + "\0", text, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("null_deref")]
    [InlineData("use_after_free")]
    [InlineData("stack_overflow")]
    [InlineData("kdump_null_deref")]
    [InlineData("612_null_deref")]
    [InlineData("72_use_after_free")]
    public void Every_page_that_its_bitmap_promises_can_be_expanded(string name)
    {
        using LinuxVmcore dump = Open(name);
        byte[] page = new byte[dump.Container.PageSize];
        long present = 0;
        var damaged = new List<long>();
        for (long frame = 0; frame < dump.Container.PageFrameLimit; frame++)
        {
            var address = new PhysicalAddress((ulong)frame * (uint)page.Length);
            PageAvailability availability = dump.Memory.Probe(address);
            int read = dump.Memory.Read(address, page);
            Assert.Equal(availability == PageAvailability.Present ? page.Length : 0, read);
            present += availability == PageAvailability.Present ? 1 : 0;
            if (availability == PageAvailability.Damaged)
            {
                damaged.Add(frame);
            }
        }

        Assert.Empty(damaged);
        Assert.InRange(present, 10_000, dump.Container.PageFrameLimit);
    }

    private static LinuxVmcore Open(string name) =>
        Assert.IsType<LinuxVmcore>(CrashDump.Open(Corpus.File(Path.Combine("corpus", "linux", name, "vmcore"))));
}
