# The text of a kernel log, from wherever it comes.
BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    $log = Join-Path $Samples 'linux-null-pointer.log'
    $title = 'BUG: unable to handle kernel NULL pointer dereference in update_counter'
    $lines = [IO.File]::ReadAllLines($log)
    $ordinary = '[    1.000000] usb 1-1: new high-speed USB device number 2 using xhci_hcd'
}

Describe 'A log as text' {
    It 'is taken line by line, as a program writes it' {
        $answer = $lines | Get-KernelFaultAnalysis
        $answer.Title | Should -Be $title
        $answer.Kind | Should -Be 'KernelLog'
        $answer.Path | Should -Be '-'
    }

    It 'is taken from a native program' -Skip:($IsWindows -or -not (Get-Command cat -CommandType Application -ErrorAction Ignore)) {
        $program = Get-Command cat -CommandType Application | Select-Object -First 1
        (& $program $log | Get-KernelFaultAnalysis).Title | Should -Be $title
    }

    It 'is taken from Get-Content, with its file named' {
        $answer = Get-Content $log | Get-KernelFaultAnalysis
        $answer | Should -HaveCount 1
        $answer.Title | Should -Be $title
        $answer.Path | Should -Be $log
    }

    It 'is taken in one piece from Get-Content -Raw' {
        $answer = Get-Content -Raw $log | Get-KernelFaultAnalysis
        $answer.Title | Should -Be $title
        $answer.Path | Should -Be $log
    }

    It 'is taken from -InputObject' {
        (Get-KernelFaultAnalysis -InputObject ($lines -join "`n")).Title | Should -Be $title
    }

    It 'gives the same answer as its file' {
        $piped = Get-Content $log | Get-KernelFaultAnalysis | ConvertTo-Json -Depth 20
        $piped | Should -BeExactly (Get-KernelFaultAnalysis $log | ConvertTo-Json -Depth 20)
    }

    It 'is told apart by file when Get-Content reads several' {
        $answers = Get-Content "$Samples/*.log" | Get-KernelFaultAnalysis
        $answers.Path | Should -Be (Get-ChildItem "$Samples/*.log").FullName
        $answers.Title | Should -Be (Get-ChildItem "$Samples/*.log" | Get-KernelFaultAnalysis).Title
    }

    It 'is taken as the journal writes it in JSON' {
        $journal = $lines | ForEach-Object {
            # Parsed and written again: the text of a console has no time of day.
            [pscustomobject]@{ __CURSOR = 's=1'; _BOOT_ID = 'b1'; __REALTIME_TIMESTAMP = '1795240308000000'; _TRANSPORT = 'kernel'; MESSAGE = $_ -replace '^\[ *[0-9.]+\] ' } | ConvertTo-Json -Compress
        }
        ($journal | Get-KernelFaultAnalysis).Title | Should -Be $title
    }

    It 'begins with <what>' -ForEach @(
        @{ what = 'an empty line'; first = '' }
        @{ what = 'a line without a blank'; first = '---' }
        @{ what = 'a line that looks like a path'; first = '/dev/sda1: clean, 1/2 files' }
        @{ what = 'a line that looks like a pattern'; first = '[    0.000000] Linux version 6.1.0' }
    ) {
        (@($first) + $lines | Get-KernelFaultAnalysis).Title | Should -Be $title
    }

    It 'without a crash says so' {
        $answer = $ordinary, $ordinary | Get-KernelFaultAnalysis
        $answer.Title | Should -Be 'No crash in this log'
        $answer.Linux.IsCrash | Should -BeFalse
    }

    It 'takes a path in a log for text' {
        ($ordinary, $log | Get-KernelFaultAnalysis).Title | Should -Be 'No crash in this log'
    }

    It 'sums several logs up' {
        (Get-Content "$Samples/*.log" | Get-KernelFaultAnalysis -Summarize).Crashes | Should -HaveCount 2
    }

    It 'of <_> lines needs no memory to speak of' -ForEach 100000 {
        $count = $_
        [GC]::Collect()
        $before = [GC]::GetTotalMemory($true)
        $answer = & { $lines; for ($i = 0; $i -lt $count; $i++) { $ordinary } } | Get-KernelFaultAnalysis
        $answer.Title | Should -Be $title
        [GC]::GetTotalMemory($true) - $before | Should -BeLessThan 16MB
    }

    It 'stops at once' {
        Assert-StopsAtOnce "& { while (`$true) { 'usb 1-1: ordinary line' } } | Get-KernelFaultAnalysis"
    }
}

Describe 'Strings that are paths' {
    It 'stay paths after <_>' -ForEach 'a file that is there', 'a pattern', 'a file that is not there' {
        $first = switch ($_) {
            'a file that is there' { $log }
            'a pattern' { "$Samples/*pointer.log" }
            'a file that is not there' { 'nowhere.dmp' }
        }
        $answers = $first, $log | Get-KernelFaultAnalysis -ErrorAction SilentlyContinue -ErrorVariable problems
        $answers[-1].Path | Should -Be $log
        $problems.Count | Should -Be ([int]($first -eq 'nowhere.dmp'))
    }

    It 'of files that are not there are errors' {
        'nowhere.dmp', "$TestDrive/no where.dmp" | Get-KernelFaultAnalysis -ErrorAction SilentlyContinue -ErrorVariable problems | Should -BeNullOrEmpty
        $problems.FullyQualifiedErrorId | Should -Be @(@('FileNotFound,KernelFault.Cmdlets.GetKernelFaultAnalysisCommand') * 2)
    }

    It 'may come from a list' {
        $list = Join-Path $TestDrive 'list.txt'
        Set-Content $list (Get-ChildItem "$Samples/*.log").FullName
        (Get-Content $list | Get-KernelFaultAnalysis).Path | Should -Be (Get-ChildItem "$Samples/*.log").FullName
    }
}
