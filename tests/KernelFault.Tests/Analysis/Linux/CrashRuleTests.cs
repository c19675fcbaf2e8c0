using KernelFault.Analysis.Linux;
using KernelFault.Dumps.Logs;
using KernelFault.Knowledge;

namespace KernelFault.Tests.Analysis.Linux;

public sealed class CrashRuleTests
{
    private static readonly CrashRule[] Rules = Enum.GetValues<CrashFamily>().SelectMany(CrashRules.Of).ToArray();

    [Fact]
    public void EveryKindIsExplained()
    {
        Assert.Equal([], Rules.Select(r => r.Kind).Distinct().Except(LinuxCrashKnowledge.Shipped.Kinds));
        Assert.Equal([], LinuxCrashKnowledge.Shipped.Kinds.Except(Rules.Select(r => r.Kind)));
    }

    [Fact]
    public void EveryListOfInnocentsThatARuleNamesIsThere()
    {
        foreach (string list in Rules.Select(r => r.Stack?.Innocent).OfType<string>())
        {
            Assert.False(LinuxFrameFacts.Shipped.IsInnocent("a_function_that_nobody_has", list));
        }
    }

    [Theory]
    [InlineData("kasan_report", null)]
    [InlineData("_raw_spin_lock_irqsave", null)]
    [InlineData("__kmalloc_node", null)]
    [InlineData("crc32c_le_arch", null)]
    [InlineData("kfree", null)]
    [InlineData("refcount_warn_saturate", null)]
    [InlineData("atomic64_fetch_add", null)]
    [InlineData("read_once_word_nocheck", null)]
    [InlineData("__skb_put", "bad-page", false)]
    [InlineData("skb_put", "skb")]
    [InlineData("free_unref_page", "bad-page")]
    [InlineData("ext4_writepages", null, false)]
    [InlineData("my_crc32", null, false)]
    [InlineData("do_kfree", null, false)]
    public void HelpersAreInnocent(string function, string? list, bool innocent = true)
    {
        Assert.Equal(innocent, LinuxFrameFacts.Shipped.IsInnocent(function, list));
    }

    [Theory]
    [InlineData("mm/slub.c", true)]
    [InlineData("mm/slab_common.c", true)]
    [InlineData("include/linux/skbuff.h", true)]
    [InlineData("arch/x86/mm/fault.c", true)]
    [InlineData("mm/shmem.c", false)]
    [InlineData("net/core/dev_ioctl.c", false)]
    [InlineData("drivers/usb/core/hub.c", false)]
    public void LibraryFilesAreInnocent(string file, bool innocent)
    {
        Assert.Equal(innocent, LinuxFrameFacts.Shipped.IsInnocentFile(file));
    }

    [Theory]
    [InlineData("_RNvMs3_NtCshgDM7dBCdno_11rust_binder7processNtB5_7Process10update_ref", "<rust_binder::process::Process>::update_ref")]
    [InlineData("_RNvNtCs1234_7mycrate3foo3bar", "mycrate::foo::bar")]
    [InlineData("_RNvXs_NtCs1234_7mycrate3fooNtB4_3BazNtNtCs9_4core3fmt5Debug3fmt", "<mycrate::foo::Baz as core::fmt::Debug>::fmt")]
    [InlineData("_RNvCs1234_7___rustc17rust_begin_unwind", "__rustc::rust_begin_unwind")]
    [InlineData("_RNvNtCs1234_7mycrate", "_RNvNtCs1234_7mycrate")]
    [InlineData("vfs_write", "vfs_write")]
    public void RustNamesAreReadable(string symbol, string name)
    {
        Assert.Equal(name, RustSymbol.Demangle(symbol));
    }

    [Theory]
    [InlineData("kernel panic: at ffff888012345678 in foo", "kernel panic: at ADDR in foo")]
    [InlineData("kernel BUG at fs/ext4/inode.c:1234!", "kernel BUG at fs/ext4/inode.c:LINE!")]
    [InlineData("BUG: x in foo+0x10/0x20", "BUG: x in foo")]
    [InlineData("kernel panic: block(0,0)", "kernel panic: block(NUM,NUM)")]
    [InlineData("BUG: x in cfg80211_scan", "BUG: x in cfg80211_scan")]
    [InlineData("INFO: task syz-executor.3:1234 x", "INFO: task syz-executor x")]
    [InlineData("BUG: lockup CPU#3 at 10.0.0.1", "BUG: lockup CPU at IP")]
    [InlineData("two  blanks\tand \u0007 controls ", "two blanks and controls")]
    public void TitlesHoldNothingOfOneRun(string printed, string title)
    {
        Assert.Equal(title, TitleText.Clean(printed));
    }
}
