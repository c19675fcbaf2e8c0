using System.Text;
using KernelFault.Hosts;

namespace KernelFault.Tests.Hosts;

public class ProgramTextTests
{
    [Theory]
    [InlineData("utf-16", true)]
    [InlineData("utf-16", false)]
    [InlineData("utf-16BE", true)]
    [InlineData("utf-8", true)]
    [InlineData("utf-8", false)]
    public void UnicodeIsToldWithOrWithoutItsMark(string name, bool mark)
    {
        const string Text = "Windows-Ressourcenschutz hat beschädigte Dateien gefunden.\r\n系统文件检查 100%\r\n";
        var encoding = Encoding.GetEncoding(name);

        Assert.Equal(Text, ProgramText.Decode([.. mark ? encoding.GetPreamble() : [], .. encoding.GetBytes(Text)]));
    }

    [Fact]
    public void Utf16OfFewLatinLettersIsToldByItsLineEnds()
    {
        const string Text = "系统文件检查完成\r\n驱动程序\r\n";

        Assert.Equal(Text, ProgramText.Decode(Encoding.Unicode.GetBytes(Text)));
    }

    [Theory]
    [InlineData("cp866", new byte[] { 0x84, 0xE0, 0xA0, 0xA9, 0xA2, 0xA5, 0xE0 }, "Драйвер")]
    [InlineData("850", new byte[] { 0x47, 0x72, 0x94, 0xE1, 0x65 }, "Größe")]
    [InlineData("cp936", new byte[] { 0xC7, 0xFD, 0xB6, 0xAF }, "驱动")]
    [InlineData("ibm437", new byte[] { 0x81 }, "ü")]
    [InlineData("windows-1252", new byte[] { 0xFC }, "ü")]
    [InlineData(null, new byte[] { 0x81 }, "ü")]
    [InlineData("no such page", new byte[] { 0x81 }, "ü")]
    public void ACodePageIsTakenFromTheHint(string? hint, byte[] bytes, string text) => Assert.Equal(text, ProgramText.Decode(bytes, hint));

    [Fact]
    public void Utf8WinsOverTheHint() => Assert.Equal("Größe", ProgramText.Decode(Encoding.UTF8.GetBytes("Größe"), "cp850"));

    [SkippableFact]
    public void WhatDismPrintedInChineseIsRead()
    {
        byte[] bytes = File.ReadAllBytes(Corpus.File("captures/windows/dism-get-drivers-zh-CN-cp936.txt"));

        string text = ProgramText.Decode(bytes, "cp936");

        Assert.Contains("部署映像服务和管理工具", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\uFFFD', text);
    }

    [SkippableFact]
    public void WhatBcdeditPrintedInChineseIsRead() =>
        Assert.Contains("Windows 启动管理器", ProgramText.Decode(File.ReadAllBytes(Corpus.File("captures/windows/bcdedit.txt")), "cp936"), StringComparison.Ordinal);

    [Fact]
    public void NothingIsAnEmptyText() => Assert.Empty(ProgramText.Decode([]));
}
