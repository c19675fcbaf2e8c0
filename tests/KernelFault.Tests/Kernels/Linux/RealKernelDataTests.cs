using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using KernelFault.Dumps;
using KernelFault.Dumps.Linux;
using KernelFault.Kernels.Linux;
using KernelFault.Kernels.Linux.Log;
using KernelFault.Kernels.Linux.Slab;
using KernelFault.Kernels.Linux.Tasks;
using KernelFault.Kernels.Linux.Types;
using KernelFault.Kernels.Linux.Vmalloc;
using KernelFault.Memory;

namespace KernelFault.Tests.Kernels.Linux;

/// <summary>Log, tasks, slab objects and types of the six real vmcores, against what the kernels printed and what the crash utility says.</summary>
public sealed class RealKernelDataTests : IDisposable
{
    private readonly List<string> _warnings = [];
    private LinuxVmcore? _dump;
    private LinuxKernel? _kernel;

    public static TheoryData<string> Names => ["null_deref", "use_after_free", "stack_overflow", "kdump_null_deref", "612_null_deref", "72_use_after_free"];

    [SkippableTheory]
    [MemberData(nameof(Names))]
    public void TheLogIsWhatTheConsoleShowedLineByLine(string name)
    {
        KernelData kernel = Open(name);
        List<KernelMessage> log = [.. KernelMessageReader.Read(kernel, _warnings)];

        // The console showed all but debug messages (loglevel 7), and between them what programs wrote, which has no time.
        var shown = new StringBuilder();
        foreach (KernelMessage message in log.Where(m => m.Level != KernelMessageLevel.Debug))
        {
            KernelMessageFormat.Append(shown, message, withCaller: false);
        }

        Assert.Equal(Console(name).Where(line => Regex.IsMatch(line, @"^\[ *\d+\.\d{6}\] ")), shown.ToString().TrimEnd('\n').Split('\n'));
        Assert.Contains(log, m => m.Level == KernelMessageLevel.Debug && m.Text == "    HOME=/");
        Assert.Empty(_warnings);
    }

    [SkippableTheory]
    [MemberData(nameof(Names))]
    public void TheLogNeedsNoBtf(string name)
    {
        KernelData kernel = Open(name);
        var bare = new KernelData(kernel.Memory, () => null, _kernel!.Symbols.ImageAddressOf, _dump!.Info);

        Assert.Equal(KernelMessageReader.Read(kernel, _warnings), KernelMessageReader.Read(bare, _warnings));
    }

    [SkippableTheory]
    [MemberData(nameof(Names))]
    public void EveryTaskIsListedWithItsParent(string name)
    {
        List<LinuxTask> tasks = [.. Tasks(Open(name)).ReadAll()];
        var ids = tasks.Select(t => t.ProcessId).ToHashSet();

        Assert.InRange(tasks.Count, 50, 80);
        Assert.Equal(2, tasks.Count(t => t is { ThreadId: 0, IsKernelThread: true }));
        Assert.Equal(2, tasks.Count(t => t.IsCurrent));
        Assert.Equal(tasks.Count - 2, tasks.Where(t => t.ThreadId != 0).Select(t => t.ThreadId).Distinct().Count());
        Assert.All(tasks, t => Assert.Contains(t.ParentProcessId!.Value, ids));
        Assert.All(tasks, t => Assert.Equal(t.IsKernelThread, t.AddressSpace is null));
        Assert.DoesNotContain(tasks, t => t.State == LinuxTaskState.Unknown || t.Name.Length == 0);
        Assert.Contains(tasks, t => t is { ProcessId: 2, Name: "kthreadd", StateLetter: "S" });
        Assert.Contains(tasks, t => t is { Name: "mm_percpu_wq" or "kworker/R-mm_pe", StateLetter: "I" });
        Assert.Empty(_warnings);
    }

    [SkippableTheory]
    [InlineData("null_deref")]
    [InlineData("use_after_free")]
    public void TasksAreThoseOfTheCrashUtility(string name)
    {
        Dictionary<string, LinuxTask> tasks = Tasks(Open(name)).ReadAll().ToDictionary(t => t.Address.Hex);
        int compared = 0;
        foreach (string line in File.ReadLines(Corpus.File($"corpus/linux/{name}/reference-crash.txt")))
        {
            // It finds four of them, and no parent, because the emulator wrote the dump without the pages it looks for. It leaves shared
            // pages out of what is resident; the kernel counts them.
            Match m = Regex.Match(line, @"^([> ]) +(\d+) +-?\d+ +(\d+)  ([0-9a-f]{16})  (RU|IN|UN|ID) +[\d.]+ +(\d+) +(\d+)  (\S+)$");
            if (m.Success)
            {
                LinuxTask task = tasks["0x" + m.Groups[4].Value];
                Assert.Equal(
                    (m.Groups[1].Value == ">", m.Groups[2].Value, m.Groups[3].Value, "RU", m.Groups[6].Value, m.Groups[8].Value.Trim('[', ']')),
                    (task.IsCurrent, Text(task.ThreadId), Text(task.Processor!.Value), task.StateLetter == "R" ? "RU" : task.StateLetter, Text((long)(task.VirtualBytes ?? 0) / 1024), task.Name));
                Assert.True((task.ResidentBytes ?? 0) / 1024 >= ulong.Parse(m.Groups[7].Value, CultureInfo.InvariantCulture));
                compared++;
            }
        }

        Assert.Equal(4, compared);
    }

    [SkippableTheory]
    [MemberData(nameof(Names))]
    public void TheSystemIsWhatTheKernelPrinted(string name)
    {
        KernelData kernel = Open(name);
        LinuxSystem system = new LinuxSystemReader(kernel, Tasks(kernel), 4096).Read();
        List<KernelMessage> log = [.. KernelMessageReader.Read(kernel, _warnings)];
        Match panic = Regex.Match(string.Join('\n', Console(name)), @"\] CPU: (\d+) (?:UID: \d+ )?PID: (\d+) Comm: (\S+)", RegexOptions.RightToLeft);

        Assert.StartsWith($"Linux version {system.Release} ", log[0].Text, StringComparison.Ordinal);
        Assert.Equal(log[1].Text, "Command line: " + system.CommandLine);
        Assert.Equal((2, "x86_64"), (system.ProcessorCount, system.Machine));
        Assert.Equal(panic.Groups[1].Value, Text(system.PanicProcessor!.Value));
        Assert.Equal((panic.Groups[2].Value, panic.Groups[3].Value), (Text(system.PanicTask!.ThreadId), system.PanicTask.Name));
        Assert.InRange(system.UptimeSeconds!.Value, log[^1].Seconds - 1, log[^1].Seconds + 2);
        Assert.Equal(new DateOnly(2026, 11, 21), DateOnly.FromDateTime(system.CrashTime!.Value));
        if (_dump!.Info!.CrashTime is { } noted)
        {
            Assert.InRange((noted - system.CrashTime.Value).TotalSeconds, -1, 1);
        }
    }

    [SkippableTheory]
    [InlineData("null_deref", "05:51:20")]
    [InlineData("use_after_free", "05:51:51")]
    public void TheTimeIsThatOfTheCrashUtility(string name, string time)
    {
        KernelData kernel = Open(name);

        Assert.Contains("DATE: Sat Nov 21 " + time, File.ReadAllText(Corpus.File($"corpus/linux/{name}/reference-crash.txt")), StringComparison.Ordinal);
        Assert.Equal(time, new LinuxSystemReader(kernel, Tasks(kernel), 4096).Read().CrashTime!.Value.ToString("HH:mm:ss", CultureInfo.InvariantCulture));
    }

    [SkippableTheory]
    [MemberData(nameof(Names))]
    public void EveryTaskIsAnAllocatedObjectAndHasAStackThatItsCreatorMapped(string name)
    {
        KernelData kernel = Open(name);
        SlabReader slabs = Slabs(kernel);
        var areas = new VmallocReader(kernel, 4096);

        foreach (LinuxTask task in Tasks(kernel).ReadAll().Where(t => t.ThreadId != 0))
        {
            SlabObject o = slabs.Find(task.Address)!;
            VmallocArea stack = areas.Find(task.StackBase!.Value)!;
            Assert.Equal(("task_struct", SlabObjectState.Allocated, 0L), (o.CacheName, o.State, o.Offset));
            Assert.Equal(("vmalloc", 16384ul, task.StackBase), (stack.Kind, stack.Size, stack.Start));
            Assert.Equal("kernel_clone", _kernel!.Symbols.Find(stack.Caller!.Value)!.Name);
            Assert.InRange(task.SavedStackPointer!.Value.ToUInt64(), stack.Start.ToUInt64(), stack.Start.ToUInt64() + stack.Size);
        }
    }

    [SkippableTheory]
    [InlineData("use_after_free", "RBX", "use_after_free")]
    [InlineData("72_use_after_free", "RBX", "uaf_handler")]
    public void AnObjectUsedAfterItWasFreedNamesWhoFreedIt(string name, string register, string function)
    {
        KernelData kernel = Open(name);
        string value = Regex.Match(string.Join('\n', Console(name)), register + ": (ffff[0-9a-f]{12})").Groups[1].Value;

        SlabObject o = Slabs(kernel).Find(new VirtualAddress(ulong.Parse(value, NumberStyles.HexNumber, CultureInfo.InvariantCulture)))!;

        Assert.Equal(("kmalloc-96", SlabObjectState.Free, true, true), (o.CacheName, o.State, o.IsPoisonIntact, o.IsRedZoneIntact));
        Assert.StartsWith(function, _kernel!.Symbols.Find(o.Freed!.Caller)!.Name, StringComparison.Ordinal);
        Assert.NotNull(o.Allocated);
    }

    // Offsets that pahole prints for the same BTF.
    [SkippableTheory]
    [InlineData("__state", 24, 4)]
    [InlineData("stack", 32, 8)]
    [InlineData("tasks", 2192, 16)]
    [InlineData("mm", 2272, 8)]
    [InlineData("pid", 2416, 4)]
    [InlineData("comm", 2976, 16)]
    [InlineData("stack_refcount", 5208, 4)]
    public void OffsetsAreThoseOfPahole(string member, uint offset, uint size)
    {
        KernelTypes types = Open("null_deref").Types!;

        Assert.Equal((offset, size, 9792u), (types.OffsetOf("task_struct", member), types.SizeOfMember("task_struct", member), types.SizeOf("task_struct")));
        Assert.Equal(2, types.EnumValue("MODULE_STATE_GOING"));
        Assert.Null(types.Btf.Damage);
    }

    [SkippableTheory]
    [MemberData(nameof(Names))]
    public void AModuleBringsItsOwnTypes(string name)
    {
        KernelData kernel = Open(name);
        LinuxKernelModule module = _kernel!.Modules.First(m => m.Name == "qemu_fw_cfg");

        KernelTypes types = ModuleTypesReader.Read(kernel, module.Address.ToUInt64(), module.Name, _warnings)!;

        Assert.Equal((64u, 8u), (types.SizeOf("fw_cfg_file"), types.OffsetOf("fw_cfg_file", "name")));
        Assert.Equal(kernel.Types!.SizeOf("task_struct"), types.SizeOf("task_struct"));
        Assert.Null(kernel.Types.SizeOf("fw_cfg_file"));
    }

    [SkippableTheory]
    [MemberData(nameof(Names))]
    public void TheListOfModulesIsFollowedFromItsHead(string name)
    {
        KernelData kernel = Open(name);
        var objects = new KernelObjects(kernel.Memory, kernel.Types!);

        Assert.Equal(
            _kernel!.Modules.Select(m => m.Name),
            objects.List("module", "list", new VirtualAddress(kernel.Symbol("modules"))).Select(o => o.Get("name")));
    }

    public void Dispose() => _dump?.Dispose();

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static IEnumerable<string> Console(string name) =>
        File.ReadLines(Corpus.File($"corpus/linux/{name}/console.log")).Select(line => line.TrimEnd('\r'));

    private LinuxTaskReader Tasks(KernelData kernel) => new(kernel, 4096, _warnings);

    private SlabReader Slabs(KernelData kernel) =>
        new(kernel, new KernelPages(kernel, v => _kernel!.PageTable.TryTranslate(v, out PhysicalAddress p, out _) ? p : null, 4096));

    private KernelData Open(string name)
    {
        _dump = (LinuxVmcore)CrashDump.Open(Corpus.File($"corpus/linux/{name}/vmcore"));
        _kernel = LinuxKernel.Open(_dump);
        return _kernel.Data;
    }
}
