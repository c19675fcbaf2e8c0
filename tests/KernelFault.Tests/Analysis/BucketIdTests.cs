using KernelFault.Analysis;

namespace KernelFault.Tests.Analysis;

public sealed class BucketIdTests
{
    [Fact]
    public void TheDocumentedExampleGivesTheDocumentedFormula()
    {
        // Computed apart from this code, by the steps of docs/bucket-id.md.
        Assert.Equal("0x7E-c0000005-NullDereference-contoso.sys+1a2b-fbd950f9", BucketId.From("0x7E", null, "c0000005", "NullDereference", "contoso.sys+1a2b"));
    }

    [Fact]
    public void CaseDoesNotMatter()
    {
        string one = BucketId.From("0x50", "WildPointer", "Contoso.SYS+10");
        string other = BucketId.From("0x50", "WildPointer", "contoso.sys+10");

        Assert.Equal(one[^8..], other[^8..]);
    }

    [Fact]
    public void NamesThatAreNoFileNamesAreMadeOnes()
    {
        Assert.StartsWith("0x50-.._.._x_y_sys-", BucketId.From("0x50", "../..\\x:y\u001bsys"), StringComparison.Ordinal);
    }
}
