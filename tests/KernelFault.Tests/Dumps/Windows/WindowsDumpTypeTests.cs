using KernelFault.Dumps;
using KernelFault.Dumps.Windows;
using KernelFault.Formats;
using KernelFault.Kernels.Windows;
using KernelFault.Tests.Builders;

namespace KernelFault.Tests.Dumps.Windows;

/// <summary>Every dump type by its number, and headers that were cut off or never filled in.</summary>
public class WindowsDumpTypeTests
{
    [Theory]
    [InlineData(1, DumpKind.WindowsFull)]
    [InlineData(2, DumpKind.WindowsKernel)]
    [InlineData(3, DumpKind.WindowsHeader)]
    [InlineData(5, DumpKind.WindowsBitmapFull)]
    [InlineData(6, DumpKind.WindowsBitmapKernel)]
    [InlineData(7, DumpKind.WindowsAutomatic)]
    [InlineData(99, DumpKind.Unknown)]
    public void Other_types_than_triage_give_their_header_and_say_so(uint type, DumpKind kind)
    {
        WindowsTriageDumpBuilder written = SyntheticCrashes.NetworkDriverWritesNull() with { DumpType = type, BehindHeader = new byte[0x1000] };
        using var file = new TemporaryFile(written.Build());
        using var dump = Assert.IsType<WindowsMemoryDump>(CrashDump.Open(file.Path));

        WindowsKernel kernel = WindowsKernelReader.Read(dump, null);

        Assert.Equal((kind, type), (dump.Kind, dump.Header.DumpType));
        Assert.Equal(written.BugCheckParameters, dump.Header.BugCheckParameters);
        Assert.Equal("Windows 11, version 24H2 or 25H2", kernel.WindowsName);
        Assert.Equal(ContextOrigin.Header, Assert.Single(kernel.Contexts).Origin);
        Assert.Equal(0, dump.Memory.Read(dump.Header.PsLoadedModuleList!.Value, new byte[8]));
        Assert.Single(dump.Warnings);
    }

    [Theory]
    [InlineData(0x10u, "live dump")]
    [InlineData(0x4u, "too small")]
    public void Attributes_that_matter_are_told(uint attributes, string told)
    {
        WindowsTriageDumpBuilder written = SyntheticCrashes.NetworkDriverWritesNull() with { DumpType = 6, BehindHeader = [], Attributes = attributes };
        using var file = new TemporaryFile(written.Build());
        using CrashDump dump = CrashDump.Open(file.Path);

        Assert.Contains(dump.Warnings, w => w.Contains(told, StringComparison.Ordinal));
    }

    [Fact]
    public void A_header_field_that_was_never_written_is_null()
    {
        WindowsTriageDumpBuilder written = SyntheticCrashes.NetworkDriverWritesNull() with
        {
            VersionUser = null, SystemTime = null, SystemUpTime = null, ProductType = null, SuiteMask = null, Attributes = null,
            BootId = null, MiniDumpFields = null, SecondaryDataState = null, WriterStatus = null, Exception = null, Context = null,
        };
        using var file = new TemporaryFile(written.Build());
        using var dump = (WindowsDump)CrashDump.Open(file.Path);

        WindowsDumpHeader h = dump.Header;
        Assert.Null(h.VersionUser);
        Assert.Null(h.Comment);
        Assert.Null(h.SystemTime);
        Assert.Null(h.SystemUpTime);
        Assert.Equal((null, null, null, null), (h.ProductType, h.SuiteMask, h.Attributes, h.BootId));
        Assert.Equal((null, null, null), (h.MiniDumpFields, h.SecondaryDataState, h.WriterStatus));
        Assert.Null(h.Exception);
        Assert.Null(h.Context);
    }

    [Theory]
    [InlineData(0x60)]
    [InlineData(0x348)]
    [InlineData(0x1FFF)]
    [InlineData(0x2010)]
    [InlineData(0x3000)]
    public void A_dump_that_was_cut_off_still_tells_its_stop_code(int length)
    {
        byte[] whole = SyntheticCrashes.NetworkDriverWritesNull().Build();
        using var file = new TemporaryFile(whole.AsSpan(0, length));
        using var dump = (WindowsDump)CrashDump.Open(file.Path);

        WindowsKernel kernel = WindowsKernelReader.Read(dump, null);

        Assert.Equal(0xD1u, dump.Header.BugCheckCode);
        Assert.Empty(kernel.Modules);
        Assert.Contains(kernel.Warnings, w => w.Contains("cut off", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(8)]
    [InlineData(0x5F)]
    public void A_dump_that_ends_before_the_stop_code_is_an_error(int length)
    {
        byte[] whole = SyntheticCrashes.NetworkDriverWritesNull().Build();
        using var file = new TemporaryFile(whole.AsSpan(0, length));

        DumpFormatException error = Assert.Throws<DumpFormatException>(() => CrashDump.Open(file.Path));

        Assert.Equal(length, error.Offset);
    }
}
