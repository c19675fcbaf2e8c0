using KernelFault.Analysis;
using KernelFault.Analysis.Linux;
using KernelFault.Dumps;
using KernelFault.Dumps.Logs;
using KernelFault.Unwinding;

namespace KernelFault.Tests.Analysis.Linux;

/// <summary>
/// Register dumps and stacks in the form in which each architecture prints them (arch/*/kernel/traps.c, process.c, mm/fault.c).
/// The samples are written for these tests after that form; those of arm, arm64 and powerpc stand beside real logs.
/// </summary>
public sealed class ArchitectureLogTests
{
    [Fact]
    public void X86WithThirtyTwoBitsIsRead()
    {
        KernelFaultAnalysis analysis = Analyze(
            """
            BUG: kernel NULL pointer dereference, address: 00000010
            #PF: supervisor write access in kernel mode
            #PF: error_code(0x0002) - not-present page
            *pde = 00000000
            Oops: 0002 [#1] PREEMPT SMP
            CPU: 1 PID: 312 Comm: insmod Tainted: G           O      5.10.0-9-686 #1 Debian 5.10.70-1
            Hardware name: QEMU Standard PC (i440FX + PIIX, 1996)
            EIP: sample_write+0x12/0x30 [sample]
            Code: 55 89 e5 83 ec 04 8b 45 08 <89> 50 10 c9 c3 90 90
            EAX: 00000000 EBX: c1a2b000 ECX: 00000001 EDX: 0000002a
            ESI: d0a1b2c0 EDI: 00000000 EBP: c2b3fd20 ESP: c2b3fd1c
            DS: 007b ES: 007b FS: 00d8 GS: 00e0 SS: 0068 EFLAGS: 00010246
            CR0: 80050033 CR2: 00000010 CR3: 02b41000 CR4: 000006d0
            Call Trace:
             sample_init+0x1f/0x1000 [sample]
             ? 0xd0a1d000
             do_one_initcall+0x3f/0x1f0
             ? kmem_cache_alloc_trace+0x1a0/0x1c0
             do_init_module+0x42/0x1e0
             __ia32_sys_finit_module+0x8c/0xd0
             do_int80_syscall_32+0x2f/0x60
             entry_INT80_32+0xf0/0xf0
            Modules linked in: sample(O) e1000
            CR2: 0000000000000010
            ---[ end trace 7d4a1c3f5e6b7a89 ]---
            EIP: sample_write+0x12/0x30 [sample]
            """);

        AssertFault(analysis, Architecture.X86, FaultClass.NullDereference, 0x10, AccessKind.Write, AddressRegion.NullPage);
        AssertRegisters(analysis, ("edx", 0x2a), ("esi", 0xd0a1b2c0), ("ebp", 0xc2b3fd20), ("esp", 0xc2b3fd1c), ("eflags", 0x10246), ("cr2", 0x10));
        AssertStack(analysis, "sample_write", "sample_init", "do_one_initcall", "do_init_module", "__ia32_sys_finit_module", "do_int80_syscall_32", "entry_INT80_32");
        Assert.Contains(analysis.Stack, f => f.Function == "kmem_cache_alloc_trace" && f.Trust == FrameTrust.CallScan);
        Assert.Equal(("mov [eax+10h],edx", 0x10UL), (analysis.Instruction!.Text, analysis.Instruction.EffectiveAddress!.Value.ToUInt64()));
    }

    [Fact]
    public void X86NamesTheInstructionPointerByItsAddressToo()
    {
        KernelFaultAnalysis analysis = Analyze(
            """
            BUG: unable to handle kernel paging request at f8a4b000
            IP: [<f8a3c012>] sample_read+0x12/0x40 [sample]
            *pde = 00737067 *pte = 00000000
            Oops: 0000 [#1] SMP
            Modules linked in: sample(O)
            Pid: 4021, comm: cat Tainted: G           O 3.2.0-4-686-pae #1 Debian 3.2.65-1
            EIP: 0060:[<f8a3c012>] EFLAGS: 00010286 CPU: 0
            EIP is at sample_read+0x12/0x40 [sample]
            EAX: f8a4b000 EBX: 00000000 ECX: 00000001 EDX: 00000002
            ESI: d7568000 EDI: d7568f64 EBP: d7568f5c ESP: d7568f50
             DS: 007b ES: 007b FS: 00d8 GS: 00e0 SS: 0068
            Call Trace:
             [<c10d3a11>] vfs_read+0x81/0x120
             [<c10d3b0a>] ? sys_read+0x3a/0x60
             [<c12f2ddf>] sysenter_do_call+0x12/0x38
            Code: 55 89 e5 <8b> 00 5d c3
            """);

        AssertFault(analysis, Architecture.X86, FaultClass.WildPointer, 0xf8a4b000, AccessKind.Read, AddressRegion.Vmalloc);
        AssertRegisters(analysis, ("eip", 0xf8a3c012), ("eax", 0xf8a4b000), ("esp", 0xd7568f50));
        Assert.Equal(0xf8a3c012UL, analysis.Instruction!.Address!.Value.ToUInt64());
        Assert.Equal(("sample_read", FrameTrust.Context), (analysis.Stack[0].Function, analysis.Stack[0].Trust));
        Assert.Equal(("cat", 4021UL, "3.2.0-4-686-pae"), (analysis.System.ProcessName, analysis.System.ProcessId, analysis.Linux!.Release));
    }

    [Theory]
    [InlineData("alignment check: 0000 [#1] PREEMPT SMP", "alignment check in split_lock")]
    [InlineData("segment not present: 0018 [#1] SMP", "segment not present in split_lock")]
    public void X86NamesItsRarerExceptions(string headline, string title)
    {
        KernelFaultAnalysis analysis = Analyze(
            headline + "\n" +
            """
            CPU: 1 PID: 312 Comm: cat Tainted: G           O       6.12.0 #1
            RIP: 0010:split_lock+0x12/0x30 [sample]
            RSP: 0018:ffffc90000123e00 EFLAGS: 00010246
            RAX: 0000000000000001 RBX: ffff888001234500 RCX: 0000000000000000
            Call Trace:
             <TASK>
             sample_ioctl+0x20/0x80 [sample]
             __x64_sys_ioctl+0x90/0xd0
             </TASK>
            """);

        Assert.Equal(title, analysis.Title);
        Assert.Equal("sample", analysis.Culprit!.Module);
    }

    [Fact]
    public void Arm64IsRead()
    {
        KernelFaultAnalysis analysis = Analyze(
            """
            Unable to handle kernel paging request at virtual address ffff800083c5d000
            Mem abort info:
              ESR = 0x0000000096000047
              EC = 0x25: DABT (current EL), IL = 32 bits
              SET = 0, FnV = 0
              EA = 0, S1PTW = 0
              FSC = 0x07: level 3 translation fault
            Data abort info:
              ISV = 0, ISS = 0x00000047
              CM = 0, WnR = 1
            swapper pgtable: 4k pages, 48-bit VAs, pgdp=0000000041f2a000
            [ffff800083c5d000] pgd=100000013ffff003, p4d=100000013ffff003, pud=100000013fffe003, pmd=1000000101d54003, pte=0000000000000000
            Internal error: Oops: 0000000096000047 [#1] SMP
            Modules linked in: sample(O+) virtio_net
            CPU: 2 PID: 411 Comm: insmod Tainted: G           O       6.6.13 #1
            Hardware name: linux,dummy-virt (DT)
            pstate: 60400005 (nZCv daif +PAN -UAO -TCO -DIT -SSBS BTYPE=--)
            pc : fill+0x24/0x50 [sample]
            lr : sample_init+0x40/0x1000 [sample]
            sp : ffff800082b3ba50
            x29: ffff800082b3ba50 x28: ffff80007a5c2040 x27: 0000000000000000
            x26: ffff80007a5c2008 x25: 0000000000000000 x24: 0000000000000001
            x2 : 0000000000001000 x1 : ffff800083c5d000 x0 : ffff800083c5c000
            Call trace:
             fill+0x24/0x50 [sample]
             sample_init+0x40/0x1000 [sample]
             do_one_initcall+0x6c/0x1d8
             do_init_module+0x58/0x1e8
             __arm64_sys_finit_module+0x1a8/0x2d0
             invoke_syscall+0x50/0x128
             el0_svc+0x34/0xe0
             el0t_64_sync+0x190/0x198
            Code: 8b000021 d503201f 91000421 eb02003f (39000020)
            ---[ end trace 0000000000000000 ]---
            """);

        AssertFault(analysis, Architecture.Arm64, FaultClass.GuardPage, 0xffff800083c5d000, AccessKind.Write, AddressRegion.Vmalloc);
        AssertRegisters(analysis, ("sp", 0xffff800082b3ba50), ("x29", 0xffff800082b3ba50), ("x1", 0xffff800083c5d000), ("x0", 0xffff800083c5c000), ("pstate", 0x60400005));
        AssertStack(analysis, "fill", "sample_init", "do_one_initcall", "do_init_module", "__arm64_sys_finit_module", "invoke_syscall", "el0_svc", "el0t_64_sync");
        Assert.Equal("39000020", analysis.Instruction!.Bytes);
        Assert.Contains(analysis.Linux!.FaultDetails, d => d == "The walk ends at an empty PTE: nothing is mapped there.");
        Assert.Equal("O+", analysis.Linux.LoadedModules[0].Flags);
    }

    [Fact]
    public void ArmIsRead()
    {
        KernelFaultAnalysis analysis = Analyze(
            """
            8<--- cut here ---
            Unable to handle kernel NULL pointer dereference at virtual address 00000010 when write
            [00000010] *pgd=00000000
            Internal error: Oops: 805 [#1] PREEMPT SMP ARM
            Modules linked in: sample(O)
            CPU: 0 PID: 88 Comm: insmod Tainted: G           O       6.1.0 #1
            Hardware name: Generic DT based system
            PC is at sample_write+0x10/0x24 [sample]
            LR is at sample_init+0x14/0x1000 [sample]
            pc : [<bf002010>]    lr : [<bf005014>]    psr: 60000013
            sp : f0d0dd88  ip : 00000000  fp : c4a0b000
            r10: 00000000  r9 : c11048c8  r8 : bf005000
            r7 : 00000000  r6 : c4a0b140  r5 : 00000000  r4 : c1104f40
            r3 : 00000000  r2 : 0000002a  r1 : 00000001  r0 : 00000000
            Flags: nZCv  IRQs on  FIQs on  Mode SVC_32  ISA ARM  Segment none
            Control: 10c5387d  Table: 44a7806a  DAC: 00000051
            Process insmod (pid: 88, stack limit = 0x5e3b0c1a)
             sample_write [sample] from sample_init+0x14/0x1000 [sample]
             sample_init [sample] from do_one_initcall+0x5c/0x2a8
             do_one_initcall from do_init_module+0x44/0x1c8
             do_init_module from sys_finit_module+0xc8/0x10c
             sys_finit_module from ret_fast_syscall+0x0/0x54
            Exception stack(0xf0d0dfa8 to 0xf0d0dff0)
            dfa0:                   00000000 00000000 00000003 0007d8f0 00000000 bed0cc34
            Code: e52de004 e8bd4000 e3a0302a e3a02000 (e5823010)
            ---[ end trace 0000000000000000 ]---
            """);

        AssertFault(analysis, Architecture.Arm, FaultClass.NullDereference, 0x10, AccessKind.Write, AddressRegion.NullPage);
        AssertRegisters(analysis, ("pc", 0xbf002010), ("lr", 0xbf005014), ("sp", 0xf0d0dd88), ("r4", 0xc1104f40), ("r10", 0), ("psr", 0x60000013));
        Assert.Equal(0xbf002010UL, analysis.Instruction!.Address!.Value.ToUInt64());
        AssertStack(analysis, "sample_write", "sample_init", "do_one_initcall", "do_init_module", "sys_finit_module", "ret_fast_syscall");
        Assert.Contains(analysis.Linux!.FaultDetails, d => d.StartsWith("Status 0x805: write in kernel mode; the page is not there", StringComparison.Ordinal));
    }

    [Fact]
    public void PowerPcIsRead()
    {
        KernelFaultAnalysis analysis = Analyze(
            """
            Kernel attempted to write user page (18) - exploit attempt? (uid: 0)
            BUG: Kernel NULL pointer dereference on write at 0x00000018
            Faulting instruction address: 0xc008000000a4012c
            Oops: Kernel access of bad area, sig: 11 [#1]
            LE PAGE_SIZE=64K MMU=Radix SMP NR_CPUS=2048 NUMA pSeries
            Modules linked in: sample(O+) xfs
            CPU: 3 PID: 5120 Comm: insmod Tainted: G           O       6.5.0 #1
            Hardware name: IBM pSeries (emulated by qemu) POWER9 (raw) 0x4e1202 0xf000005 of:SLOF,HEAD hv:linux,kvm pSeries
            NIP:  c008000000a4012c LR: c008000000a40164 CTR: c008000000a40108
            REGS: c00000000e9d7670 TRAP: 0300   Tainted: G           O        (6.5.0)
            MSR:  800000000280b033 <SF,VEC,VSX,EE,FP,ME,IR,DR,RI,LE>  CR: 28002222  XER: 20040000
            CFAR: c008000000a40160 DAR: 0000000000000018 DSISR: 42000000 IRQMASK: 0
            GPR00: c008000000a40164 c00000000e9d7910 c008000000a68100 0000000000000000
            GPR04: c00000000e0a0800 0000000000000006 0000000000000000 0000000000000000
            GPR08: 0000000000000018 000000000000002a 0000000000000000 c008000000a40200
            GPR12: c008000000a40108 c0000000ffffc300 0000000000000000 0000000000000000
            NIP [c008000000a4012c] update+0x24/0x40 [sample]
            LR [c008000000a40164] sample_init+0x1c/0x60 [sample]
            Call Trace:
            [c00000000e9d7910] [c008000000a40158] sample_init+0x10/0x60 [sample] (unreliable)
            [c00000000e9d7930] [c000000000010c20] do_one_initcall+0x60/0x2c0
            [c00000000e9d7a00] [c000000000249a1c] do_init_module+0x7c/0x2f0
            [c00000000e9d7d60] [c000000000030f58] system_call_exception+0x128/0x310
            [c00000000e9d7e50] [c00000000000d05c] system_call_vectored_common+0x15c/0x2ec
            --- interrupt: 3000 at 0x7fffb1c4a1b4
            NIP:  00007fffb1c4a1b4 LR: 0000000000000000 CTR: 0000000000000000
            Code: 3c4c0003 38427fd8 7c0802a6 60000000 39200000 <91230018> 4e800020
            ---[ end trace 0000000000000000 ]---
            """);

        AssertFault(analysis, Architecture.PowerPc64, FaultClass.NullDereference, 0x18, AccessKind.Write, AddressRegion.NullPage);
        AssertRegisters(analysis, ("pc", 0xc008000000a4012c), ("lr", 0xc008000000a40164), ("r1", 0xc00000000e9d7910), ("r12", 0xc008000000a40108), ("dar", 0x18), ("dsisr", 0x42000000), ("trap", 0x300));
        Assert.Equal(0xc008000000a4012cUL, analysis.Instruction!.Address!.Value.ToUInt64());
        AssertStack(analysis, "update", "do_one_initcall", "do_init_module", "system_call_exception", "system_call_vectored_common");
        Assert.Contains(analysis.Stack, f => f.Function == "sample_init" && f.Trust == FrameTrust.CallScan);
        Assert.Equal("91230018", analysis.Instruction.Bytes);
        Assert.Contains("MMU=Radix", analysis.Linux!.KernelOptions);
    }

    [Fact]
    public void PowerPcWithThirtyTwoBitsIsRead()
    {
        KernelFaultAnalysis analysis = Analyze(
            """
            BUG: Unable to handle kernel data access on read at 0xd1090000
            Faulting instruction address: 0xe1012014
            Oops: Kernel access of bad area, sig: 11 [#1]
            BE PAGE_SIZE=4K PowerMac
            Modules linked in: sample(O)
            CPU: 0 PID: 391 Comm: insmod Tainted: G           O      5.15.0 #2
            NIP:  e1012014 LR: c0004a6c CTR: 00000000
            REGS: c2f0fcc0 TRAP: 0300   Tainted: G           O       (5.15.0)
            MSR:  00009032 <EE,ME,IR,DR,RI>  CR: 24002222  XER: 20000000
            DAR: d1090000 DSISR: 40000000
            GPR00: c0004a6c c2f0fd80 c2a31a60 d1090000 00000001 00000000 00000000 c0a10000
            GPR08: 00000000 00000001 e1013000 00000000 24002222 00000000 00000000 00000000
            NIP [e1012014] walk+0x14/0x80 [sample]
            LR [c0004a6c] do_one_initcall+0x4c/0x200
            Call Trace:
            [c2f0fd80] [c0c1c000] kmalloc_caches+0x0/0x1c0 (unreliable)
            [c2f0fda0] [c0004a6c] do_one_initcall+0x4c/0x200
            [c2f0fe00] [c00c1d10] do_init_module+0x60/0x240
            [c2f0ff30] [c001407c] ret_from_syscall+0x0/0x28
            Instruction dump:
            00000000 00000000 00000000 9421fff0 7c0802a6 90010014
            <80630000> 38210010 7c0803a6 4e800020
            ---[ end trace 3f2a1b0c9d8e7f60 ]---
            """);

        AssertFault(analysis, Architecture.PowerPc, FaultClass.WildPointer, 0xd1090000, AccessKind.Read, AddressRegion.Kernel);
        AssertRegisters(analysis, ("pc", 0xe1012014), ("r1", 0xc2f0fd80), ("r3", 0xd1090000), ("r8", 0), ("r10", 0xe1013000), ("dar", 0xd1090000));
        AssertStack(analysis, "walk", "do_one_initcall", "do_init_module", "ret_from_syscall");
        Assert.Equal("80630000", analysis.Instruction!.Bytes);
    }

    [Fact]
    public void RiscVIsRead()
    {
        KernelFaultAnalysis analysis = Analyze(
            """
            Unable to handle kernel paging request at virtual address ff60000012340000
            Oops [#1]
            Modules linked in: sample(O+) virtio_net
            CPU: 1 PID: 77 Comm: insmod Tainted: G           O       6.6.0 #1
            Hardware name: riscv-virtio,qemu (DT)
            epc : store+0x12/0x40 [sample]
             ra : sample_init+0x1c/0x30 [sample]
            epc : ffffffff01a2c012 ra : ffffffff01a2c07c sp : ff2000000060bc70
             gp : ffffffff815010c8 tp : ff60000001b9c000 t0 : ff20000000608000
             t1 : 0000000000000002 t2 : 000000000000000c s0 : ff2000000060bca0
             s1 : 0000000000000000 a0 : ff60000012340000 a1 : 0000000000000000
             s11: 0000000000000007 t3 : 0000000000000001 t4 : 0000000000000000
            status: 0000000200000120 badaddr: ff60000012340000 cause: 000000000000000f
            [<ffffffff01a2c012>] store+0x12/0x40 [sample]
            [<ffffffff01a2c07c>] sample_init+0x1c/0x30 [sample]
            [<ffffffff80002d3c>] do_one_initcall+0x5c/0x1d0
            [<ffffffff80091f2c>] do_init_module+0x54/0x1e6
            [<ffffffff80003e5a>] do_trap_ecall_u+0xb6/0x13c
            Code: 0000 0000 1101 ec06 (c10c)
            ---[ end trace 0000000000000000 ]---
            Kernel panic - not syncing: Fatal exception
            """);

        AssertFault(analysis, Architecture.RiscV64, FaultClass.WildPointer, 0xff60000012340000, AccessKind.Write, AddressRegion.DirectMap);
        AssertRegisters(analysis, ("pc", 0xffffffff01a2c012), ("ra", 0xffffffff01a2c07c), ("sp", 0xff2000000060bc70), ("a0", 0xff60000012340000), ("s11", 7), ("cause", 15));
        AssertStack(analysis, "store", "sample_init", "do_one_initcall", "do_init_module", "do_trap_ecall_u");
        Assert.Equal("c10c", analysis.Instruction!.Bytes);
        Assert.Contains("Cause 15: no page to write to.", analysis.Linux!.FaultDetails);
    }

    [Fact]
    public void RiscVNamesExceptionsThatAreNoFaults()
    {
        KernelFaultAnalysis analysis = Analyze(
            """
            Oops - illegal instruction [#1]
            Modules linked in: sample(O)
            CPU: 0 PID: 80 Comm: cat Tainted: G           O       6.1.0 #1
            epc : ill+0x4/0x10 [sample]
             ra : vfs_read+0x9c/0x1c0
            epc : ffffffff01a2c004 ra : ffffffff80202d3c sp : ff2000000060bc70
             gp : ffffffff815010c8 tp : ff60000001b9c000 t0 : ff20000000608000
            status: 0000000200000120 badaddr: 00000000ffffffff cause: 0000000000000002
            [<ffffffff01a2c004>] ill+0x4/0x10 [sample]
            [<ffffffff80202d3c>] vfs_read+0x9c/0x1c0
            [<ffffffff80003e5a>] ret_from_syscall+0x0/0x2
            ---[ end trace 0000000000000000 ]---
            """);

        Assert.Equal(("invalid opcode in ill", FaultClass.InvalidOpcode), (analysis.Title, analysis.FaultClass));
        Assert.Null(analysis.Address);
        Assert.Equal("sample", analysis.Culprit!.Module);
    }

    [Fact]
    public void S390IsRead()
    {
        KernelFaultAnalysis analysis = Analyze(
            """
            Unable to handle kernel pointer dereference in virtual kernel address space
            Failing address: 0000000a00000000 TEID: 0000000a00000403
            Fault in home space mode while using kernel ASCE.
            AS:0000000001a2c007 R3:0000000000000024
            Oops: 003b ilc:3 [#1] SMP
            Modules linked in: sample(O)
            CPU: 0 PID: 900 Comm: insmod Tainted: G           O       6.1.0 #1
            Hardware name: IBM 3931 A01 704 (KVM/Linux)
            Krnl PSW : 0704c00180000000 000003ff80120024 (store+0x24/0x60 [sample])
                       R:0 T:1 IO:1 EX:1 Key:0 M:1 W:0 P:0 AS:3 CC:0 PM:0 RI:0 EA:3
            Krnl GPRS: 0000000000000000 0000000a00000123 0000000000000002 0000000000000003
                       0000000000000004 0000000000000005 0000000000000006 0000000000000007
                       0000000000000008 0000000000000009 000000000000000a 000000000000000b
                       000000000000000c 000000000000000d 0000000000100ab4 000003800011bae0
            Krnl Code: 000003ff80120018: c0e500000000	brasl	%r14,000003ff80120018
                       000003ff8012001e: a7280007		lhi	%r2,7
                      #000003ff80120022: 1851		lr	%r5,%r1
                      >000003ff80120024: e32050000024	stg	%r2,0(%r5)
                       000003ff8012002a: 07fe		bcr	15,%r14
            Call Trace:
             [<000003ff80120024>] store+0x24/0x60 [sample]
            ([<000003ff80120010>] store+0x10/0x60 [sample])
             [<0000000000100ab4>] do_one_initcall+0x54/0x210
             [<00000000001f2a2c>] do_init_module+0x64/0x220
             [<00000000003120a8>] __do_syscall+0x1d0/0x1f8
             [<000000000312ff30>] system_call+0x70/0x98
            Last Breaking-Event-Address:
             [<00000000002aa100>] kmalloc_trace+0x20/0x60
            Kernel panic - not syncing: Fatal exception: panic_on_oops
            """);

        Assert.Equal("BUG: unable to handle kernel pointer dereference in store", analysis.Title);
        AssertFault(analysis, Architecture.S390X, FaultClass.WildPointer, 0xa00000000, AccessKind.Write, AddressRegion.Kernel);
        AssertRegisters(analysis, ("pc", 0x3ff80120024), ("pswm", 0x0704c00180000000), ("r1", 0xa00000123), ("r14", 0x100ab4), ("r15", 0x3800011bae0));
        Assert.Equal(0x3ff80120024UL, analysis.Instruction!.Address!.Value.ToUInt64());
        Assert.Equal(("stg %r2,0(%r5)", "e32050000024"), (analysis.Instruction.Text, analysis.Instruction.Bytes));
        AssertStack(analysis, "store", "do_one_initcall", "do_init_module", "__do_syscall", "system_call");
        Assert.Contains(analysis.Stack, f => f.FunctionOffset == 0x10 && f.Trust == FrameTrust.CallScan);
        Assert.Contains("→ stg %r2,0(%r5)", analysis.Linux!.Code);
    }

    [Theory]
    [InlineData("specification exception: 0006 ilc:2 [#1] SMP", "specification exception in store", FaultClass.Unknown)]
    [InlineData("fixpoint divide exception: 0009 ilc:1 [#1] SMP", "divide error in store", FaultClass.DivideError)]
    [InlineData("illegal operation: 0001 ilc:1 [#1] SMP", "invalid opcode in store", FaultClass.InvalidOpcode)]
    [InlineData("Low-address protection: 0004 ilc:2 [#1] SMP", "BUG: unable to handle kernel NULL pointer dereference in store", FaultClass.NullDereference)]
    public void S390NamesItsExceptions(string headline, string title, FaultClass faultClass)
    {
        KernelFaultAnalysis analysis = Analyze(
            headline + "\n" +
            """
            Modules linked in: sample(O)
            CPU: 0 PID: 900 Comm: insmod Tainted: G           O       6.1.0 #1
            Krnl PSW : 0704c00180000000 000003ff80120024 (store+0x24/0x60 [sample])
            Krnl GPRS: 0000000000000000 0000000a00000123 0000000000000002 0000000000000003
                       0000000000000004 0000000000000005 0000000000000006 0000000000000007
                       0000000000000008 0000000000000009 000000000000000a 000000000000000b
                       000000000000000c 000000000000000d 0000000000100ab4 000003800011bae0
            Call Trace:
             [<000003ff80120024>] store+0x24/0x60 [sample]
             [<0000000000100ab4>] do_one_initcall+0x54/0x210
            Last Breaking-Event-Address:
             [<00000000002aa100>] kmalloc_trace+0x20/0x60
            """);

        Assert.Equal((title, faultClass, Architecture.S390X), (analysis.Title, analysis.FaultClass, analysis.System.Architecture));
        Assert.Equal(("sample", "store"), (analysis.Culprit!.Module, analysis.Stack[0].Function));
        Assert.True(analysis.Linux!.IsCrash);
        Assert.Empty(analysis.Linux.OtherCrashes);
    }

    [Fact]
    public void FurtherLinesOfOneMessageHaveBlanksForAPrefix()
    {
        // As dmesg shows what the kernel printed with line feeds in it.
        using KernelLog log = KernelLog.Read(
            new StringReader(
                """
                [   12.345678] BUG: Unable to handle kernel data access on read at 0xd1090000
                [   12.345678] Oops: Kernel access of bad area, sig: 11 [#1]
                [   12.345678] CPU: 0 PID: 391 Comm: insmod Tainted: G           O      5.15.0 #2
                [   12.345678] NIP:  e1012014 LR: c0004a6c CTR: 00000000
                [   12.345678] REGS: c2f0fcc0 TRAP: 0300   Tainted: G           O       (5.15.0)
                [   12.345678] DAR: d1090000 DSISR: 40000000
                               GPR00: c0004a6c c2f0fd80 c2a31a60 d1090000 00000001 00000000 00000000 c0a10000
                               GPR08: 00000000 00000001 e1013000 00000000 24002222 00000000 00000000 00000000
                [   12.345678] NIP [e1012014] walk+0x14/0x80 [sample]
                [   12.345678] LR [c0004a6c] do_one_initcall+0x4c/0x200
                [   12.345678] Call Trace:
                [   12.345678] [c2f0fda0] [c0004a6c] do_one_initcall+0x4c/0x200
                [   12.345678] [c2f0fe00] [c00c1d10] do_init_module+0x60/0x240
                """),
            "sample");
        AssertRegisters(LogAnalysis.Analyze(log, new AnalysisOptions()), ("r0", 0xc0004a6c), ("r1", 0xc2f0fd80), ("r10", 0xe1013000));
    }

    [Theory]
    [InlineData("rep_movs_alternative", true)]
    [InlineData("_copy_from_user", true)]
    [InlineData("copy_thing", false)]
    public void AFaultThatTheExceptionTableDidNotRepairIsExplained(string function, bool explained)
    {
        KernelFaultAnalysis analysis = Analyze(
            $"""
            BUG: unable to handle page fault for address: ffff888123456000
            #PF: supervisor write access in kernel mode
            #PF: error_code(0x0002) - not-present page
            PGD 1002a3067 P4D 1002a3067 PUD 100222067 PMD 104c5c067 PTE 0
            Oops: 0002 [#1] PREEMPT SMP
            CPU: 1 UID: 1000 PID: 312 Comm: cat Tainted: G           O       6.12.0 #1
            RIP: 0010:{function}+0x12/0x30
            RSP: 0018:ffffc90000123e00 EFLAGS: 00010246
            RAX: 0000000000000001 RBX: ffff888001234500 RCX: 0000000000000000
            Call Trace:
             <TASK>
             sample_ioctl+0x20/0x80 [sample]
             __x64_sys_ioctl+0x90/0xd0
             </TASK>
            """);

        Assert.Equal(explained, analysis.Findings.Any(f => f.Id == "user-copy"));
        Assert.Equal(1000, analysis.Linux!.UserId);
        Assert.Contains("The walk ends at an empty PTE: nothing is mapped there.", analysis.Linux.FaultDetails);
    }

    [SkippableFact]
    public void RealPowerPcLogIsRead()
    {
        KernelFaultAnalysis analysis = AnalyzeReal("report-431.log");
        AssertFault(analysis, Architecture.PowerPc64, FaultClass.WildPointer, 0x8000000041a25f20, AccessKind.Unknown, AddressRegion.Kernel, module: null);
        AssertRegisters(analysis, ("pc", 0xc00000000022d79c), ("lr", 0xc00000000022d784), ("r1", 0xc00000007a3ef970), ("r31", 0x8000000041a25400), ("trap", 0x380));
        Assert.Equal(0xc00000000022d79cUL, analysis.Instruction!.Address!.Value.ToUInt64());
        Assert.Equal("e87f0b20", analysis.Instruction.Bytes);
        AssertStack(
            analysis,
            "partition_sched_domains_locked",
            "partition_and_rebuild_sched_domains",
            "rebuild_sched_domains_locked",
            "update_flag",
            "cpuset_css_offline",
            "offline_css",
            "css_killed_work_fn",
            "process_one_work",
            "worker_thread",
            "kthread",
            "ret_from_kernel_thread");
        Assert.Contains("SMP", analysis.Linux!.KernelOptions);
        Assert.Equal("cgroup_destroy css_killed_work_fn", analysis.Linux.Workqueue);
    }

    [SkippableFact]
    public void RealArmLogIsRead()
    {
        KernelFaultAnalysis analysis = AnalyzeReal("report-567.log");
        AssertFault(analysis, Architecture.Arm, FaultClass.NullDereference, 4, AccessKind.Read, AddressRegion.NullPage, module: null);
        AssertRegisters(analysis, ("pc", 0x80165504), ("lr", 0x825e31d8), ("sp", 0x8a895e48), ("fp", 0x8a895e64), ("r4", 0xfffffffc), ("r0", 1));
        AssertStack(analysis, "kthread_stop", "vhci_shutdown_connection", "event_handler", "process_one_work", "worker_thread", "kthread", "ret_from_fork");
        Assert.Equal("e1953f9f", analysis.Instruction!.Bytes);
    }

    [SkippableFact]
    public void RealArmLogWithADomainFaultIsRead()
    {
        KernelFaultAnalysis analysis = AnalyzeReal("report-241.log");
        AssertFault(analysis, Architecture.Arm, FaultClass.NullDereference, 0x1044, AccessKind.Write, AddressRegion.NullPage, module: null);
        Assert.Equal("memset", analysis.Stack[0].Function);
        Assert.Equal("n_tty_set_termios", analysis.Stack[1].Function);
        Assert.Contains(analysis.Linux!.FaultDetails, d => d.Contains("closed to itself", StringComparison.Ordinal));
    }

    [SkippableFact]
    public void RealArm64LogIsRead()
    {
        KernelFaultAnalysis analysis = AnalyzeReal("report-604.log");
        Assert.Equal((Architecture.Arm64, "4.9.232-dirty_audio"), (analysis.System.Architecture, analysis.Linux!.Release));
        AssertRegisters(analysis, ("pc", 0xffffffffdeadbeef), ("lr", 0xffffff90080ed944), ("sp", 0xffffffc01ec87ea0), ("x8", 0xffffffffdeadbeef), ("x0", 0xdeadbeef));
        Assert.Equal(0xffffffffdeadbeefUL, analysis.Instruction!.Address!.Value.ToUInt64());
    }

    private static void AssertFault(KernelFaultAnalysis analysis, Architecture architecture, FaultClass faultClass, ulong address, AccessKind access, AddressRegion region, string? module = "sample")
    {
        Assert.Equal(architecture, analysis.System.Architecture);
        Assert.Equal(faultClass, analysis.FaultClass);
        Assert.Equal((address, access, region), (analysis.Address!.Address.ToUInt64(), analysis.Address.Access, analysis.Address.Region));
        Assert.Equal(FrameTrust.Context, analysis.Stack[0].Trust);
        if (module is not null)
        {
            Assert.Equal((module, module), (analysis.Stack[0].Module, analysis.Culprit!.Module));
            Assert.False(analysis.Linux!.Corrupted, analysis.Linux.CorruptedReason);
        }
    }

    private static void AssertRegisters(KernelFaultAnalysis analysis, params (string Name, ulong Value)[] expected)
    {
        foreach ((string name, ulong value) in expected)
        {
            Assert.Equal((name, $"0x{value:x16}"), (name, analysis.Registers!.TryGetValue(name, out string? read) ? read : null));
        }
    }

    private static void AssertStack(KernelFaultAnalysis analysis, params string[] functions)
    {
        Assert.Equal(functions, analysis.Stack.Where(f => f.Trust != FrameTrust.CallScan).Select(f => f.Function));
        Assert.Equal("task", analysis.Linux!.ExecutionContext);
    }

    private static KernelFaultAnalysis AnalyzeReal(string name)
    {
        using var log = KernelLog.Open(Corpus.File(Path.Combine("corpus", "oops", "logs", name)));
        return LogAnalysis.Analyze(log, new AnalysisOptions());
    }

    private static KernelFaultAnalysis Analyze(string report)
    {
        using KernelLog log = KernelLog.Read(new StringReader(string.Concat(report.Split('\n').Select(line => "[   12.345678] " + line + "\n"))), "sample");
        return LogAnalysis.Analyze(log, new AnalysisOptions());
    }
}
