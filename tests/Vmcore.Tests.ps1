# What is asked of Linux vmcores, as a person types it. The vmcores lie beside the clone, in ../shared.
BeforeDiscovery {
    $absent = -not (Test-Path "$(Split-Path $PSScriptRoot)/../shared/corpus/linux/null_deref/vmcore")
}

BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    $corpus = "$Root/../shared/corpus/linux"
    $v = "$corpus/null_deref/vmcore"
    $other = "$corpus/kdump_null_deref/vmcore"
    $windows = Join-Path $Samples 'network-driver-null-write.dmp'

    # Both the prompt's width and its colours would change what is printed.
    function Get-Shown {
        $rendering = $PSStyle.OutputRendering
        try {
            $PSStyle.OutputRendering = 'PlainText'
            ($input | Out-String -Width 160) -split '\r?\n' | ForEach-Object TrimEnd | Where-Object { $_ }
        }
        finally {
            $PSStyle.OutputRendering = $rendering
        }
    }
}

Describe 'A vmcore' -Skip:$absent {
    Context 'Get-CrashDump' {
        It 'shows what the header says' {
            $dump = Get-CrashDump $v
            $dump.Kind | Should -Be 'LinuxVmcore'
            $dump.Release | Should -Be '6.1.0-56-amd64'
            $dump.Compression | Should -Be 'Zlib'
            $dump.PagesPresent | Should -BeGreaterThan 1000
            ($dump | Get-Shown)[-1] | Should -Match '^vmcore .*LinuxVmcore 6\.1\.0-56-amd64$'
        }
    }

    Context 'Get-CrashDumpModule' {
        It 'tells state, taint and version of each module' {
            $modules = Get-CrashDumpModule $v
            $modules[0].Name | Should -Be 'vmlinux'
            $module = $modules | Where-Object Name -eq kf_faults
            $module.State | Should -Be 'Coming'
            $module.Taint | Should -Be 'OE'
            $module.FileVersion | Should -Be '1.0'
            $module.IsOperatingSystem | Should -BeFalse
        }

        It 'shows them without the columns of Windows' {
            Get-CrashDumpModule $v -Name kf_* | Get-Shown | Select-Object -Last 1 | Should -Match '^0x[0-9a-f]{16} +\d+ kf_faults +Coming +OE +1\.0$'
        }
    }

    Context 'Get-CrashDumpLog' {
        It 'is the text that the console printed' {
            $console = Get-Content "$corpus/null_deref/console.log" | Where-Object { $_ -match 'RIP: 0010:' } | Select-Object -First 1
            $line = (Get-CrashDumpLog $v | ForEach-Object { "$_" }) -match 'RIP: 0010:' | Select-Object -First 1
            ($line -split 'RIP: ')[1] | Should -Be ($console -split 'RIP: ')[1].TrimEnd()
        }

        It 'shows itself as dmesg does' {
            (Get-CrashDumpLog $v | Select-Object -First 1 | Get-Shown)[0] | Should -Match '^\[    0\.000000\].* Linux version 6\.1\.0-56-amd64'
        }

        It 'shows message under message, without blank lines' {
            $shown = Get-CrashDumpLog $v | Select-Object -Last 3 | Out-String -Width 300
            ($shown.Trim() -split '\r?\n') | Should -HaveCount 3
        }

        It 'keeps to a level' {
            $grave = Get-CrashDumpLog $v -Level Error
            $grave.Count | Should -BeGreaterThan 0
            $grave.Level | Should -Not -Contain ([Enum]::Parse($grave[0].Level.GetType(), 'Information'))
        }
    }

    Context 'Get-CrashDumpThread' {
        It 'is filtered as a person writes it' {
            $threads = Get-CrashDumpThread $v | Where-Object State -eq 'Idle'
            $threads.Count | Should -BeGreaterThan 5
            $threads.StateLetter | Select-Object -Unique | Should -Be 'I'
            Get-CrashDumpThread $v | Where-Object State -eq 'Uninterruptible' | ForEach-Object StateLetter | Select-Object -Unique | Should -BeIn 'D', $null
        }

        It 'lists each processor''s idle task first, then init' {
            (Get-CrashDumpThread $v | Select-Object -First 3).Name | Should -Be 'swapper/0', 'swapper/1', 'init'
        }

        It 'finds by name and by id' {
            (Get-CrashDumpThread $v KTHREAD?).ThreadId | Should -Be 2
            (Get-CrashDumpThread $v -Id 1, 2).Name | Should -Be 'init', 'kthreadd'
        }

        It 'gives the stacks of what ran' {
            $frames = (Get-CrashDumpThread $v -Running -IncludeStack).Stack
            $frames.Function | Should -Contain 'panic'
            $frames.Function | Should -Contain 'do_syscall_64'
            $frames[0].Trust | Should -Be 'Context'
        }

        It 'walks no stack that is not asked for' {
            (Get-CrashDumpThread $v -Id 1).Stack | Should -BeNullOrEmpty
        }

        It 'shows a table as ps does' {
            $shown = Get-CrashDumpThread $v -Id 2 | Get-Shown
            $shown[0] | Should -Match '^ +Dump: .*vmcore$'
            $shown[1] | Should -Match 'PID +PPID +CPU +State +RSS\(KiB\) +VSZ\(KiB\) +Name'
            $shown[-1] | Should -Match '^ +2 +0 +\d +Interruptible +\[kthreadd\]$'
        }

        It 'shows a stack as bt does' {
            $shown = Get-CrashDumpThread $v -Running -IncludeStack | Where-Object Processor -eq 0 | Get-Shown
            $shown[0] | Should -Match '^PID 92  busybox  Running  CPU 0  task_struct 0x[0-9a-f]{16}$'
            $shown[1] | Should -Match '^  0 \* 0x[0-9a-f]{16}  vmlinux!delay_tsc\+0x33'
            $shown | Should -Contain ($shown -match 'vmlinux!panic\+0x')[0]
        }

        It 'shows frames as a table' {
            $shown = (Get-CrashDumpThread $v -Running -IncludeStack)[0].Stack | Select-Object -First 1 | Get-Shown
            $shown[0] | Should -Match '# Trust +Address +Symbol'
            $shown[-1] | Should -Match '^ +0 Context +0x[0-9a-f]{16} vmlinux!'
        }
    }

    Context 'Get-KernelSymbol' {
        It 'takes wildcards, and ends early' {
            $watch = [Diagnostics.Stopwatch]::StartNew()
            $symbols = Get-KernelSymbol $v 'vfs_*' | Select-Object -First 3
            $symbols | Should -HaveCount 3
            $symbols.Name | ForEach-Object { $_ | Should -BeLike 'vfs_*' }
            $watch.Elapsed.TotalSeconds | Should -BeLessThan 10
        }

        It 'takes names, places and numbers: <_>' -ForEach 'panic', 'panic+0x10', 'number', 'text', 'object' {
            $panic = (Get-KernelSymbol $v panic).Address
            $what = switch ($_) {
                'number' { [Convert]::ToInt64($panic.Hex, 16) }
                'text' { $panic.Hex }
                'object' { $panic }
                default { $_ }
            }
            (Get-KernelSymbol $v $what).Name | Should -Be 'panic'
            (Get-KernelSymbol $v -Address $what).Address | Should -Be $panic
        }

        It 'says what it does not find' {
            Get-KernelSymbol $v no_such_symbol, panic -ErrorAction SilentlyContinue -ErrorVariable problems | ForEach-Object Name | Should -Be 'panic'
            $problems[0].FullyQualifiedErrorId | Should -Be 'SymbolNotFound,KernelFault.Cmdlets.GetKernelSymbolCommand'
            $problems[0].TargetObject | Should -Be 'no_such_symbol'
            Get-KernelSymbol $v 'no_such_symbol*' | Should -BeNullOrEmpty
        }

        It 'shows a table' {
            Get-KernelSymbol $v panic | Get-Shown | Select-Object -Last 1 | Should -Match '^0x[0-9a-f]{16} T +\d+ +panic$'
        }
    }

    Context 'Get-PageTableEntry' {
        It 'takes addresses as PowerShell reads them' {
            # A literal, a negative number, two of them, and an unsigned one.
            $number = 0xffffffffff000000
            $number | Should -BeLessThan 0
            foreach ($walk in @(Get-PageTableEntry $v 0xffffffffff000000) + @(Get-PageTableEntry $v $number) + @(Get-PageTableEntry $v $number, 0xffffffffff000000) + @(Get-PageTableEntry $v ([ulong]18446744073692774400))) {
                $walk.Address.Hex | Should -Be '0xffffffffff000000'
            }

            (Get-PageTableEntry $v 0x81000000).Address.Hex | Should -Be '0x0000000081000000'
            $wrapped = 0x81000000
            (Get-PageTableEntry $v $wrapped).Address.Hex | Should -Be '0x0000000081000000'
            (Get-PageTableEntry $v ffffffffff000000).Address.Hex | Should -Be '0xffffffffff000000'
        }

        It 'shows the walk as vtop does' {
            $walk = Get-PageTableEntry $v panic
            $walk.Stop | Should -Be 'Translated'
            $walk.Levels.Name | Should -Be 'pgd', 'pud', 'pmd'
            $shown = $walk | Get-Shown
            $shown[0] | Should -Be $walk.Address.Hex
            $shown[1] | Should -Match '^  pgd at 0x[0-9a-f]{16}: 0x[0-9a-f]{16} P RW'
            $shown[-1] | Should -BeLike "  maps physical address $($walk.PhysicalAddress.Hex), page of 2097152 bytes"
        }
    }

    Context 'Read-CrashDumpMemory' {
        It 'reads text and words' {
            $lines = Read-CrashDumpMemory $v linux_banner 20
            $lines.Text -join '' | Should -Be 'Linux version 6.1.0-'
            $lines[0].Words[0] | Should -Be '0x65762078756e694c'
            $lines[1].Bytes.Count | Should -Be 4
            $lines | Get-Shown | Should -Be @(
                "$($lines[0].Address): 0x65762078756e694c 0x2e36206e6f697372  Linux version 6."
                "$($lines[1].Address): 31 2e 30 2d  1.0-")
        }

        It 'names what words point to' {
            (Read-CrashDumpMemory $v sys_call_table 8).Symbols | Should -Be '__x64_sys_read+0x0'
            Read-CrashDumpMemory $v sys_call_table 8 | Get-Shown | Should -BeLike '*  __x64_sys_read+0x0'
        }

        It 'reads the same bytes by their physical address' {
            $physical = (Get-PageTableEntry $v linux_banner).PhysicalAddress
            (Read-CrashDumpMemory $v $physical 16 -Physical).Text | Should -Be 'Linux version 6.'
        }

        It 'says why there is nothing' {
            (Read-CrashDumpMemory $v 0x18 8).Missing | Should -Be 'not mapped'
        }
    }

    Context 'Get-KernelObject' {
        It 'follows a list' {
            Get-KernelObject $v module modules -List list | Select-Object name | ForEach-Object name | Should -Be 'kf_faults', 'qemu_fw_cfg'
        }

        It 'reads members as properties' {
            $task = Get-KernelObject $v task_struct init_task
            $task.comm | Should -Be 'swapper/0'
            $task.tasks._Type | Should -Be 'struct list_head'
            $task._Address | Should -Be (Get-KernelSymbol $v init_task).Address.Hex
            (Get-KernelObject $v 'struct task_struct' $task.parent).comm | Should -Be 'swapper/0'
        }

        It 'opens as many levels as wanted' {
            (Get-KernelObject $v task_struct init_task -Depth 0).tasks | Should -BeLike 'struct list_head at 0x*'
            (Get-KernelObject $v task_struct init_task -Depth 2).se.run_node.__rb_parent_color | Should -Not -BeNullOrEmpty
        }

        It 'describes a type' {
            $type = Get-KernelObject $v list_head
            $type.Size | Should -Be 16
            $type.Members.Name | Should -Be 'next', 'prev'
            $type | Get-Shown | Should -Be 'struct list_head {', '       [0]    struct list_head *next;', '       [8]    struct list_head *prev;', '}', 'SIZE: 16'
        }

        It 'takes what other cmdlets write' {
            (Get-CrashDumpThread $v -Id 1 | Get-KernelObject -Type task_struct).comm | Should -Be 'init'
        }

        It 'says what the kernel does not have: <id>' -ForEach @(
            @{ id = 'TypeNotFound'; arguments = @{ Type = 'no_such_type' } }
            @{ id = 'MemberNotFound'; arguments = @{ Type = 'module'; Address = 'modules'; List = 'lost' } }
            @{ id = 'AddressNotFound'; arguments = @{ Type = 'module'; Address = 'nowhere' } }
        ) {
            Get-KernelObject $v @arguments -ErrorAction SilentlyContinue -ErrorVariable problems | Should -BeNullOrEmpty
            $problems.FullyQualifiedErrorId | Should -Be "$id,KernelFault.Cmdlets.GetKernelObjectCommand"
        }
    }

    Context 'Get-SlabObject' {
        It 'finds the object of each that the pipeline brings, and opens the file once' {
            $slabs = Get-CrashDumpThread $v -Id 1, 2 | Get-SlabObject
            $slabs.CacheName | Should -Be 'task_struct', 'task_struct'
            $slabs.State | Should -Be 'Allocated', 'Allocated'
            $slabs.Offset | Should -Be 0, 0
        }

        It 'shows a few lines' {
            $task = (Get-CrashDumpThread $v -Id 1).Address
            $shown = Get-SlabObject $v $task | Get-Shown
            $shown[0] | Should -Match '^Cache    task_struct  0x[0-9a-f]{16}$'
            $shown[1] | Should -BeLike "Object   $($task.Hex) +0x0  *"
            $shown[2] | Should -Be 'State    Allocated'
        }

        It 'says that an address is in none' {
            Get-SlabObject $v panic -ErrorAction SilentlyContinue -ErrorVariable problems | Should -BeNullOrEmpty
            $problems.FullyQualifiedErrorId | Should -Be 'SlabObjectNotFound,KernelFault.Cmdlets.GetSlabObjectCommand'
        }
    }

    Context 'Get-KernelDisassembly and Get-ExceptionTableEntry' {
        It 'decodes a function to its end' {
            $function = Get-KernelSymbol $v vfs_read
            $code = Get-KernelDisassembly $v vfs_read
            $code[0].Address | Should -Be $function.Address
            ($code.Bytes -join '').Length / 2 | Should -Be $function.Size
            ($code | Where-Object Text -Like 'call*').TargetSymbol | Should -Contain 'rw_verify_area+0x0'
        }

        It 'decodes as many as wanted, in either syntax' {
            Get-KernelDisassembly $v vfs_read 2 | Should -HaveCount 2
            (Get-KernelDisassembly $v vfs_read+0x5 1).Text | Should -Be 'push r15'
            (Get-KernelDisassembly $v vfs_read+0x5 1 -Syntax Att).Text | Should -Be 'push %r15'
        }

        It 'takes the frames of a stack' {
            $frames = (Get-CrashDumpThread $v -Running -IncludeStack)[0].Stack
            ($frames | Get-KernelDisassembly $v -Count 1).Symbol | Should -HaveCount $frames.Count
        }

        It 'finds where a fault is expected' {
            $entry = Get-KernelDisassembly $v __get_user_1 | Get-ExceptionTableEntry $v -ErrorAction Ignore | Select-Object -First 1
            (Get-KernelSymbol $v -Address $entry.Instruction).Name | Should -Be '__get_user_1'
            $entry.HandlerType | Should -Be 'UACCESS'
            Get-ExceptionTableEntry $v panic -ErrorAction SilentlyContinue -ErrorVariable problems | Should -BeNullOrEmpty
            $problems.FullyQualifiedErrorId | Should -Be 'ExceptionTableEntryNotFound,KernelFault.Cmdlets.GetExceptionTableEntryCommand'
        }
    }

    Context 'Get-KernelFaultAnalysis' {
        It 'answers on one page, the other processors and the page tables on it' {
            $shown = Get-KernelFaultAnalysis $v | Get-Shown
            $shown[0] | Should -BeLike 'BUG: *'
            $shown -match '^Page tables +- pgd at' | Should -HaveCount 1
            $shown -match '^Processors +- 1: busybox \(91\) in stop_this_cpu' | Should -HaveCount 1
            $shown.Count | Should -BeLessThan 110
        }
    }

    Context 'Files' {
        It 'may be several, by wildcard' {
            $all = Get-CrashDumpThread "$corpus/*null_deref/vmcore" -Running
            $all.DumpPath | Select-Object -Unique | Should -HaveCount 3
        }

        It 'may come through the pipeline' {
            (Get-ChildItem $v, $other | Get-KernelSymbol -Name panic).Name | Should -Be 'panic', 'panic'
            (Get-CrashDump $v | Get-KernelSymbol -Name panic).Name | Should -Be 'panic'
            ($v, $other | Get-KernelSymbol -Name panic).Name | Should -Be 'panic', 'panic'
        }

        It 'may look like a pattern' {
            $file = Join-Path $TestDrive 'a[1].vmcore'
            [IO.File]::Copy((Resolve-Path $v), $file)
            (Get-KernelSymbol -LiteralPath $file panic).Name | Should -Be 'panic'
            (Get-KernelSymbol $file panic).Name | Should -Be 'panic'
        }
    }
}

Describe '<_>' -ForEach 'Get-CrashDumpLog', 'Get-CrashDumpThread', 'Get-KernelSymbol', 'Get-PageTableEntry', 'Read-CrashDumpMemory', 'Get-KernelObject', 'Get-SlabObject', 'Get-ExceptionTableEntry', 'Get-KernelDisassembly' {
    BeforeAll {
        $cmdlet = $_
        $more = switch ($cmdlet) {
            'Get-KernelObject' { @{ Type = 'list_head' } }
            { (Get-Command $_).Parameters['Address'].Attributes.Mandatory -contains $true } { @{ Address = 'panic' } }
            default { @{} }
        }
        $id = 'KernelFault.Cmdlets.' + ($cmdlet -replace '-') + 'Command'
    }

    It 'gives one error record for a dump of Windows, and one for a file that is not there' {
        $missing = Join-Path $TestDrive 'nowhere'
        & $cmdlet -Path $windows, $missing @more -ErrorAction SilentlyContinue -ErrorVariable problems | Should -BeNullOrEmpty
        $problems.FullyQualifiedErrorId | Should -Be "DumpFormat,$id", "FileNotFound,$id"
        $problems[0].TargetObject | Should -Be $windows
        $problems[0].Exception.Message | Should -BeLike '*memory of a Linux kernel*'
    }
}

Describe 'Ctrl+C' -Skip:$absent {
    It 'ends <_> at once' -ForEach 'Get-CrashDumpThread $v -IncludeStack', 'Get-KernelSymbol $v', 'Read-CrashDumpMemory $v 0 1073741824', 'Get-KernelDisassembly $v _stext 1000000' {
        Assert-StopsAtOnce "`$v = '$v'; while (`$true) { $_ }" -AfterMilliseconds 2500
    }
}
