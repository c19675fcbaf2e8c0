using System.Text;
using KernelFault.Analysis;
using KernelFault.Analysis.Linux;
using KernelFault.Dumps.Logs;

namespace KernelFault.Tests.Analysis.Linux;

/// <summary>Dumps of heap objects and owners of locks, in the form in which mm/slub.c and kernel/hung_task.c print them.</summary>
public sealed class SlabAndLockTests
{
    private const string Hashed = "00000000f2b1c0de";

    [Theory]
    [InlineData("INFO: ", Hashed)]
    [InlineData("", "ffff888003a2b000")]
    public void AWritePastTheEndOfAnObjectIsFound(string info, string address)
    {
        LinuxSlabObject slab = Analyze(
            "BUG kmalloc-32 (Tainted: G    B      O     ): Right Redzone overwritten",
            new string('-', 77),
            string.Empty,
            $"{info}0x{address}-0x{address} @offset=32. First byte 0x41 instead of 0xcc",
            $"{info}Allocated in make_it+0x10/0x20 [bar] age=12 cpu=1 pid=77",
            " kmem_cache_alloc_trace+0x1/0x2",
            $"{info}Slab 0x{address} objects=16 used=3 fp=0x{address} flags=0x100000000000200",
            $"{info}Object 0x{address} @offset=0 fp=0x{address}",
            string.Empty,
            Dump("Redzone ", address, Repeat(0xCC, 16)),
            Dump("Object  ", address, Repeat(0x01, 16)),
            Dump("Object  ", address, Repeat(0x02, 16)),
            Dump("Redzone ", address, [0xCC, 0xCC, 0x41, 0x42, 0x43, 0xCC, 0xCC, 0xCC]),
            Dump("Padding ", address, Repeat(0x5A, 16))).Linux!.Slab!;

        Assert.Equal(("kmalloc-32", "Right Redzone overwritten", 32), (slab.Cache, slab.Problem, slab.PrintedSize));
        Assert.Equal("make_it+0x10/0x20 [bar] age=12 cpu=1 pid=77", slab.Allocated);
        Assert.Null(slab.Freed);
        Assert.Equal(address == Hashed ? null : "0xffff888003a2b000", slab.Address?.Hex);
        LinuxSlabDamage damage = Assert.Single(slab.Damage);
        Assert.Equal(("red zone after", 34, 3, "cc", "41 42 43"), (damage.Area, damage.Offset, damage.Length, damage.Expected, damage.Found));
    }

    [Fact]
    public void AWriteAfterAnObjectWasFreedIsFound()
    {
        KernelFaultAnalysis analysis = Analyze(
            "BUG kmalloc-32 (Not tainted): Poison overwritten",
            "0xffff888003a2b004-0xffff888003a2b004 @offset=4. First byte 0x6a instead of 0x6b",
            "Freed in drop_it+0x10/0x20 [bar] age=3 cpu=0 pid=78",
            "Object 0xffff888003a2b000 @offset=0 fp=0x0000000000000000",
            Dump("Redzone ", "ffff888003a2aff0", Repeat(0xBB, 16)),
            Dump("Object  ", "ffff888003a2b000", [.. Repeat(0x6B, 4), 0x6A, .. Repeat(0x6B, 11)]),
            Dump("Object  ", "ffff888003a2b010", [.. Repeat(0x6B, 15), 0xA5]),
            Dump("Redzone ", "ffff888003a2b020", Repeat(0xBB, 8)));

        LinuxSlabDamage damage = Assert.Single(analysis.Linux!.Slab!.Damage);
        Assert.Equal(("object", 4, 1, "6b", "6a"), (damage.Area, damage.Offset, damage.Length, damage.Expected, damage.Found));
        Assert.EndsWith("Only one bit differs, as failing memory does it.", damage.Meaning, StringComparison.Ordinal);
        Assert.Contains(analysis.Findings, f => f.Id == "slab-damage" && f.Text.EndsWith("From +0x4: 6a instead of 6b.", StringComparison.Ordinal));
        Assert.Contains(analysis.Findings, f => f.Id == "memory-freed" && f.Text.StartsWith("Freed in drop_it+0x10/0x20", StringComparison.Ordinal));
    }

    [Fact]
    public void AWriteBelowTheStartOfAnObjectIsFound()
    {
        LinuxSlabObject slab = Analyze(
            "BUG task_struct (Tainted: G    B ): Left Redzone overwritten",
            Dump("Redzone ", Hashed, [.. Repeat(0xCC, 12), 0, 0, 0, 0]),
            Dump("Object  ", Hashed, Repeat(0x11, 16)),
            Dump("Redzone ", Hashed, Repeat(0xCC, 8))).Linux!.Slab!;

        LinuxSlabDamage damage = Assert.Single(slab.Damage);
        Assert.Equal(("red zone before", -4, 4), (damage.Area, damage.Offset, damage.Length));
    }

    [Fact]
    public void AnObjectInUseHoldsWhatItsOwnerWrote() =>
        Assert.Empty(Analyze("BUG kmalloc-16 (Tainted: G ): Object already free", Dump("Object  ", Hashed, Repeat(0x11, 16)), Dump("Redzone ", Hashed, Repeat(0xCC, 8))).Linux!.Slab!.Damage);

    [Fact]
    public void TheOwnerOfALockIsNamed()
    {
        KernelFaultAnalysis analysis = Analyze(
            "INFO: task cat:946 blocked for more than 122 seconds.",
            "      Not tainted 6.16.0 #1",
            "task:cat             state:D stack:0     pid:946   tgid:946   ppid:901    flags:0x00000002",
            "Call Trace:",
            " <TASK>",
            " __schedule+0x1/0x2",
            " schedule+0x1/0x2",
            " schedule_preempt_disabled+0x1/0x2",
            " __mutex_lock+0x1/0x2",
            " read_dummy+0x40/0x90 [hung_task_mutex]",
            " vfs_read+0x1/0x2",
            " </TASK>",
            "INFO: task cat:946 is blocked on a mutex likely owned by task we:ird:945.",
            "INFO: task x:1 is blocked on a semaphore likely last held by task y:2",
            "INFO: task z:3 is blocked on an rw-semaphore, but the owner is not found.");

        Assert.Equal("INFO: task hung in read_dummy", analysis.Title);
        Assert.Empty(analysis.Linux!.OtherCrashes);
        Assert.False(analysis.Linux.Corrupted);
        Assert.Equal(
            [new("cat", 946, "mutex", "we:ird", 945), new("x", 1, "semaphore", "y", 2), new("z", 3, "rw-semaphore", null, null)],
            analysis.Linux.LockWaits);
        Assert.Contains(analysis.Findings, f => f.Id == "lock-owner" && f.Text == "cat (946) waits for a mutex that we:ird (945) likely holds.");
    }

    [Fact]
    public void LocksHeldAreListed()
    {
        KernelFaultAnalysis analysis = Analyze(
            "INFO: task cat:946 blocked for more than 122 seconds.",
            "Showing all locks held in the system:",
            "2 locks held by we/945:",
            " #0: ffff888003a2b0e8 (&dev->mutex){....}-{3:3}, at: read_dummy+0x40/0x90",
            " #1: ffff888003a2b1e8 (&x){....}-{3:3}, at: f+0x40/0x90",
            "no locks");

        Assert.Equal(3, analysis.Linux!.LocksHeld.Count);
        Assert.StartsWith("#1: ", analysis.Linux.LocksHeld[2], StringComparison.Ordinal);
    }

    private static byte[] Repeat(byte value, int count) => [.. Enumerable.Repeat(value, count)];

    private static string Dump(string area, string address, byte[] bytes) =>
        $"{area} {address}: {Convert.ToHexStringLower(bytes).Chunk(2).Aggregate(new StringBuilder(), (text, pair) => text.Append(pair).Append(' '))} {new string('.', bytes.Length)}";

    private static KernelFaultAnalysis Analyze(params string[] lines)
    {
        using KernelLog log = KernelLog.Read(new StringReader(string.Concat(lines.Select(line => "[   12.345678] " + line + "\n"))), "test");
        using var analyzer = new KernelFaultAnalyzer();
        return analyzer.Analyze(log);
    }
}
