# Tracing functions of a Linux kernel and its options for debugging, on recordings made of what Linux 6.1 writes.
BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    $facts = @{ platform = 'Linux'; operatingSystem = 'Debian GNU/Linux 12 (bookworm)'; architecture = 'x64'; isElevated = $true }

    function New-Trace([string] $Output, [double] $Seconds = 0) {
        New-Recording $facts @(
            Get-TraceLook
            @{ program = '/bin/sh'; arguments = @('-s', '/sys/kernel/tracing', '10', '4096', '0', '', 'exceptions/page_fault_user'); output = $Output; seconds = $Seconds }
        )
    }

    $events = -join (1..40 | ForEach-Object { "     page-faults-375     (    375) [000] .....   388.6{0:d5}: page_fault_user: address=0x7f{0:x4}000 ip=0x401000 error_code=0x6`n" -f $_ })
    $read = Get-LinuxSettings
}

Describe 'Trace-KernelFunction' {
    It 'writes typed events and says that tracepoints stand for the function' {
        $machine = "recorded://$(New-Trace "kernelfault start 9`n${events}kernelfault end`n")"
        $all = Trace-KernelFunction do_page_fault -ComputerName $machine -Confirm:$false -WarningVariable warnings -WarningAction SilentlyContinue
        $all.Count | Should -Be 40
        $all[0].Function | Should -Be 'exc_page_fault'
        $all[0].Tracepoint | Should -Be 'page_fault_user'
        $all[0].Arguments[0].Value | Should -Be '0x7f0001000'
        "$warnings" | Should -Match 'blacklist'
        $all | Out-String -Width 160 | Should -Match 'page-faults\[375\]\s+page_fault_user\s+address=0x7f0001000 ip=0x401000'
        ($all | ConvertTo-Json -Depth 5 | ConvertFrom-Json)[0].Address.Hex | Should -Be '0xffffffffa5248560'
    }

    It 'tells lost events in a warning' {
        $machine = "recorded://$(New-Trace "kernelfault start 9`nCPU:1 [LOST 77 EVENTS]`n${events}kernelfault end`n")"
        $null = Trace-KernelFunction exc_page_fault -ComputerName $machine -WarningVariable warnings -WarningAction SilentlyContinue -ErrorAction Ignore
        $null = Trace-KernelFunction do_page_fault -ComputerName $machine -WarningVariable warnings -WarningAction SilentlyContinue
        "$warnings" | Should -Match '77 events were lost'
    }

    It 'sets nothing with -WhatIf' {
        $folder = New-Trace $events
        Trace-KernelFunction do_page_fault -ComputerName "recorded://$folder" -WhatIf -WarningAction SilentlyContinue | Should -BeNullOrEmpty
        @(Get-Content "$folder/calls.txt" | Where-Object { $_ -match '/sys/kernel/tracing' }).Count | Should -Be 0
    }

    It 'streams while the trace runs' {
        $machine = "recorded://$(New-Trace "kernelfault start 9`n${events}kernelfault end`n" 60)"
        $watch = [Diagnostics.Stopwatch]::StartNew()
        Trace-KernelFunction do_page_fault -ComputerName $machine -WarningAction SilentlyContinue | Select-Object -First 1 | Should -Not -BeNullOrEmpty
        $watch.Elapsed.TotalSeconds | Should -BeLessThan 20
    }

    It 'stops at once on Ctrl+C' {
        $machine = "recorded://$(New-Trace "kernelfault start 9`n${events}kernelfault end`n" 60)"
        Assert-StopsAtOnce "Trace-KernelFunction do_page_fault -ComputerName '$machine' -WarningAction SilentlyContinue"
    }

    It 'refuses what is no name, and Windows' {
        { Trace-KernelFunction 'a;reboot' -ComputerName 'recorded://nowhere' } | Should -Throw -ErrorId 'NoSuchName*'
        $null = Trace-KernelFunction vfs_read -ComputerName "recorded://$(New-Recording @{ platform = 'Windows'; isElevated = $true })" -ErrorVariable failed -ErrorAction SilentlyContinue
        "$($failed[0].FullyQualifiedErrorId)" | Should -Match 'NotLinux'
    }
}

Describe 'Get-KernelDebugOption and Set-KernelDebugOption' {
    It 'lists the options with what they catch' {
        $options = Get-KernelDebugOption -ComputerName "recorded://$(New-Recording $facts @($read.Clone()))"
        $options.Count | Should -Be 8
        ($options | Where-Object Name -EQ panic_on_oops).Value | Should -Be '0'
        (Get-KernelDebugOption *panic -ComputerName "recorded://$(New-Recording $facts @($read.Clone()))").Name | Should -Be 'softlockup_panic', 'hung_task_panic'
        $options | Out-String -Width 160 | Should -Match 'slub_debug'
    }

    It 'changes nothing with -WhatIf' {
        $folder = New-Recording $facts @($read.Clone())
        Set-KernelDebugOption panic_on_oops 1 -ComputerName "recorded://$folder" -WhatIf -WarningAction SilentlyContinue | Should -BeNullOrEmpty
        @(Get-Content "$folder/calls.txt" | Where-Object { $_ -notmatch '^Run /bin/sh' -and $_ -match '^(Run|WriteFile) ' }).Count | Should -Be 0
    }

    It 'does what it said' {
        $folder = New-Recording $facts @(
            $read.Clone()
            @{ program = 'mkdir'; arguments = @('-p', '-m', '755', '/var/lib/kernelfault') }
            @{ program = 'mkdir'; arguments = @('-p', '/etc/sysctl.d') }
            @{ program = 'tee'; arguments = @('/proc/sys/kernel/panic_on_oops') }
        )
        $result = Set-KernelDebugOption panic_on_oops 1 -ComputerName "recorded://$folder" -Confirm:$false -WarningAction SilentlyContinue
        $result.IsChanged | Should -BeTrue
        $result.NeedsRestart | Should -BeFalse
        $result.Steps.Text | Should -Contain 'tee /proc/sys/kernel/panic_on_oops'
    }

    It 'refuses values, names and mixtures before any machine is asked' {
        { Set-KernelDebugOption panic_on_oops 7 } | Should -Throw -ErrorId 'NoSuchOption*'
        { Set-KernelDebugOption panic_on_opps 1 } | Should -Throw -ErrorId 'NoSuchOption*'
        { Set-KernelDebugOption panic_on_oops } | Should -Throw -ErrorId 'NothingToChange*'
        { Set-KernelDebugOption panic_on_oops 1 -Restore } | Should -Throw -ErrorId 'NothingToChange*'
    }

    It 'says that a name is wrong' {
        $null = Get-KernelDebugOption panic_on_opps -ComputerName "recorded://$(New-Recording $facts @($read.Clone()))" -ErrorVariable problem -ErrorAction SilentlyContinue
        $problem.FullyQualifiedErrorId | Should -BeLike 'KernelDebugOptionNotFound,*'
    }

    It 'completes names' {
        ([Management.Automation.CommandCompletion]::CompleteInput('Set-KernelDebugOption oops', 26, $null)).CompletionMatches.CompletionText | Should -Contain 'panic_on_oops'
    }
}
