# Reports of runs: pages that can be handed on, whatever a machine says and wherever they are to be written.
BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    $runs = "$TestDrive/runs"
    $debian = "recorded://$Samples/recordings/linux-debian"
    $windows = "recorded://$Samples/recordings/windows-no-dump"

    function New-Playbook([string] $Name, [string] $Steps, [string] $More = '') {
        $path = "$TestDrive/$Name.yaml"
        Set-Content $path "version: 1`nname: $Name`ntitle: What <b>$Name</b> does`ndescription: A test`n$More`nsteps:`n$Steps"
        $path
    }

    # Nothing that a browser fetches or runs: no address in any attribute, no script, no frame, no style sheet from elsewhere.
    function Assert-SelfContained([string] $Html) {
        $Html | Should -Match '^<!doctype html>'
        $Html | Should -Match "content=`"default-src 'none'; style-src 'unsafe-inline'`""
        $Html | Should -Not -Match '(?i)<(script|iframe|img|link|object|embed|base|form|svg|video|audio|a)\b'
        $Html | Should -Not -Match '(?i)<[^>]*\b(src|href|srcset|action|data|poster|background|on[a-z]+)\s*='
        $Html | Should -Not -Match '(?i)@import|url\('
        [regex]::Matches($Html, '<([a-z0-9]+)\b').ForEach{ $_.Groups[1].Value } | Sort-Object -Unique |
            Should -BeIn 'body', 'br', 'code', 'details', 'h1', 'h2', 'h3', 'head', 'html', 'li', 'meta', 'p', 'pre', 'span', 'style', 'summary', 'table', 'td', 'th', 'title', 'tr', 'ul'
    }
}

Describe 'The report of a run' {
    BeforeAll {
        $programs = @{ program = 'uname'; arguments = @('-r'); output = "6.1.0-56-amd64`n" }, @{ program = 'touch'; arguments = @('/etc/fixed') }
        $machine = "recorded://$(New-Recording @{ platform = 'Linux'; operatingSystem = 'Debian GNU/Linux 12 (bookworm)'; version = '12'; isElevated = $true } $programs)"
        $path = New-Playbook fix @'
  - { id: kernel, title: Which kernel it is, why: The fault is in 6.1 alone., action: run-script, inputs: { program: uname, arguments: ['-r'] }, evidence: [output] }
  - { id: skip, title: Not here, action: assert, inputs: { value: 1, equals: 1 }, when: { value: facts.platform, equals: Windows } }
  - { id: touch, title: Put it right, action: run-script, inputs: { program: touch, arguments: [/etc/fixed] }, changes: true }
outputs:
  kernel: "${{ results.kernel.output }}"
'@ 'parameters: { token: { type: text, secret: true }, room: { type: text } }'
        $run = Invoke-RemediationPlaybook -Path $path -ComputerName $machine -RunPath $runs -Parameter @{ token = 'hunter2-hunter2'; room = 'B7' } -ReportPath "$TestDrive/fix.html", "$TestDrive/fix.md"
        $html = Get-Content -Raw "$TestDrive/fix.html"
        $markdown = Get-Content -Raw "$TestDrive/fix.md"
    }

    It 'is one page that needs nothing from elsewhere' {
        $run.Status | Should -Be Succeeded
        Assert-SelfContained $html
        $markdown | Should -Match '^# What \\<b\\>fix\\</b\\> does\n'
        Get-ChildItem $TestDrive -Filter 'fix.*.new' | Should -BeNullOrEmpty
    }

    It 'tells in <Form> what was found, what was done, the evidence and the timeline' -ForEach @{ Form = 'HTML' }, @{ Form = 'Markdown' } {
        $page = if ($Form -eq 'HTML') { $html } else { $markdown }
        $text = [Net.WebUtility]::HtmlDecode($page) -replace '\\(?=[^\w\s])'
        foreach ($part in 'What was found', 'What was changed', 'Before and after', 'Timeline', 'Evidence', 'What it was given',
            '6.1.0-56-amd64', 'touch /etc/fixed', 'Which kernel it is', 'The fault is in 6.1 alone.', 'Not here', 'Skipped', 'Put it right', 'changed', 'B7', 'Debian GNU/Linux 12 (bookworm)',
            $run.RunId, (Get-FileHash $path).Hash.ToLowerInvariant(), 'Signed by', 'nobody', $machine) {
            $text | Should -BeLike "*$([WildcardPattern]::Escape($part))*"
        }

        $kept = $run.Steps[0].Evidence
        $kept.Count | Should -Be 1
        $text | Should -BeLike "*$($kept[0].Path)*"
        $text | Should -BeLike "*$($kept[0].Hash)*"
        (Get-FileHash "$($run.Folder)/$($kept[0].Path)").Hash | Should -Be $kept[0].Hash
        $page | Should -Not -Match 'hunter2'
    }

    It 'replaces the one that was there, whole' {
        Set-Content "$TestDrive/old.md" ('x' * 100000)
        $null = Invoke-RemediationPlaybook -Path $path -ComputerName $machine -RunPath $runs -ReportPath "$TestDrive/old.md"
        Get-Content -Raw "$TestDrive/old.md" | Should -Not -Match 'xxx'
    }

    It 'is found from where the session is' {
        Push-Location $TestDrive
        try { $null = Invoke-RemediationPlaybook -Path ./fix.yaml -ComputerName $machine -RunPath ./here-runs -ReportPath ./here.htm }
        finally { Pop-Location }
        "$TestDrive/here.htm" | Should -FileContentMatch 'doctype'
    }

    It 'is about a run that is named by its id, its run or the result of a machine' {
        ($run.RunId | Get-RemediationRun -RunPath $runs).Id | Should -Be $run.RunId
        ($run | Get-RemediationRun -RunPath $runs).Id | Should -Be $run.RunId
        foreach ($one in $run.RunId, $run, (Get-RemediationRun $run.RunId -RunPath $runs)) {
            $one | Stop-RemediationRun -RunPath $runs -WarningVariable warnings -WarningAction SilentlyContinue
            "$warnings" | Should -Be "No process works on the run '$($run.RunId)'."
        }
    }

    It 'is written by Resume-RemediationRun and Undo-RemediationRun too' {
        $null = Resume-RemediationRun $run.RunId -RunPath $runs -ReportPath "$TestDrive/resumed.html" -Parameter @{ token = 'hunter2-hunter2' } -WarningAction SilentlyContinue
        Get-Content -Raw "$TestDrive/resumed.html" | Should -BeExactly $html
        $null = Undo-RemediationRun $run.RunId -RunPath $runs -ReportPath "$TestDrive/undone.md" -WarningAction SilentlyContinue
        Get-Content -Raw "$TestDrive/undone.md" | Should -BeExactly $markdown
    }
}

Describe 'A report of a run that is stopped' -Skip:$IsWindows {
    BeforeAll {
        # Stops a script as Ctrl+C does, once it has made a file that says it is under way.
        function Stop-UnderWay([string] $Script, [string] $Mark) {
            Remove-Item $Mark -ErrorAction Ignore
            $shell = [powershell]::Create().AddScript("Import-Module '$Root/KernelFault.psd1'; $Script")
            try {
                $null = $shell.BeginInvoke()
                $deadline = [datetime]::Now.AddSeconds(60)
                while (-not (Test-Path $Mark) -and [datetime]::Now -lt $deadline) { Start-Sleep -Milliseconds 50 }
                $Mark | Should -Exist
                $shell.Stop()
            }
            finally {
                $shell.Dispose()
            }
        }

        $store = "$TestDrive/stopped"
        $mark = "$TestDrive/under-way"
        $path = New-Playbook stopped @"
  - { id: first, title: The first, action: run-script, inputs: { program: touch, arguments: [ '$TestDrive/first' ] }, changes: true,
      rollback: { action: run-script, inputs: { program: sh, arguments: [ '-c', 'touch $mark; sleep 60' ], repeatable: true } } }
  - { id: long, title: The long one, action: run-script, inputs: { program: sh, arguments: [ '-c', 'touch $mark; sleep 60' ], repeatable: true }, changes: true }
"@
    }

    It 'is written by Invoke-RemediationPlaybook, with what was done until then' {
        Stop-UnderWay "Invoke-RemediationPlaybook -Path '$path' -RunPath '$store' -ReportPath '$TestDrive/stopped.md', '$TestDrive/stopped.html'" $mark
        $page = Get-Content -Raw "$TestDrive/stopped.md"
        $page | Should -Match 'The first'
        $page | Should -Match 'It was stopped in the step'
        Get-Content -Raw "$TestDrive/stopped.html" | Should -Match 'It was stopped in the step'
        (Get-RemediationRun -RunPath $store).Status | Should -Be Stopped
    }

    It 'is written by Resume-RemediationRun' {
        Stop-UnderWay "Get-RemediationRun -RunPath '$store' | Resume-RemediationRun -RunPath '$store' -ReportPath '$TestDrive/again.md'" $mark
        Get-Content -Raw "$TestDrive/again.md" | Should -Match 'It was stopped in the step'
    }

    It 'is written by Undo-RemediationRun' {
        Stop-UnderWay "Get-RemediationRun -RunPath '$store' | Undo-RemediationRun -RunPath '$store' -Confirm:`$false -ReportPath '$TestDrive/undone-half.md'" $mark
        Get-Content -Raw "$TestDrive/undone-half.md" | Should -Match 'Take back: The first'
    }

    It 'is written where a command behind it has enough' {
        $look = New-Playbook enough '  - { id: look, title: Look, action: assert, inputs: { value: 1, equals: 1 } }'
        $null = Invoke-RemediationPlaybook -Path $look -RunPath $store -ComputerName $debian, $windows -ReportPath "$TestDrive/enough.md" | Select-Object -First 1
        Get-Content -Raw "$TestDrive/enough.md" | Should -Match 'enough'
    }

    It 'takes the place of no file of a name like it' {
        Set-Content "$TestDrive/mine.md.new" 'mine'
        $look = New-Playbook mine '  - { id: look, title: Look, action: assert, inputs: { value: 1, equals: 1 } }'
        $null = Invoke-RemediationPlaybook -Path $look -RunPath $store -ComputerName $debian -ReportPath "$TestDrive/mine.md"
        Get-Content "$TestDrive/mine.md.new" | Should -Be 'mine'
        (Get-ChildItem $TestDrive -Filter 'mine.md*').Name | Sort-Object | Should -Be 'mine.md', 'mine.md.new'
    }
}

Describe 'A report where things went wrong' {
    It 'tells of every machine, of those that failed and of those that could not be reached' {
        $path = New-Playbook half '  - { id: look, title: Look, action: assert, inputs: { value: "${{ facts.operatingSystem }}", matches: Debian, message: It is no Debian. } }'
        $null = Invoke-RemediationPlaybook -Path $path -ComputerName $debian, $windows, 'recorded:///no/such/folder' -RunPath $runs -ReportPath "$TestDrive/half.html", "$TestDrive/half.md" -ErrorAction SilentlyContinue
        $html = Get-Content -Raw "$TestDrive/half.html"
        Assert-SelfContained $html
        $text = [Net.WebUtility]::HtmlDecode(($html -replace '<[^>]+>', ' ')) -replace '\s+', ' '
        $text | Should -BeLike '*Machines 1 succeeded, 1 failed, 1 unreachable*'
        $text | Should -BeLike "*$debian Succeeded Every step*"
        $text | Should -BeLike "*$windows Failed The step 'look' failed: It is no Debian.*"
        $text | Should -BeLike '*recorded:///no/such/folder Unreachable*'
        Get-Content -Raw "$TestDrive/half.md" | Should -Match 'It is no Debian'
    }

    It 'makes text of whatever a machine says' {
        $evil = "<script>alert(1)</script><img src=x onerror=alert(2)>`" onmouseover='x' & [click](javascript:alert(3)) ![p](http://evil.test/p.png) http://evil.test/ www.evil.test | cell ``code`` $([char]0x202E)gnihton $([char]27)[31m`n# Heading`n<!-- "
        $machine = "recorded://$(New-Recording @{ platform = 'Linux'; computerName = $evil; operatingSystem = $evil; isElevated = $true } @{ program = 'uname'; arguments = @(); output = $evil })"
        $path = New-Playbook evil @'
  - { id: say, title: Say, action: run-script, inputs: { program: uname }, evidence: [output] }
  - { id: fail, title: Fail, action: assert, inputs: { value: 1, equals: 2, message: "It said ${{ results.say.output }}" } }
outputs:
  said: "${{ results.say.output }}"
'@
        $run = Invoke-RemediationPlaybook -Path $path -ComputerName $machine -RunPath $runs -ReportPath "$TestDrive/evil.html", "$TestDrive/evil.md" -ErrorAction SilentlyContinue
        $run.Status | Should -Be Failed
        $html = Get-Content -Raw "$TestDrive/evil.html"
        Assert-SelfContained $html
        $html | Should -Match '&lt;script&gt;alert\(1\)&lt;/script&gt;'
        $markdown = Get-Content -Raw "$TestDrive/evil.md"
        foreach ($page in $html, $markdown) {
            $page | Should -Not -Match "[\u202E\u001B]"
            $page | Should -Not -Match '(?m)^# Heading'
            $page | Should -Not -Match '(?m)^<!--'
        }

        # Outside of code every mark and every address is escaped.
        $prose = $markdown -replace '(`+)[^`](.|\n)*?\1'
        $prose | Should -Not -Match '(?<!\\)[<\[!|]\s*(script|click|p\]|img)'
        $prose | Should -Not -Match '(?<!\\)://evil'
        $prose | Should -Not -Match '(?<!\\)\]\('
    }

    It 'is refused before any machine is touched where it cannot be written: <Why>' -ForEach @(
        @{ Why = 'another ending'; Report = 'report.pdf'; Id = 'PlaybookParameter' }
        @{ Why = 'no ending'; Report = 'report'; Id = 'PlaybookParameter' }
        @{ Why = 'no folder'; Report = 'none/report.html'; Id = 'ReportNotWritten' }
        @{ Why = 'a file for a folder'; Report = 'a-file/report.html'; Id = 'ReportNotWritten' }
        @{ Why = 'a folder of its name'; Report = 'folder.md'; Id = 'ReportNotWritten' }
        @{ Why = 'no file system'; Report = 'Env:\report.md'; Id = 'NotAFile' }
    ) {
        Set-Content "$TestDrive/a-file" ''
        $null = New-Item -ItemType Directory -Force "$TestDrive/folder.md"
        $path = New-Playbook look '  - { id: look, title: Look, action: assert, inputs: { value: 1, equals: 1 } }'
        $file = if ($Report -like 'Env:*') { $Report } else { "$TestDrive/$Report" }
        $problem = { Invoke-RemediationPlaybook -Path $path -ComputerName $debian -RunPath "$TestDrive/none-runs" -ReportPath $file } | Should -Throw -PassThru
        $problem.FullyQualifiedErrorId | Should -BeLike "$Id,*"
        "$TestDrive/none-runs" | Should -Not -Exist
        $problem = { Resume-RemediationRun 20260101-000000-aaaaaa -RunPath "$TestDrive/none-runs" -ReportPath $file -ErrorAction Stop } | Should -Throw -PassThru
        $problem.FullyQualifiedErrorId | Should -BeLike "$Id,*"
    }

    It 'is an error, and the run counts, where it cannot be written any more' -Skip:$IsWindows {
        $null = New-Item -ItemType Directory "$TestDrive/gone"
        $path = New-Playbook gone "  - { id: away, title: Away, action: run-script, inputs: { program: rm, arguments: ['-r', '$TestDrive/gone'] }, changes: true }"
        $run = Invoke-RemediationPlaybook -Path $path -RunPath $runs -ReportPath "$TestDrive/gone/report.html" -ErrorVariable problem -ErrorAction SilentlyContinue
        $run.Status | Should -Be Succeeded
        $problem.FullyQualifiedErrorId | Should -BeLike 'ReportNotWritten,*'
    }

    It 'is none of a rehearsal' {
        $path = New-Playbook look '  - { id: look, title: Look, action: assert, inputs: { value: 1, equals: 1 } }'
        $text = pwsh -NoProfile -NonInteractive -Command "Import-Module '$Root/KernelFault.psd1'; Invoke-RemediationPlaybook -Path '$path' -ComputerName '$debian' -ReportPath '$TestDrive/never.html' -WhatIf" 2>&1 | Out-String -Width 4000
        $text | Should -Match 'What if: Performing the operation "Write the report of the run" on target ".*never\.html"'
        $null = Invoke-RemediationPlaybook -Path $path -ComputerName $debian -ReportPath "$TestDrive/never.html" -Check -WarningVariable warnings -WarningAction SilentlyContinue
        $warnings | Should -BeLike '*never.html*is not written*'
        "$TestDrive/never.html" | Should -Not -Exist
    }

    It 'has a number for each further crash that is piped in' {
        $path = New-Playbook crash '  - { id: look, title: Look, action: assert, inputs: { value: "${{ analysis.title }}", exists: true } }' 'parameters: { }'
        $null = Get-KernelFaultAnalysis "$Samples/linux-null-pointer.log", "$Samples/linux-double-free.log" | Invoke-RemediationPlaybook -Path $path -ComputerName $debian -RunPath $runs -ReportPath "$TestDrive/crash.md"
        "$TestDrive/crash.md", "$TestDrive/crash-2.md" | Should -Exist
        "$TestDrive/crash-3.md" | Should -Not -Exist
    }
}
