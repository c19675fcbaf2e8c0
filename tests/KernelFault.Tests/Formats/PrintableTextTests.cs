using KernelFault.Formats;

namespace KernelFault.Tests.Formats;

/// <summary>Text out of a dump reaches a terminal only in a form that cannot do anything there.</summary>
public class PrintableTextTests
{
    [Theory]
    [InlineData("ntoskrnl.exe", "ntoskrnl.exe")]
    [InlineData("", "")]
    [InlineData(null, "")]
    [InlineData("Gerät für Ton 設備 🎧", "Gerät für Ton 設備 🎧")]
    [InlineData("evil\u001b[2J.sys", @"evil\u001b[2J.sys")]
    [InlineData("a\r\nb\tc", @"a\u000d\u000ab\u0009c")]
    [InlineData("del\u007fc1\u009b31m", @"del\u007fc1\u009b31m")]
    [InlineData("gpj.\u202esys", @"gpj.\u202esys")]
    [InlineData("\u2066x\u2069\u200f", @"\u2066x\u2069\u200f")]
    [InlineData("line\u2028separator", @"line\u2028separator")]
    public void Only_what_could_act_is_escaped(string? text, string expected)
    {
        Assert.Equal(expected, PrintableText.Clean(text));
    }

    [Fact]
    public void An_unpaired_surrogate_is_escaped_and_a_pair_is_not()
    {
        Assert.Equal(@"\ud83d", PrintableText.Clean("\ud83d"));
        Assert.Equal(@"\udc00x", PrintableText.Clean("\udc00x"));
        Assert.Equal("\ud83c\udfa7", PrintableText.Clean("\ud83c\udfa7"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(100)]
    public void The_result_is_never_longer_than_asked_and_never_cut_inside_a_pair_or_an_escape(int maximum)
    {
        string text = string.Concat(Enumerable.Repeat("\u001b🎧a", 50));

        string clean = PrintableText.Clean(text, maximum);

        Assert.InRange(clean.Length, 1, maximum);
        Assert.EndsWith("…", clean, StringComparison.Ordinal);
        Assert.Equal(clean, PrintableText.Clean(clean));
    }

    [Fact]
    public void A_text_of_just_the_length_is_not_cut()
    {
        Assert.Equal("abc", PrintableText.Clean("abc", 3));
        Assert.Equal("ab…", PrintableText.Clean("abcd", 3));
    }
}
