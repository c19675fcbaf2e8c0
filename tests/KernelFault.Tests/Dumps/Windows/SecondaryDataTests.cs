using KernelFault.Dumps;
using KernelFault.Dumps.Windows;
using KernelFault.Tests.Builders;

namespace KernelFault.Tests.Dumps.Windows;

/// <summary>Tagged data behind a dump, whole and damaged.</summary>
public class SecondaryDataTests
{
    private static readonly Guid Ntfs = new("00afe9c4-940d-4213-8016-cd3719b5bc20");
    private static readonly Guid Unknown = new("11111111-2222-3333-4444-555555555555");

    [Fact]
    public void Every_blob_is_listed_with_its_name_where_it_is_known()
    {
        using var file = new TemporaryFile(Written().Build());
        using var dump = (WindowsTriageDump)CrashDump.Open(file.Path);

        Assert.Equal([(Ntfs, "BLACKBOXNTFS", 5u), (Unknown, null, 0u), (Unknown, null, 3u)], dump.SecondaryData.Select(s => (s.Tag, s.Name, s.Length)));
        Assert.Equal([1, 2, 3, 4, 5], dump.Bytes(dump.SecondaryData[0]).ToArray());
    }

    [Fact]
    public void A_file_that_ends_inside_a_blob_keeps_the_blobs_before_it_and_warns()
    {
        byte[] whole = Written().Build();
        using var file = new TemporaryFile(whole.AsSpan(0, whole.Length - 2));
        using var dump = (WindowsTriageDump)CrashDump.Open(file.Path);

        Assert.Equal(2, dump.SecondaryData.Count);
        Assert.Contains(dump.Warnings, w => w.Contains("ends inside the secondary data", StringComparison.Ordinal));
    }

    private static WindowsTriageDumpBuilder Written() => SyntheticCrashes.NetworkDriverWritesNull() with
    {
        Blobs = [new TaggedBlob(Ntfs, [1, 2, 3, 4, 5]), new TaggedBlob(Unknown, []), new TaggedBlob(Unknown, [7, 8, 9])],
    };
}
