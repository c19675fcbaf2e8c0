using KernelFault.Formats.Pe;

namespace KernelFault.Tests.Builders;

/// <summary>The image of the invented driver is one that the reader of images understands in every part.</summary>
public class DriverImageTests
{
    [Fact]
    public void Every_part_of_the_image_is_read_back()
    {
        DriverImageBuilder builder = SyntheticCrashes.NetworkDriverImage();
        using PeImage image = PeImage.Read(builder.Build(), "contosonet.sys");

        Assert.Equal((builder.Driver.TimeDateStamp, builder.Driver.SizeOfImage), (image.Header.TimeDateStamp, image.Header.SizeOfImage));
        Assert.Equal(["DriverEntry", "ContosoIndicate"], image.Exports.Select(e => e.Name));
        Assert.EndsWith("contosonet.pdb", image.CodeView!.PdbPath, StringComparison.Ordinal);
        Assert.Equal(("1.2.3.4", "Contoso (invented)"), (image.Version!.FileVersion, image.Version.CompanyName));
        Assert.Equal(2, image.RuntimeFunctionCount);
        Assert.True(image.TryFindFunction(0x1A4F, out RuntimeFunction function));
        Assert.Equal(0x1A20u, function.BeginAddress);
    }
}
