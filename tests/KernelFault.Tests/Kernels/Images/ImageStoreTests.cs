using KernelFault.Formats.Pe;
using KernelFault.Kernels;
using KernelFault.Kernels.Images;
using KernelFault.Memory;
using KernelFault.Tests.Formats.Pe;
using KernelFault.Tests.Unwinding;

namespace KernelFault.Tests.Kernels.Images;

public sealed class ImageStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("foo.sys")]
    [InlineData("FOO.SYS")]
    [InlineData("Foo.Sys/5A1B2C3D10000/foo.sys")]
    [InlineData("foo.sys/5a1b2c3d10000/FOO.sys")]
    public void An_image_is_found_flat_or_in_a_symbol_store_whatever_the_case(string place)
    {
        _folder.Write(place, Image(0x5A1B2C3D));
        using var store = new ImageStore([_folder.Path], useLocalImages: false);
        Assert.NotNull(store.Find(Module("foo.SYS")));
    }

    [Fact]
    public void A_two_tier_store_is_recognised_by_its_marker()
    {
        _folder.Write("index2.txt", []);
        _folder.Write("fo/foo.sys/5A1B2C3D10000/foo.sys", Image(0x5A1B2C3D));
        using var store = new ImageStore([_folder.Path], useLocalImages: false);
        Assert.NotNull(store.Find("foo.sys", 0x5A1B2C3D, 0x10000));
    }

    [Fact]
    public void Another_version_is_no_match_but_is_reported()
    {
        string path = _folder.Write("foo.sys", Image(0x11111111));
        using var store = new ImageStore([_folder.Path], useLocalImages: false);
        ImageMatch match = store.Match(Module("foo.sys"));
        Assert.Null(match.Image);
        Assert.Equal(path, match.MismatchPath);
        Assert.Equal("1111111110000", match.MismatchKey);
    }

    [Fact]
    public void A_later_folder_with_the_right_version_wins_over_an_earlier_with_another()
    {
        _folder.Write("a/foo.sys", Image(0x11111111));
        _folder.Write("b/foo.sys", Image(0x5A1B2C3D));
        using var store = new ImageStore([Path.Combine(_folder.Path, "a"), Path.Combine(_folder.Path, "none"), Path.Combine(_folder.Path, "b")], useLocalImages: false);
        ImageMatch match = store.Match(Module("foo.sys"));
        Assert.NotNull(match.Image);
        Assert.Null(match.MismatchPath);
    }

    [Theory]
    [InlineData("ntoskrnl.exe", "ntkrnlmp.exe")]
    [InlineData("hal.dll", "halmacpi.dll")]
    [InlineData("dump_storahci.sys", "storahci.sys")]
    public void Modules_known_by_another_name_are_found_under_it(string module, string file)
    {
        _folder.Write(file, Image(0x5A1B2C3D));
        using var store = new ImageStore([_folder.Path], useLocalImages: false);
        Assert.NotNull(store.Find(Module(module)));
    }

    [Theory]
    [InlineData("../secret.sys")]
    [InlineData("..\\secret.sys")]
    [InlineData("..")]
    [InlineData(".hidden")]
    [InlineData("C:secret.sys")]
    [InlineData("/etc/passwd")]
    [InlineData("*.sys")]
    [InlineData("f?o.sys")]
    [InlineData("NUL")]
    [InlineData("con.sys")]
    [InlineData("COM1.sys")]
    [InlineData("foo.sys.")]
    [InlineData("foo.sys ")]
    [InlineData("foo.sys:stream")]
    [InlineData("foo\u0000.sys")]
    [InlineData("fo\u202Eo.sys")]
    [InlineData("")]
    public void A_name_that_is_no_plain_file_name_never_touches_a_path(string name)
    {
        _folder.Write("secret.sys", Image(0x5A1B2C3D));
        Assert.False(ImageName.IsSafe(name));
        using var store = new ImageStore([Path.Combine(_folder.Path, "inner"), _folder.Path], useLocalImages: false);
        Assert.Equal(ImageMatch.None, store.Match(Module(name)));
    }

    [Fact]
    public void A_module_without_a_timestamp_matches_nothing()
    {
        _folder.Write("foo.sys", Image(0x5A1B2C3D));
        using var store = new ImageStore([_folder.Path], useLocalImages: false);
        Assert.Null(store.Find(Module("foo.sys") with { TimeDateStamp = null }));
    }

    [Fact]
    public void A_file_that_is_no_image_is_passed_over()
    {
        _folder.Write("foo.sys", [1, 2, 3]);
        using var store = new ImageStore([_folder.Path], useLocalImages: false);
        Assert.Equal(ImageMatch.None, store.Match(Module("foo.sys")));
    }

    [Fact]
    public void A_driver_store_package_of_the_local_windows_is_found_by_the_module_path()
    {
        _folder.Write("System32/DriverStore/FileRepository/foo.inf_amd64_1/foo.sys", Image(0x5A1B2C3D));
        _folder.Write("System32/drivers/bar.sys", Image(0x5A1B2C3D));
        using var store = new ImageStore([], systemRoot: _folder.Path);
        Assert.NotNull(store.Find(Module("foo.sys") with { Path = @"\SystemRoot\System32\DriverStore\FileRepository\foo.inf_amd64_1\foo.sys" }));
        Assert.NotNull(store.Find(Module("bar.sys")));
        Assert.Null(store.Find(Module("foo.sys") with { Size = 0x20000, Path = @"\SystemRoot\..\..\foo.sys" }));
    }

    [Fact]
    public async Task Many_threads_get_the_same_image()
    {
        _folder.Write("foo.sys", Image(0x5A1B2C3D));
        using var store = new ImageStore([_folder.Path], useLocalImages: false);
        PeImage?[] images = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Task.Run(() => store.Find(Module("foo.sys")))));
        Assert.NotNull(images[0]);
        Assert.All(images, image => Assert.Same(images[0], image));
    }

    private static KernelModule Module(string name) =>
        new() { Name = name, BaseAddress = new VirtualAddress(0xFFFFF80000000000), Size = 0x10000, TimeDateStamp = 0x5A1B2C3D };

    private static byte[] Image(uint timeDateStamp) =>
        new PeBuilder { TimeDateStamp = timeDateStamp }.Section(".text", 0x1000, new byte[16], PeBuilder.Code).Build();
}
