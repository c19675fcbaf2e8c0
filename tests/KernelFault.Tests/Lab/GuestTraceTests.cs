using System.Diagnostics;
using System.Globalization;
using KernelFault.Hosts;
using KernelFault.Tracing;
using Xunit.Abstractions;

namespace KernelFault.Tests.Lab;

/// <summary>Traces of a real kernel, counted beside what the kernel counts itself.</summary>
[Collection("Guest")]
public class GuestTraceTests(ITestOutputHelper output)
{
    private const int Pages = 500;

    [SkippableFact]
    public void The_page_fault_handler_is_told_as_often_as_the_kernel_counts_faults()
    {
        using IHost host = Guest.Connect();
        using IHost other = Guest.Connect();
        (KernelFunctionTraceResult result, List<KernelTraceEvent> events, string told) = Trace(host, other, new KernelFunctionTraceOptions { Function = "do_page_fault", Seconds = 120 });

        (int process, ulong first, int pages, int counted) = Faults(told);
        // By its number: a name is what the kernel noted when it last switched to the thread, and may be older or forgotten.
        KernelTraceEvent[] own = [.. events.Where(one => one.ThreadId == process && Address(one) is { } at && at >= first && at < first + ((ulong)pages * 4096))];
        output.WriteLine($"{result.EventCount} events, {own.Length} of {pages} pages, the kernel counted {counted}");
        Assert.Equal(("exc_page_fault", KernelTraceSource.Tracepoint), (result.Function, result.Source));
        Assert.Equal((Pages, Pages, 0L, 0L), (counted, own.Length, result.LostCount, result.DamagedCount));
        Assert.All(own, one => Assert.Equal("page_fault_user", one.Tracepoint));
        Assert.Contains(own, one => one.ProcessName == "page-faults");
        Assert.All(own, one => Assert.InRange((one.Time!.Value - DateTime.UtcNow).TotalMinutes, -5, 5));
        Assert.Empty(Guest.LeftOfTraces(other));
    }

    [SkippableFact]
    public void A_probe_tells_arguments_by_name_and_returns_as_often_as_it_was_hit()
    {
        using IHost host = Guest.Connect();
        using IHost other = Guest.Connect();
        (KernelFunctionTraceResult result, List<KernelTraceEvent> events, string told) = Trace(host, other, new KernelFunctionTraceOptions { Function = "handle_mm_fault", Seconds = 120, ReturnValue = true, Stack = true });

        (int process, ulong first, int pages, int counted) = Faults(told);
        KernelTraceEvent[] calls = [.. events.Where(one => one.Kind == KernelTraceEventKind.Call)];
        KernelTraceEvent[] own = [.. calls.Where(one => one.ThreadId == process && Address(one) is { } at && at >= first && at < first + ((ulong)pages * 4096))];
        output.WriteLine($"{calls.Length} calls, {result.Hits} hits, {result.LostCount} lost, {own.Length} of {pages} pages, the kernel counted {counted}");
        Assert.Equal((0L, 0L), (result.LostCount, result.DamagedCount));
        // What was hit after tracing was switched off is in the kernel's own count only.
        Assert.InRange(calls.Length, result.Hits!.Value / 2, result.Hits.Value);
        Assert.Equal((counted, pages), (own.Length, own.Length));
        Assert.Equal(["vma", "address", "flags", "regs"], own[0].Arguments.Select(argument => argument.Name));
        Assert.Equal("struct vm_area_struct *", own[0].Arguments[0].Type);
        Assert.All(own, one => Assert.Contains(one.Stack!, frame => frame.StartsWith("do_user_addr_fault+", StringComparison.Ordinal) || frame.StartsWith("exc_page_fault+", StringComparison.Ordinal)));
        // Starting a program faults its stack in by another way.
        Assert.Contains(events, one => one.Kind == KernelTraceEventKind.Return && one.ThreadId == process && one.ReturnValue is not null
            && one.Caller?.StartsWith("do_user_addr_fault+", StringComparison.Ordinal) == true);
        Assert.Empty(Guest.LeftOfTraces(other));
    }

    [SkippableFact]
    public void Ends_after_as_many_events_as_were_wanted_and_leaves_nothing()
    {
        using IHost host = Guest.Connect();
        using IHost other = Guest.Connect();
        (KernelFunctionTraceResult result, List<KernelTraceEvent> events, _) = Trace(host, other, new KernelFunctionTraceOptions { Function = "handle_mm_fault", Seconds = 120, Count = 100 });

        Assert.Equal((100, 100L, true, true), (events.Count, result.EventCount, result.EndedByCount, result.IsRemoved));
        Assert.Empty(Guest.LeftOfTraces(other));
    }

    [SkippableFact]
    public void Leaves_nothing_when_it_is_cancelled()
    {
        using IHost host = Guest.Connect();
        using IHost other = Guest.Connect();
        using var cancel = new CancellationTokenSource();
        HostPlan<KernelFunctionTraceResult> plan = new KernelFunctionTrace(new KernelFunctionTraceOptions { Function = "handle_mm_fault", Seconds = 300 }, _ => cancel.Cancel()).Plan(host, default);
        Task load = Task.Run(() => Guest.Shell(other, "sleep 5; page-faults 50"));

        Assert.ThrowsAny<OperationCanceledException>(() => plan.Execute(new Progress<HostProgress>(), force: false, cancel.Token));

        load.Wait();
        AssertNothingLeft(other);
    }

    [SkippableFact]
    public void Leaves_nothing_when_the_connection_is_killed_while_nothing_happens()
    {
        string folder = Guest.Folder;
        using IHost other = Guest.Connect();
        using IHost host = Guest.Connect();
        // No process has this id, so nothing is ever written but marks.
        HostPlan<KernelFunctionTraceResult> plan = new KernelFunctionTrace(new KernelFunctionTraceOptions { Function = "handle_mm_fault", Seconds = 300, ProcessId = [4194000] }, _ => { }).Plan(host, default);
        Task trace = Task.Run(() => plan.Execute(new Progress<HostProgress>(), force: false, default));
        for (int wait = 0; Guest.LeftOfTraces(other).Length == 0 && wait < 60; wait++)
        {
            Thread.Sleep(500);
        }

        Assert.Contains("kernelfault", Guest.LeftOfTraces(other));
        // The one that has the trace: its command is on no other's line while 'other' sleeps.
        foreach (Process ssh in Process.GetProcessesByName("ssh"))
        {
            if (File.ReadAllText($"/proc/{ssh.Id}/cmdline").Contains(folder) && File.ReadAllText($"/proc/{ssh.Id}/cmdline").Contains("dd bs=1"))
            {
                ssh.Kill();
            }
        }

        Assert.ThrowsAny<Exception>(trace.Wait);
        AssertNothingLeft(other);
    }

    [SkippableFact]
    public void Refuses_what_the_kernel_refuses_and_says_why()
    {
        using IHost host = Guest.Connect();

        HostGuard guard = Assert.Single(new KernelFunctionTrace(new KernelFunctionTraceOptions { Function = "exc_double_fault" }, _ => { }).Plan(host, default).Guards);
        Assert.Equal("FunctionRefused", guard.Id);
        Assert.Contains("blacklist", guard.Text);
        guard = Assert.Single(new KernelFunctionTrace(new KernelFunctionTraceOptions { Function = "handle_mm_faul" }, _ => { }).Plan(host, default).Guards);
        Assert.Contains("handle_mm_fault", guard.Text);
    }

    private static (KernelFunctionTraceResult Result, List<KernelTraceEvent> Events, string Told) Trace(IHost host, IHost other, KernelFunctionTraceOptions options)
    {
        var events = new List<KernelTraceEvent>();
        HostPlan<KernelFunctionTraceResult> plan = new KernelFunctionTrace(options, events.Add).Plan(host, default);
        Assert.Empty(plan.Guards);
        Assert.Empty(Guest.LeftOfTraces(other));
        Task<string> load = Task.Run(() => Guest.Shell(
            other,
            "for wait in $(seq 60); do cat /sys/kernel/tracing/instances/kernelfault-*/events/*/*/enable 2> /dev/null | grep -q 1 && break; sleep 0.5; done; sleep 1; page-faults " + Pages.ToString(CultureInfo.InvariantCulture) + "; sleep 1; for on in /sys/kernel/tracing/instances/kernelfault-*/tracing_on; do echo 0 > $on; done"));
        // With tracing off there the reader comes to its end, and the trace to its own.
        return (plan.Execute(new Progress<HostProgress>(), force: false, default), events, load.Result);
    }

    private static (int Process, ulong First, int Pages, int Counted) Faults(string told)
    {
        string[] words = told.Split(' ');
        return (int.Parse(words[0], CultureInfo.InvariantCulture), ulong.Parse(words[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture), int.Parse(words[2], CultureInfo.InvariantCulture), int.Parse(words[3], CultureInfo.InvariantCulture));
    }

    private static ulong? Address(KernelTraceEvent one)
    {
        string? text = one.Arguments.FirstOrDefault(argument => argument.Name == "address")?.Value;
        return text is null ? null
            : text.StartsWith("0x", StringComparison.Ordinal) ? ulong.TryParse(text.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong hex) ? hex : null
            : ulong.TryParse(text, CultureInfo.InvariantCulture, out ulong number) ? number : null;
    }

    private static void AssertNothingLeft(IHost host)
    {
        var clock = Stopwatch.StartNew();
        string left;
        while ((left = Guest.LeftOfTraces(host)).Length > 0 && clock.Elapsed < TimeSpan.FromSeconds(60))
        {
            Thread.Sleep(500);
        }

        Assert.Empty(left);
    }
}
