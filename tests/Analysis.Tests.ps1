BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    $network = Join-Path $Samples 'network-driver-null-write.dmp'
    $bad = Join-Path $TestDrive 'bad.dmp'
    Set-Content -LiteralPath $bad -Value 'this is no dump'
}

Describe 'Get-KernelFaultAnalysis' {
    It 'answers for one file' {
        $answer = Get-KernelFaultAnalysis $network
        $answer | ForEach-Object { $_.PSObject.TypeNames[0] } | Should -Be 'KernelFault.Analysis.KernelFaultAnalysis'
        $answer.Path | Should -Be $network
        $answer.Culprit.Module | Should -Be 'contosonet.sys'
        $answer.StopCode.Code | Should -Be 0xD1
    }

    It 'expands wildcards' {
        (Get-KernelFaultAnalysis "$Samples/*.dmp").Path | Should -Be (Get-ChildItem "$Samples/*.dmp").FullName
    }

    It 'takes files from Get-ChildItem' {
        (Get-ChildItem "$Samples/*.dmp" | Get-KernelFaultAnalysis).Path | Should -Be (Get-ChildItem "$Samples/*.dmp").FullName
    }

    It 'takes paths and objects with <_> from the pipeline' -ForEach 'string', 'FullName', 'PSPath', 'LiteralPath', 'Path' {
        $in = if ($_ -eq 'string') { $network } else { [pscustomobject]@{ $_ = $network } }
        ($in | Get-KernelFaultAnalysis).Path | Should -Be $network
    }

    It 'takes what Get-CrashDump writes' {
        (Get-CrashDump "$Samples/*.dmp" | Where-Object StopCode -eq 0x124 | Get-KernelFaultAnalysis).Path | Should -BeLike '*processor-machine-check.dmp'
    }

    It 'finds a file whose name looks like a pattern, by <_>' -ForEach 'Path', 'LiteralPath', 'pipeline' {
        $odd = Join-Path $TestDrive 'a[1].dmp'
        [IO.File]::Copy($network, $odd, $true)
        $answer = switch ($_) {
            'Path' { Get-KernelFaultAnalysis -Path $odd }
            'LiteralPath' { Get-KernelFaultAnalysis -LiteralPath $odd }
            'pipeline' { Get-Item -LiteralPath $odd | Get-KernelFaultAnalysis }
        }
        $answer.Path | Should -Be $odd
    }

    It 'works relative to the current location' {
        Push-Location $Samples
        try { (Get-KernelFaultAnalysis ./network-driver-null-write.dmp).Path | Should -Be $network }
        finally { Pop-Location }
    }

    It 'keeps the order of the files whatever the number of workers' {
        $files = @(1..20 | ForEach-Object { $network; Join-Path $Samples 'processor-machine-check.dmp' })
        ($files | Get-KernelFaultAnalysis -ThrottleLimit 8).Path | Should -Be $files
    }

    It 'writes one error record for a bad file and goes on with the rest' {
        $answers = Get-KernelFaultAnalysis $bad, $network -ErrorAction SilentlyContinue -ErrorVariable problems
        $answers.Path | Should -Be $network
        $problems.Count | Should -Be 1
        $problems[0].FullyQualifiedErrorId | Should -Be 'DumpFormat,KernelFault.Cmdlets.GetKernelFaultAnalysisCommand'
        $problems[0].CategoryInfo.Category | Should -Be 'InvalidData'
        $problems[0].TargetObject | Should -Be $bad
        "$($problems[0])" | Should -BeLike '*bad.dmp*'
    }

    It 'stops at a bad file with -ErrorAction Stop' {
        { Get-KernelFaultAnalysis $bad, $network -ErrorAction Stop } | Should -Throw -ErrorId 'DumpFormat,*'
    }

    It 'says <id> for <what>' -ForEach @(
        @{ what = 'a file that is not there'; path = 'nowhere.dmp'; id = 'FileNotFound'; category = 'ObjectNotFound' }
        @{ what = 'a folder'; path = '.'; id = 'NotAFile'; category = 'InvalidArgument' }
        @{ what = 'a path that is no file'; path = 'env:PATH'; id = 'NotAFile'; category = 'InvalidArgument' }
        @{ what = 'a drive that is not there'; path = 'nodrive:\x.dmp'; id = 'FileNotFound'; category = 'ObjectNotFound' }
    ) {
        Get-KernelFaultAnalysis $path -ErrorAction SilentlyContinue -ErrorVariable problems
        $problems.Count | Should -Be 1
        $problems[0].FullyQualifiedErrorId | Should -BeLike "$id,*"
        $problems[0].CategoryInfo.Category | Should -Be $category
    }

    It 'writes nothing and no error for a pattern that matches nothing' {
        Get-KernelFaultAnalysis "$TestDrive/*.nothing" -ErrorVariable problems | Should -BeNullOrEmpty
        $problems.Count | Should -Be 0
    }

    It 'ends with Select-Object -First' {
        @(1..50 | ForEach-Object { $network } | Get-KernelFaultAnalysis | Select-Object -First 1).Count | Should -Be 1
    }

    It 'sums several files up' {
        $summary = Get-KernelFaultAnalysis "$Samples/*.dmp" -Summarize
        $summary | ForEach-Object { $_.PSObject.TypeNames[0] } | Should -Be 'KernelFault.Analysis.CrashSummary'
        $summary.Crashes.Count | Should -Be (Get-ChildItem "$Samples/*.dmp").Count
    }

    It 'stops at once while a file keeps a worker waiting' -Skip:($IsWindows -or -not (Get-Command mkfifo -ErrorAction Ignore)) {
        # Opening a pipe without a writer blocks for ever.
        $pipe = Join-Path $TestDrive 'pipe.dmp'
        mkfifo $pipe
        try {
            Assert-StopsAtOnce "Get-KernelFaultAnalysis '$pipe', '$network'"
        }
        finally {
            # Lets the worker go.
            [IO.File]::WriteAllText($pipe, '')
        }
    }

    It 'reads like a page' {
        $page = Get-KernelFaultAnalysis $network | Out-String -Width 120
        foreach ($part in 'contosonet.sys+0x', 'What happened', 'Culprit', 'Stop code', '0xD1 DRIVER_IRQL_NOT_LESS_OR_EQUAL', 'Stack', 'System', 'Evidence', 'Causes', 'Next steps', 'Bucket') {
            $page | Should -BeLike "*$part*"
        }
    }

    It 'fits the page into a narrow screen' {
        $type = (Get-Command Get-KernelFaultAnalysis).ImplementingType.BaseType.GetGenericArguments()[0].Assembly.GetType('KernelFault.Reports.AnalysisText')
        $lines = $type::Render((Get-KernelFaultAnalysis $network), 80) -split "`r?`n"
        # The stack is a table and the path of the file one word: these two may be longer.
        $lines | Where-Object { $_.Length -gt 80 -and $_ -notmatch 'contosonet|\.dmp' } | Should -BeNullOrEmpty
    }

    It 'survives serialisation' {
        $answer = Get-KernelFaultAnalysis $network
        $copy = [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($answer, 6))
        $copy.Title | Should -Be $answer.Title
        $copy.Culprit.Module | Should -Be $answer.Culprit.Module
        $copy.System.CrashTime | Should -Be $answer.System.CrashTime
    }
}

Describe 'Text from a dump' {
    BeforeAll {
        # The driver's name in the dump becomes as long a name with an escape sequence, a bell and a path separator in it.
        $evil = Join-Path $TestDrive 'evil.dmp'
        $bytes = [IO.File]::ReadAllBytes($network)
        $from = [Text.Encoding]::Unicode.GetBytes('contosonet.sys')
        $to = [Text.Encoding]::Unicode.GetBytes("$([char]27)[31m$([char]7)$([char]0x9b)2J\x.sys".PadRight(14).Substring(0, 14))
        $text = [Text.Encoding]::Latin1.GetString($bytes)
        $text = $text.Replace([Text.Encoding]::Latin1.GetString($from), [Text.Encoding]::Latin1.GetString($to))
        [IO.File]::WriteAllBytes($evil, [Text.Encoding]::Latin1.GetBytes($text))
    }

    It 'really is in the file' {
        [IO.File]::ReadAllBytes($evil) | Should -Not -Be ([IO.File]::ReadAllBytes($network))
    }

    It 'reaches no property with its control characters' {
        $json = Get-KernelFaultAnalysis $evil | ConvertTo-Json -Depth 20
        # Their names, \u001b and so on, are text: a backslash that JSON doubles.
        $json | Should -Match '\\\\u001b'
        $json | Should -Not -Match '(?<!\\)\\u00|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]'
    }

    It 'reaches the screen of <_> without its control characters' -ForEach 'Get-KernelFaultAnalysis', 'Get-CrashDumpModule', 'Get-CrashDump' {
        $shown = & $_ $evil | Out-String -Width 200
        $shown | Should -Not -Match '[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]'
    }

    It 'reaches no error message with the control characters of a file name' -Skip:$IsWindows {
        $odd = Join-Path $TestDrive "a$([char]27)[31m.dmp"
        [IO.File]::WriteAllText($odd, 'no dump')
        Get-KernelFaultAnalysis -LiteralPath $odd -ErrorAction SilentlyContinue -ErrorVariable problems
        "$($problems[0])" | Should -Not -Match '[\x00-\x1f\x7f-\x9f]'

        # Pester clears its drive by patterns, and this name is half of one.
        [IO.File]::Delete($odd)
    }
}
