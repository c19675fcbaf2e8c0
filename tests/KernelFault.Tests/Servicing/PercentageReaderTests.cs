using System.Text;
using KernelFault.Servicing;

namespace KernelFault.Tests.Servicing;

/// <summary>What sfc and dism write while they work, in the form in which they write it, cut at every byte.</summary>
public sealed class PercentageReaderTests
{
    [Theory]
    [InlineData("utf-16", "\r\nBeginning verification phase of system scan.\r\nVerification 0% complete.\rVerification 42% complete.", 42)]
    [InlineData("utf-16", "\r\nÜberprüfungsphase der Systemsuche wird gestartet.\r\nÜberprüfung 7 % abgeschlossen.\rÜberprüfung 100 % abgeschlossen.", 100)]
    [InlineData("utf-16", "\r\n开始系统扫描的验证阶段。\r\n验证 63% 已完成。", 63)]
    [InlineData("utf-16", "\r\nDoğrulama %5 tamamlandı.\rDoğrulama %58 tamamlandı.", 58)]
    [InlineData("utf-8", "\r\n[==                         3.8%                           ] \r\n[===========================62.3%====                       ] ", 62.3)]
    [InlineData("iso-8859-1", "\r\nVersion de l'image\xA0: 10.0.19045\r\n[==========================100,0%==========================] ", 100)]
    public void ThePercentageIsFoundInEveryLanguage(string encoding, string output, double expected)
    {
        var reader = new PercentageReader();
        foreach (byte one in Encoding.GetEncoding(encoding == "utf-16" ? "utf-16LE" : encoding).GetBytes(output))
        {
            reader.Add([one]);
        }

        Assert.Equal(expected, reader.Percentage);
    }

    [Fact]
    public void WhatIsNoPercentageIsNone()
    {
        var reader = new PercentageReader();

        Assert.False(reader.Add(Encoding.ASCII.GetBytes("\r\nError: 87, 4711% of 12\r\n")));
        Assert.Null(reader.Percentage);
    }
}
