using KernelFault.Dumps;
using KernelFault.Memory;
using KernelFault.Unwinding;
using KernelFault.Unwinding.Linux;

namespace KernelFault.Tests.Unwinding.Linux;

public class FaultFrameTests
{
    [Theory]
    [InlineData("delay_tsc panic oops_end page_fault_oops exc_page_fault asm_exc_page_fault !update_counter kf_init", "update_counter")]
    [InlineData("panic.cold __warn report_bug handle_bug exc_invalid_op asm_exc_invalid_op !warn_panic kf_init", "warn_panic")]
    [InlineData("panic oops_end die do_trap do_invalid_op invalid_op !hit_bug", "hit_bug")]
    [InlineData("sysvec_reboot asm_sysvec_reboot !panic oops_end die exc_double_fault asm_exc_double_fault !recurse recurse", "recurse")]
    [InlineData("vpanic panic sysrq_handle_crash __handle_sysrq.cold write_sysrq_trigger", "sysrq_handle_crash")]
    [InlineData("panic out_of_memory handle_mm_fault exc_page_fault asm_exc_page_fault !copy_user_generic", "out_of_memory")]
    [InlineData("panic my_handler handle_irq_event asm_common_interrupt !default_idle do_idle", "my_handler")]
    [InlineData("panic watchdog_timer_fn.cold __hrtimer_run_queues asm_sysvec_apic_timer_interrupt !soft_lockup kf_init", "soft_lockup")]
    [InlineData("nmi_panic watchdog_hardlockup_check exc_nmi end_repeat_nmi !spin kf_init", "spin")]
    [InlineData("__crash_kexec panic do_exit do_group_exit", "do_exit")]
    [InlineData("nd_update_stats lab_write proc_reg_write", "nd_update_stats")]
    [InlineData("panic die __do_kernel_fault do_mem_abort el1_abort el1h_64_sync !update_counter", "update_counter")]
    public void The_calls_own_trace_starts_at_the_fault_or_at_the_caller_of_panic(string stack, string first)
    {
        string[] names = stack.Split(' ');
        var registers = new LinuxRegisterFrame(default, new RegisterSet(Architecture.X64, []), true, false);
        var trace = new LinuxStackTrace
        {
            Frames = names.Select((n, i) => new StackFrame
            {
                Index = i,
                InstructionPointer = new VirtualAddress(1),
                Trust = FrameTrust.Orc,
                Function = n.TrimStart('!'),
            }).ToArray(),
            Interrupted = names.Select(n => n[0] == '!' ? registers : null).ToArray(),
            IsComplete = true,
        };

        LinuxStackTrace fault = trace.From(FaultFrame.Find(trace));

        Assert.Equal(first, fault.Frames[0].Function);
        Assert.Equal(0, fault.Frames[0].Index);
        Assert.Equal(names.Length - Array.FindIndex(names, n => n.TrimStart('!') == first), fault.Frames.Count);
    }
}
