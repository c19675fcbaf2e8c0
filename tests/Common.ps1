# Dot-sourced in BeforeAll of every suite: the module as built in this clone, and where things lie.
$Root = Split-Path $PSScriptRoot
Import-Module "$Root/KernelFault.psd1" -ErrorAction Stop
$Samples = Join-Path $Root 'samples'

# The console tool of the same clone, newest build: its output as one text without the last line break.
function Invoke-KernelFault {
    $tool = Get-ChildItem "$Root/src/KernelFault.Cli/bin/*/net10.0/KernelFault.Cli.dll" | Sort-Object LastWriteTime | Select-Object -Last 1
    (dotnet $tool.FullName @args) -join [Environment]::NewLine
}

# Starts a script with the module in a shell of its own, presses Ctrl+C while it works, and asserts that it stops at once.
function Assert-StopsAtOnce([string] $Script, [int] $AfterMilliseconds = 1500) {
    $shell = [powershell]::Create().AddScript("Import-Module '$Root/KernelFault.psd1'; $Script")
    try {
        $running = $shell.BeginInvoke()
        Start-Sleep -Milliseconds $AfterMilliseconds
        $running.IsCompleted | Should -BeFalse
        $watch = [Diagnostics.Stopwatch]::StartNew()
        $shell.Stop()
        $watch.ElapsedMilliseconds | Should -BeLessThan 1000
        $shell.InvocationStateInfo.State | Should -Be 'Stopped'
    }
    finally {
        $shell.Dispose()
    }
}

# A recording in a folder of its own; programs and scripts as hashtables with their output as text.
function New-Recording([hashtable] $Facts, [hashtable[]] $Programs = @(), [hashtable[]] $Scripts = @(), [hashtable] $Files = @{}) {
    $folder = (New-Item -ItemType Directory (Join-Path $TestDrive (New-Guid))).FullName
    $number = 0
    foreach ($one in $Programs + $Scripts) {
        if ($one.output) {
            $name = "$((++$number)).txt"
            [IO.File]::WriteAllText("$folder/$name", $one.output.Replace("`r`n", "`n"))
            $one.output = $name
        }
    }

    $content = foreach ($path in $Files.Keys) {
        $name = "$((++$number)).bin"
        [IO.File]::WriteAllBytes("$folder/$name", $Files[$path])
        @{ path = $path; content = $name; lastWriteTime = '2026-11-21T20:05:00Z' }
    }

    @{ facts = $Facts; programs = $Programs; scripts = $Scripts; files = @($content); log = 'calls.txt' } | ConvertTo-Json -Depth 6 | Set-Content "$folder/recording.json"
    $folder
}

# What a Linux of 6.1 answers when it is asked for the settings of Get-KernelDebugOption.
function Get-LinuxSettings {
    @{ program = '/bin/sh'; arguments = @('-s', '/sys/module/kfence/parameters/sample_interval', '/proc/sys/kernel/panic_on_oops', '/proc/sys/kernel/panic_on_warn', '/proc/sys/kernel/softlockup_panic', '/proc/sys/kernel/hung_task_panic')
        output = "now`t/proc/sys/kernel/panic_on_oops`t0`nnow`t/proc/sys/kernel/panic_on_warn`t0`ncmdline`tro quiet`nloader`tgrub.d`nend`n" }
}

# What it answers when it is asked whether its page-fault handler can be traced.
function Get-TraceLook {
    $names = '(do_page_fault|__do_page_fault|trace_do_page_fault|exc_page_fault|do_user_addr_fault|do_kern_addr_fault|handle_mm_fault)([.](isra|constprop|part|llvm)[.][0-9]+)*'
    @{ program = '/bin/sh'; arguments = @('-s', $names, 'do_page_fault', 'exceptions/page_fault_user', 'exceptions/page_fault_kernel')
        output = "folder`t/sys/kernel/tracing`ninstances`tyes`nkprobes`tyes`ntracepoint`texceptions/page_fault_user`nsymbol`tffffffffa5248560 T exc_page_fault`nrefused`t0xffffffffa5248560-0xffffffffa52486d0`texc_page_fault`nend`n" }
}
