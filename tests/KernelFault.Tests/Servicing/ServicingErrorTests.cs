using System.Text.RegularExpressions;
using KernelFault.Servicing;

namespace KernelFault.Tests.Servicing;

/// <summary>The data file of errors.</summary>
public sealed class ServicingErrorTests
{
    [Fact]
    public void EveryEntryHasANameAMeaningAndARemedy() => Assert.All(ServicingErrors.Entries.Values, entry =>
    {
        Assert.Matches(new Regex("^[A-Z][A-Z0-9_]+$"), entry.Error.Name!);
        Assert.Matches(new Regex("^[a-zW].+[^.]$"), entry.Error.Meaning!);
        Assert.Matches(new Regex("^[A-Z].+[.]$"), entry.Error.Remedy!);
        Assert.True(entry.Error.Code >= 0x80000000, entry.Error.Hex);
        Assert.Contains(entry.Status, new[] { RepairStatus.Failed, RepairStatus.NotRepairable, RepairStatus.RestartPending, RepairStatus.Cancelled });
    });

    [Fact]
    public void ACodeThatIsNotThereIsLookedUpElsewhereAndHasNoRemedy()
    {
        ServicingError error = ServicingErrors.Of(0x80004001);

        Assert.Equal(("E_NOTIMPL", null, "0x80004001 E_NOTIMPL"), (error.Name, error.Remedy, error.ToString()));
        Assert.Equal("0x8ABCDEF0", ServicingErrors.Of(0x8ABCDEF0).ToString());
        Assert.Equal(RepairStatus.Failed, ServicingErrors.Status(0x8ABCDEF0));
    }
}
