using System.Text;
using KernelFault.Tracing;

namespace KernelFault.Tests.Tracing;

public class TraceReaderTests
{
    // As Linux 6.1.0-56-amd64 writes it.
    private const string Calls = """
        kernelfault start 568
                   <...>-568     (-------) [000] .....   100.500000: tracing_mark_write: kernelfault 568 1795293382.500000000
             page-faults-375     (    375) [000] .....   388.689478: call_568: (handle_mm_fault+0x0/0x2d0) a1=0xffff8a11580ec688 a2=0x7ffed6809f19 a3=4693
             page-faults-375     (    375) [000] d.h1.   388.689814: return_568: (do_user_addr_fault+0x191/0x570 <- handle_mm_fault) ret=1024
        CPU:1 [LOST 1234 EVENTS]
        kernelfault hits call 882 7
        kernelfault hits return 1137 0
        kernelfault end

        """;

    // A mark has a stack, too, and with sym-offset its name an offset; events of another processor stand between.
    private const string Stacks = """
                      sh-568     (    568) [001] .....   386.173999: tracing_mark_write+0xdd/0x240: kernelfault 568 1795293384.206103500
                      sh-568     (    568) [001] .....   386.174001: <stack trace>
         => tracing_mark_write+0xdd/0x240
                    sshd-1622    (   1622) [000] .....  2175.501912: call_568: (handle_mm_fault+0x0/0x2d0) a1=0x1 a2=0x2
                    bash-1623    (   1623) [001] .....  2175.501913: call_568: (handle_mm_fault+0x0/0x2d0) a1=0x3 a2=0x4
                    sshd-1622    (   1622) [000] .....  2175.503218: <stack trace>
         => handle_mm_fault+0x1/0x2d0
         => do_user_addr_fault+0x191/0x570
                    bash-1623    (   1623) [001] .....  2175.503219: <stack trace>
         => handle_mm_fault+0x1/0x2d0
         => exc_page_fault+0x70/0x170

        """;

    private static readonly TraceTarget s_probe = new()
    {
        Symbol = new TraceSymbol("handle_mm_fault", 0xffffffffa4ad2af0, null),
        Parameters = [new("vma", "struct vm_area_struct *", "x64", false), new("address", "long unsigned int", "u64", false), new("flags", "unsigned int", "u32", false)],
        Probes = [("p", "call", "handle_mm_fault")],
    };

    private static readonly TraceTarget s_tracepoint = new() { Symbol = new TraceSymbol("exc_page_fault", null, null), Tracepoints = ["exceptions/page_fault_user"] };

    [Fact]
    public void Tells_calls_with_arguments_by_name_and_returns_with_values()
    {
        (TraceReader reader, List<KernelTraceEvent> events) = Read(Calls, s_probe);

        Assert.Equal(2, events.Count);
        KernelTraceEvent call = events[0];
        Assert.Equal(("page-faults", 375, 375, 0, KernelTraceEventKind.Call), (call.ProcessName, call.ProcessId, call.ThreadId, call.Cpu, call.Kind));
        Assert.Equal(["vma=0xffff8a11580ec688", "address=0x7ffed6809f19", "flags=4693"], call.Arguments.Select(argument => argument.Name + "=" + argument.Value));
        Assert.Equal("0xffffffffa4ad2af0", call.Address!.Value.Hex);
        Assert.Equal((KernelTraceEventKind.Return, "1024", "do_user_addr_fault+0x191/0x570"), (events[1].Kind, events[1].ReturnValue, events[1].Caller));
        Assert.Equal((568, 882L, 1241L, 0L, true), (reader.Id, reader.Hits, reader.LostCount, reader.DamagedCount, reader.HasEnded));
    }

    [Fact]
    public void The_time_is_the_machines_own_by_the_marks()
    {
        (_, List<KernelTraceEvent> events) = Read(Calls, s_probe);

        Assert.Equal(new DateTime(1970, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddSeconds(1795293382.5 + 288.189478), events[0].Time!.Value, TimeSpan.FromMilliseconds(2));
    }

    [Fact]
    public void Each_event_has_its_own_stack_and_marks_are_no_events()
    {
        (TraceReader reader, List<KernelTraceEvent> events) = Read(Stacks, s_probe, withStacks: true);

        Assert.Equal(["sshd", "bash"], events.Select(one => one.ProcessName));
        Assert.Equal(["handle_mm_fault+0x1/0x2d0", "do_user_addr_fault+0x191/0x570"], events[0].Stack!);
        Assert.Equal(["handle_mm_fault+0x1/0x2d0", "exc_page_fault+0x70/0x170"], events[1].Stack!);
        Assert.Equal(0, reader.DamagedCount);
    }

    [Theory]
    [InlineData("a b-1 [000] c")]
    [InlineData("x\n=> CPU:1 y")]
    [InlineData("\u001b[31mred")]
    public void A_name_may_hold_anything(string name)
    {
        string text = name.PadLeft(16) + "-77      (     77) [003] .....     5.000001: page_fault_user: address=0x7f00 ip=0x56 error_code=0x6\n";

        (TraceReader reader, List<KernelTraceEvent> events) = Read(text, s_tracepoint);

        KernelTraceEvent one = Assert.Single(events);
        Assert.Equal((77, 3, "page_fault_user", KernelTraceEventKind.Tracepoint), (one.ThreadId, one.Cpu, one.Tracepoint, one.Kind));
        Assert.DoesNotContain(one.ProcessName, char.IsControl);
        Assert.Equal(["address", "ip", "error_code"], one.Arguments.Select(argument => argument.Name));
        Assert.Equal(0, reader.DamagedCount);
    }

    [Fact]
    public void A_string_may_hold_the_marks_of_other_arguments()
    {
        TraceTarget target = s_probe with { Parameters = [new("name", "const char *", "x64", true), new("flags", "int", "s32", false)] };

        (_, List<KernelTraceEvent> events) = Read("             cat-9       [000] .....     5.000001: call_1: (do_sys_openat2+0x0/0x1) a1=\"/tmp/ a2=1\" a2=-100\n", target);

        Assert.Equal(["/tmp/ a2=1", "-100"], events[0].Arguments.Select(argument => argument.Value));
    }

    [Theory]
    [InlineData(Calls, false)]
    [InlineData(Stacks, true)]
    public void Damaged_output_is_counted_and_never_throws(string text, bool withStacks)
    {
        var random = new Random(6);
        byte[] whole = Encoding.UTF8.GetBytes(text);
        for (int round = 0; round < 4000; round++)
        {
            byte[] bytes = [.. whole];
            for (int change = random.Next(1, 12); change > 0; change--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            Array.Resize(ref bytes, random.Next(bytes.Length + 1));
            var told = new List<KernelTraceEvent>();
            var reader = new TraceReader("guest", round % 2 == 0 ? s_probe : s_tracepoint, withStacks, told.Add);
            int cut = random.Next(bytes.Length + 1);
            reader.Add(bytes[..cut]);
            reader.Add(bytes[cut..]);
            reader.Finish();
            Assert.Equal(told.Count, reader.EventCount);
            Assert.All(told, one => Assert.DoesNotContain(one.ProcessName + string.Concat(one.Arguments.Select(argument => argument.Value)), char.IsControl));
        }
    }

    [Fact]
    public void A_line_without_end_takes_no_memory()
    {
        var reader = new TraceReader("guest", s_probe, withStacks: false, _ => { });
        byte[] piece = [.. Enumerable.Repeat((byte)'x', 1 << 20)];
        for (int round = 0; round < 8; round++)
        {
            reader.Add(piece);
        }

        reader.Finish();

        Assert.Equal((1L, 0L), (reader.DamagedCount, reader.EventCount));
    }

    private static (TraceReader Reader, List<KernelTraceEvent> Events) Read(string text, TraceTarget target, bool withStacks = false)
    {
        var events = new List<KernelTraceEvent>();
        var reader = new TraceReader("guest", target, withStacks, events.Add);
        foreach (byte one in Encoding.UTF8.GetBytes(text))
        {
            reader.Add([one]);
        }

        reader.Finish();
        return (reader, events);
    }
}
