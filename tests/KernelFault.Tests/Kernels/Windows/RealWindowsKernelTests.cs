using KernelFault.Dumps;
using KernelFault.Dumps.Windows;
using KernelFault.Kernels.Windows;
using KernelFault.Memory;
using KernelFault.Tests.Dumps.Windows;

namespace KernelFault.Tests.Kernels.Windows;

/// <summary>What the structures in real dumps prove about the kernel that crashed.</summary>
public class RealWindowsKernelTests
{
    [SkippableTheory]
    [InlineData("19041_101.dmp", "System", 4, 9196, 5, 13, 0xffffbd8639f10000, 0xffffbd8639f16000)]
    [InlineData("19041_116.dmp", "System", 4, 496, 2, 0, 0xffffea0a3ecd3000, 0xffffea0a3ecd9000)]
    [InlineData("19041_3b.dmp", "firefox.exe", 11044, 3924, 9, 2, 0xffffe6078dd81000, 0xffffe6078dd88000)]
    [InlineData("19041_4a.dmp", "notmyfault64.e", 3244, 4536, 0, 2, 0xffffa704eeb66000, 0xffffa704eeb6c000)]
    [InlineData("19041_9f.dmp", "EpicGamesLaunc", 11040, 10624, 6, 2, 0xffffd007d9149000, 0xffffd007d9150000)]
    [InlineData("19041_d1.dmp", "audiodg.exe", 4304, 16812, 9, 2, 0xfffff98a66459000, 0xfffff98a66460000)]
    [InlineData("19041_ef.dmp", "svchost.exe", 3656, 4268, 0, 0, 0xffff8c856c3eb000, 0xffff8c856c3f1000)]
    [InlineData("26100_13a.dmp", "svchost.exe", 12028, 17216, 11, 0, 0xffffbc8443679000, 0xffffbc8443680000)]
    [InlineData("26100_50.dmp", "Discord.exe", 5720, 16220, 10, 0, 0xfffff507c53c9000, 0xfffff507c53d0000)]
    [InlineData("26100_a_small.dmp", "cmimageworker.", 8300, 12596, 2, 2, 0xffff8407fa73c000, 0xffff8407fa742000)]
    [InlineData("9600_50.dmp", "dw20.exe", 3472, 3476, 2, 0, 0xffffd00035586000, 0xffffd0003558c000)]
    [InlineData("9600_7e.dmp", "System", 4, 616, 0, 0, 0xffffd00022a41000, 0xffffd00022a47000)]
    [InlineData("triage_x64.dmp", "System", 4, 264, 0, 0, 0xffff85042988d000, 0xffff850429893000)]
    public void Process_thread_and_processor_are_those_that_were_running(
        string name, string process, ulong processId, ulong threadId, uint processor, byte irql, ulong limit, ulong high)
    {
        WindowsKernel kernel = Read(name);

        Assert.Equal((process, processId, threadId), (kernel.ProcessName, kernel.ProcessId!.Value, kernel.ThreadId!.Value));
        Assert.Equal((processor, irql), (kernel.ProcessorNumber!.Value, kernel.Irql!.Value));
        Assert.Equal((limit, high), (kernel.StackLimit!.Value.ToUInt64(), kernel.StackBase!.Value.ToUInt64()));
    }

    [SkippableTheory]
    [InlineData("19041_101.dmp", 0xffffe38ce54a3040, 0xffffe38ccf6ce1c0)]
    [InlineData("19041_ef.dmp", 0xffffc08d7f267080, 0xffffc08d7f1580c0)]
    [InlineData("26100_a_small.dmp", 0xffff9a0f1a0130c0, 0xffff9a0f19b020c0)]
    [InlineData("9600_7e.dmp", 0xffffe0013d4da880, 0xffffe001381a08c0)]
    public void The_copies_of_thread_and_process_are_memory_at_their_addresses(string name, ulong thread, ulong process)
    {
        using WindowsTriageDump dump = RealTriageDumpTests.Open(name);
        WindowsKernel kernel = WindowsKernelReader.Read(dump, null);

        Assert.Equal((thread, process), (kernel.ThreadAddress!.Value.ToUInt64(), kernel.ProcessAddress!.Value.ToUInt64()));

        // KTHREAD.ApcState.Process, read through the memory of the dump.
        Assert.True(dump.Memory.TryReadUInt64(kernel.ThreadAddress.Value + 0xB8, out ulong used));
        Assert.Equal(process, used);
    }

    [SkippableTheory]
    [InlineData("19041_3b.dmp", ContextOrigin.BugCheckContext, "ntoskrnl.exe", 0x23DE5A)]
    [InlineData("19041_d1.dmp", ContextOrigin.StackTrapFrame, "ks.sys", 0x1AE9)]
    [InlineData("26100_50.dmp", ContextOrigin.StackTrapFrame, "ntoskrnl.exe", 0x860702)]
    [InlineData("26100_a_small.dmp", ContextOrigin.StackTrapFrame, "ntoskrnl.exe", 0xBAD403)]
    [InlineData("9600_50.dmp", ContextOrigin.StackTrapFrame, "ntoskrnl.exe", 0x3F2151)]
    [InlineData("9600_7e.dmp", ContextOrigin.Header, "RTKVHD64.sys", 0x5D28)]
    [InlineData("triage_x64.dmp", ContextOrigin.Header, "amdppm.sys", 0x334C)]
    public void The_registers_of_the_fault_are_found_and_proved_by_the_parameters(string name, ContextOrigin origin, string module, uint offset)
    {
        WindowsKernel kernel = Read(name);

        CapturedContext fault = kernel.Contexts.First(c => c.IsBugCheckFault);
        Assert.Equal(origin, fault.Origin);
        KernelFault.Kernels.KernelModule found = kernel.ModuleAt(fault.Registers.InstructionPointer)!;
        Assert.Equal((module, offset), (found.Name, (uint)(fault.Registers.InstructionPointer - found.BaseAddress)));
    }

    [SkippableTheory]
    [InlineData("19041_101.dmp")]
    [InlineData("19041_116.dmp")]
    [InlineData("19041_4a.dmp")]
    [InlineData("19041_9f.dmp")]
    [InlineData("19041_ef.dmp")]
    [InlineData("26100_13a.dmp")]
    public void Where_no_instruction_faulted_no_context_is_called_the_fault(string name)
    {
        Assert.DoesNotContain(Read(name).Contexts, c => c.IsBugCheckFault);
    }

    [SkippableFact]
    public void A_trap_frame_gives_only_the_registers_it_saves()
    {
        CapturedContext frame = Read("26100_50.dmp").Contexts.First(c => c.Origin == ContextOrigin.StackTrapFrame);

        Assert.Null(frame.Registers["rbx"]);
        Assert.Null(frame.Registers["r15"]);
        Assert.NotNull(frame.Registers["rax"]);
        Assert.Equal(0x10ul, frame.Registers["cs"]);
    }

    [SkippableFact]
    public void An_exception_frame_below_a_trap_frame_gives_the_other_registers()
    {
        WindowsKernel kernel = Read("19041_d1.dmp");
        CapturedContext frame = kernel.Contexts.First(c => c.Origin == ContextOrigin.StackTrapFrame);
        RegisterSet header = kernel.Contexts.First(c => c.Origin == ContextOrigin.Header).Registers;

        Assert.Equal(0x29ul, frame.FaultAddress!.Value.ToUInt64());
        foreach (string register in (string[])["rbx", "rsi", "rdi", "r12", "r13", "r14", "r15"])
        {
            Assert.NotNull(frame.Registers[register]);
            Assert.Equal(header[register], frame.Registers[register]);
        }
    }

    [SkippableFact]
    public void Every_processor_tells_what_it_was_doing()
    {
        WindowsKernel kernel = Read("19041_101.dmp");

        Assert.Equal(Enumerable.Range(0, 16), kernel.Processors.Select(p => (int)p.Number));
        Assert.Equal(5u, kernel.Processors.Single(p => p.IsCrashing).Number);

        // 0x101: parameter 3 is the KPRCB of the processor that hung, parameter 4 its number.
        ProcessorState hung = kernel.Processors[2];
        Assert.Equal(0xffff98802b36a180, hung.PrcbAddress.ToUInt64());
        Assert.False(hung.IsIdle);
        Assert.Equal(0xffff98802b3d20f0, hung.Registers!.StackPointer.ToUInt64());
        Assert.Equal("ntoskrnl.exe", kernel.ModuleAt(hung.Registers.InstructionPointer)!.Name);
        Assert.Equal("amdppm.sys", kernel.ModuleAt(kernel.Processors[6].Registers!.InstructionPointer)!.Name);
        Assert.True(kernel.Processors[6].IsIdle);
    }

    [SkippableTheory]
    [InlineData("19041_116.dmp", 4)]
    [InlineData("19041_9f.dmp", 20)]
    [InlineData("26100_13a.dmp", 1)]
    [InlineData("9600_7e.dmp", 1)]
    public void As_many_processors_are_told_as_the_dump_holds(string name, int count)
    {
        Assert.Equal(count, Read(name).Processors.Count);
    }

    [SkippableFact]
    public void The_call_from_user_mode_comes_last_and_says_so()
    {
        CapturedContext entry = Read("19041_4a.dmp").Contexts[^1];

        // KeBugCheckEx's first parameter here: the system call's return address in user mode.
        Assert.True(entry.IsUserMode);
        Assert.Equal(0x7ffe7350d0c4ul, entry.Registers.InstructionPointer.ToUInt64());
    }

    [SkippableTheory]
    [InlineData("9600_7e.dmp", 0ul, 0x4000010Bul)]
    [InlineData("triage_x64.dmp", 1ul, ulong.MaxValue)]
    public void The_exception_record_of_the_parameters_is_read(string name, ulong access, ulong address)
    {
        WindowsExceptionRecord exception = Read(name).Exception!;

        Assert.Equal(0xC0000005, exception.Code);
        Assert.Equal([access, address], exception.Parameters);
    }

    [SkippableTheory]
    [InlineData("19041_4a.dmp", 490841, 2097037, 16102)]
    [InlineData("26100_13a.dmp", 2239607, 16758961, 172968)]
    [InlineData("26100_50.dmp", 1240841, 16758961, 59504)]
    [InlineData("26100_a_small.dmp", 1530172, 7967055, 186043)]
    [InlineData("9600_50.dmp", 283927, 8359633, 70412)]
    public void Commit_and_pool_figures_are_read(string name, ulong committed, ulong limit, ulong nonPaged)
    {
        MemoryManagerFacts facts = Read(name).MemoryManager!;

        Assert.Equal((committed, limit, nonPaged), (facts.CommittedPages!.Value, facts.CommitLimitPages!.Value, facts.NonPagedPoolPages!.Value));
        Assert.True(facts.PeakCommitPages >= facts.CommittedPages);
    }

    [SkippableFact]
    public void An_empty_memory_manager_block_is_a_warning_and_no_figures()
    {
        WindowsKernel kernel = Read("triage_x64.dmp");

        Assert.Null(kernel.MemoryManager);
        Assert.Contains(kernel.Warnings, w => w.Contains("memory-manager", StringComparison.Ordinal));
    }

    [SkippableFact]
    public void Driver_Verifiers_flags_are_read_by_name()
    {
        VerifierFacts verifier = Read("26100_a_small.dmp").Verifier!;

        Assert.Equal(0x1209BBu, verifier.Flags);
        Assert.Contains("Special pool", verifier.FlagNames);
        Assert.Contains("DDI compliance checking", verifier.FlagNames);
        Assert.Equal(0u, Read("26100_50.dmp").Verifier!.Flags);
    }

    [SkippableFact]
    public void Black_boxes_are_decoded()
    {
        WindowsKernel kernel = Read("26100_13a.dmp");

        BlackBox boot = kernel.BlackBoxes.Single(b => b.Name == "BLACKBOXBSD");
        Assert.Equal(("200", "183", "182"), (boot.Values["Version"], boot.Values["LastBootId"], boot.Values["LastReportedAbnormalShutdownBootId"]));
        Assert.Equal("ShellStartupShellStarted", kernel.BlackBoxes.Single(b => b.Name == "BLACKBOXWINLOGON").Values["ThreadName"]);
        Assert.Equal("0", kernel.BlackBoxes.Single(b => b.Name == "BLACKBOXNTFS").Values["SlowIoCount"]);
        Assert.StartsWith(@"SWD\MMDEVAPI\", kernel.BlackBoxes.Single(b => b.Name == "BLACKBOXPNP").Values["DeviceId"], StringComparison.Ordinal);
        Assert.Equal("AMD Ryzen 5 5600X 6-Core Processor", kernel.ProcessorName);
    }

    [SkippableFact]
    public void Symbols_and_the_table_of_layouts_tell_the_same()
    {
        using WindowsTriageDump dump = RealTriageDumpTests.Open("triage_x64.dmp");
        WindowsKernel table = WindowsKernelReader.Read(dump, null);
        KernelFault.Kernels.ISymbolSource? symbols =
            new KernelFault.Kernels.Symbols.SymbolStore([Corpus.File(Path.Combine("corpus", "symbols"))]).Find(dump, table.Modules[0]);

        WindowsKernel named = WindowsKernelReader.Read(dump, symbols);

        Assert.NotNull(symbols);
        Assert.Equal(
            (table.ProcessName, table.ProcessId, table.ThreadId, table.Irql, table.StackBase),
            (named.ProcessName, named.ProcessId, named.ThreadId, named.Irql, named.StackBase));
    }

    [SkippableTheory]
    [InlineData("9600_50.dmp", "Windows 8.1", "9600.18821.amd64fre.winblue_ltsb.170914-0600")]
    [InlineData("triage_x64.dmp", "Windows 10, version 2004 to 22H2", "19041.1.amd64fre.vb_release.191206-1406")]
    [InlineData("26100_50.dmp", "Windows 11, version 24H2 or 25H2", null)]
    public void Windows_is_named_by_its_build(string name, string windows, string? lab)
    {
        WindowsKernel kernel = Read(name);

        Assert.Equal((windows, lab, "Workstation"), (kernel.WindowsName, kernel.BuildLab, kernel.ProductType));
    }

    [SkippableFact]
    public void A_processor_without_registry_values_is_named_by_its_block()
    {
        Assert.Equal("AuthenticAMD family 23 model 96 stepping 1", Read("26100_a_small.dmp").ProcessorName);
    }

    [SkippableFact]
    public void Modules_have_name_path_stamp_and_checksum()
    {
        WindowsKernel kernel = Read("triage_x64.dmp");

        KernelFault.Kernels.KernelModule module = kernel.Modules.Single(m => m.Name == "amdppm.sys");
        Assert.Equal(@"\SystemRoot\System32\drivers\amdppm.sys", module.Path);
        Assert.Equal(0xD8333E6u, kernel.Modules[0].TimeDateStamp);
        Assert.Null(kernel.Modules[0].LinkTime);
        Assert.Equal(0xA5938Cu, kernel.Modules[0].CheckSum);
        Assert.Null(Read("26100_50.dmp").Modules[0].Path);
    }

    private static WindowsKernel Read(string name)
    {
        using WindowsTriageDump dump = RealTriageDumpTests.Open(name);
        return WindowsKernelReader.Read(dump, null);
    }
}
