using KernelFault.Kernels.Linux.Types;

namespace KernelFault.Tests.Kernels.Linux;

public class KernelListTests
{
    private readonly KernelImage _image = new(0x4000);
    private readonly List<string> _warnings = [];
    private readonly ulong _head;
    private readonly ulong[] _elements;

    public KernelListTests()
    {
        _head = _image.Place(16);
        _elements = [.. Enumerable.Range(0, 20).Select(_ => _image.Place(64))];
        _image.Word(_head, _elements[0] + 8);
        for (int i = 0; i < _elements.Length; i++)
        {
            _image.Word(_elements[i] + 8, i + 1 < _elements.Length ? _elements[i + 1] + 8 : _head);
        }
    }

    [Fact]
    public void GivesEachElementOnce()
    {
        Assert.Equal(_elements, Walk());
        Assert.Empty(_warnings);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(18)]
    public void EndsWhenTheListRunsInACircleThatLeavesItsHeadOut(int entry)
    {
        _image.Word(_elements[19] + 8, _elements[entry] + 8);

        Assert.Equal(_elements, Walk().Take(20));
        Assert.InRange(Walk().Count, 20, 100);
        Assert.Contains("circle", _warnings[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void SaysWhereTheListLeavesTheDump()
    {
        _image.Word(_elements[4] + 8, 0xdead_0000_0000_0100);

        Assert.Equal([.. _elements[..5], 0xdead_0000_0000_00f8], Walk());
        Assert.Contains("0xdead000000000100", Assert.Single(_warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void EndsAListWithoutAHeadAtItsNullPointer()
    {
        _image.Word(_elements[4] + 8, 0);

        Assert.Equal(_elements[..5], KernelList.Walk(_image, _head, 0, 8, 8, 1000, "test", _warnings));
        Assert.Empty(_warnings);
    }

    [Fact]
    public void TakesNoMoreThanThereCanBe()
    {
        Assert.Equal(_elements[..6], KernelList.Walk(_image.Data(), _head, 8, 6, "test", _warnings));
        Assert.Single(_warnings);
    }

    private List<ulong> Walk() => [.. KernelList.Walk(_image.Data(), _head, 8, 1000, "test", _warnings)];
}
