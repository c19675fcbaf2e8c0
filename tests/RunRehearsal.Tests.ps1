# -WhatIf and -Confirm of the cmdlets that go on with runs: what would happen is told, and not a byte of a run is changed.
BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    $runs = "$TestDrive/runs"

    function New-Playbook([string] $Name, [string] $Steps) {
        $path = "$TestDrive/$Name.yaml"
        Set-Content $path "version: 1`nname: $Name`ntitle: A test`ndescription: A test`nsteps:`n$Steps"
        $path
    }

    # What a console shows, where nobody can be asked.
    function Show-Console([string] $Script) {
        pwsh -NoProfile -NonInteractive -Command "Import-Module '$Root/KernelFault.psd1'; `$ErrorView = 'NormalView'; $Script" 2>&1 | Out-String -Width 4000
    }

    # Every file of the runs, with its bytes.
    function Get-Content256 { Get-ChildItem $runs -Recurse -File | Sort-Object FullName | ForEach-Object { "$($_.FullName) $((Get-FileHash $_.FullName).Hash)" } }
}

Describe 'A run that waits for a person' -Skip:$IsWindows {
    BeforeAll {
        $path = New-Playbook waits @"
  - id: first
    title: Make the first
    action: run-script
    inputs: { program: touch, arguments: [ '$TestDrive/first' ] }
    changes: true
    rollback: { action: run-script, inputs: { program: rm, arguments: [ '$TestDrive/first' ] } }
  - { id: ask, title: Ask, action: assert, confirm: Go on?, inputs: { value: 1, equals: 1 } }
  - { id: second, title: Make the second, action: run-script, inputs: { program: touch, arguments: [ '$TestDrive/second' ] }, changes: true, restart: allowed }
"@
        # Nobody can be asked at a console that is none.
        $null = Show-Console "Invoke-RemediationPlaybook -Path '$path' -RunPath '$runs'"
        $id = (Get-RemediationRun -RunPath $runs).Id
        $before = Get-Content256
    }

    It 'was begun' {
        (Get-RemediationRun $id -RunPath $runs).Status | Should -Be NeedsPerson
        "$TestDrive/first" | Should -Exist
    }

    It 'would be resumed: only what is left is shown' {
        $text = Show-Console "'results: ' + @(Resume-RemediationRun $id -RunPath '$runs' -WhatIf).Count"
        $text | Should -Match 'What if: .*second: Run touch .*/second'
        $text | Should -Match "What if: .*second/restart: May restart the machine: when 'Make the second' turns out to need it"
        $text | Should -Not -Match 'What if: .*first: '
        $text | Should -Match 'results: 0'
        Get-Content256 | Should -Be $before
        "$TestDrive/second" | Should -Not -Exist
    }

    It 'would be taken back' {
        $text = Show-Console "'results: ' + @(Undo-RemediationRun $id -RunPath '$runs' -WhatIf).Count"
        $text | Should -Match 'What if: .*first/rollback: Run rm .*/first'
        $text | Should -Match 'results: 0'
        Get-Content256 | Should -Be $before
        "$TestDrive/first" | Should -Exist
    }

    It 'has no process to be stopped, and -WhatIf says so' {
        $text = Show-Console "Stop-RemediationRun $id -RunPath '$runs' -WhatIf"
        $text | Should -Match "WARNING: No process works on the run '$id'"
        $text | Should -Not -Match 'What if'
        Get-Content256 | Should -Be $before
    }

    It 'heeds $WhatIfPreference' {
        Show-Console "`$WhatIfPreference = `$true; Resume-RemediationRun $id -RunPath '$runs'; Undo-RemediationRun $id -RunPath '$runs'" | Should -Match '(?s)What if: .*second: .*What if: .*first/rollback: '
        Get-Content256 | Should -Be $before
    }

    It 'is not gone on with where -Confirm can ask nobody' {
        $null = Show-Console "Undo-RemediationRun $id -RunPath '$runs' -Confirm; Resume-RemediationRun $id -RunPath '$runs' -Confirm"
        "$TestDrive/first" | Should -Exist
        "$TestDrive/second" | Should -Not -Exist
    }

    It 'is taken back by -Confirm:$false, and then there is nothing left' {
        (Undo-RemediationRun $id -RunPath $runs -Confirm:$false -ErrorVariable problems).Status | Should -Be RolledBack
        $problems | Should -BeNullOrEmpty
        "$TestDrive/first" | Should -Not -Exist
        $after = Get-Content256
        $text = Show-Console "Undo-RemediationRun $id -RunPath '$runs' -WhatIf; Resume-RemediationRun $id -RunPath '$runs' -WhatIf"
        $text | Should -Match 'WARNING: .*There is nothing to take back'
        $text | Should -Match 'was taken back; it cannot go on'
        Get-Content256 | Should -Be $after
    }
}

Describe 'A run that is under way' -Skip:$IsWindows {
    It 'would be stopped, and is not' {
        $store = "$TestDrive/active"
        $path = New-Playbook active "  - { id: long, title: Long, action: run-script, inputs: { program: sh, arguments: [ '-c', 'while [ ! -e $TestDrive/go ]; do sleep 0.1; done' ], repeatable: true } }"
        $console = Start-Process pwsh -PassThru -ArgumentList '-NoProfile', '-NonInteractive', '-Command', "Import-Module '$Root/KernelFault.psd1'; Invoke-RemediationPlaybook -Path '$path' -RunPath '$store'" -RedirectStandardOutput "$TestDrive/output"
        try {
            $deadline = [datetime]::Now.AddSeconds(60)
            while (-not (Get-RemediationRun -RunPath $store).Hosts.Steps -and [datetime]::Now -lt $deadline) { Start-Sleep -Milliseconds 100 }
            $id = (Get-RemediationRun -RunPath $store).Id
            Show-Console "Stop-RemediationRun $id -RunPath '$store' -WhatIf" | Should -Match "What if: Performing the operation `"Stop the run, which can be resumed`" on target `".*$id`""
            "$store/$id/stop" | Should -Not -Exist
            Start-Sleep -Milliseconds 600
            (Get-RemediationRun $id -RunPath $store).IsActive | Should -BeTrue
        }
        finally {
            Set-Content "$TestDrive/go" ''
            $console.WaitForExit(20000) | Should -BeTrue
        }

        (Get-RemediationRun $id -RunPath $store).Status | Should -Be Succeeded
    }
}

Describe '-Force and -Confirm together' -Skip:$IsWindows {
    BeforeAll {
        $path = New-Playbook forced "  - { id: make, title: Make it, confirm: Really?, action: run-script, inputs: { program: touch, arguments: [ '$TestDrive/made' ] }, changes: true, rollback: { action: run-script, inputs: { program: rm, arguments: [ '$TestDrive/made' ] } } }"
        $store = "$TestDrive/forced"
    }

    It 'ask where -Force alone does not' {
        $null = Show-Console "Invoke-RemediationPlaybook -Path '$path' -RunPath '$store' -Force -Confirm"
        "$TestDrive/made" | Should -Not -Exist
        $null = Show-Console "Invoke-RemediationPlaybook -Path '$path' -RunPath '$store' -Force -Confirm:`$false"
        "$TestDrive/made" | Should -Exist
    }

    It 'ask before a run that was forced is taken back' {
        $id = @(Get-RemediationRun -RunPath $store | Where-Object Status -EQ Succeeded)[0].Id
        $null = Show-Console "Undo-RemediationRun $id -RunPath '$store' -Force -Confirm"
        "$TestDrive/made" | Should -Exist
        $null = Show-Console "Undo-RemediationRun $id -RunPath '$store' -Force"
        "$TestDrive/made" | Should -Not -Exist
    }
}

Describe 'The plan of a run' -Skip:$IsWindows {
    It 'tells what speaks against a step beside what the step would do' {
        $machine = "recorded://$(New-Recording @{ platform = 'Linux'; operatingSystem = 'Debian'; isElevated = $true })"
        $path = New-Playbook guarded '  - { id: again, title: Restart it, action: restart, changes: true }'
        $text = Show-Console "Invoke-RemediationPlaybook -Path '$path' -ComputerName '$machine' -WhatIf"
        $text | Should -Match 'What if: .*again: Restart recorded'
        $text | Should -Match 'WARNING: .*again: It would be refused: The machine does not tell when it was started'
        Invoke-KernelFault playbook run $path --host $machine --check | Should -Match 'again: It would be refused: The machine does not tell when it was started'
    }

    It 'tells a restart that is sure from one that is merely allowed' {
        $path = New-Playbook restarts @"
  - { id: sure, title: One, action: run-script, inputs: { program: touch, arguments: [ '$TestDrive/never' ] }, changes: true, restart: required }
  - { id: perhaps, title: Two, action: run-script, inputs: { program: touch, arguments: [ '$TestDrive/never' ] }, changes: true, restart: allowed }
"@
        $text = Show-Console "Invoke-RemediationPlaybook -Path '$path' -WhatIf"
        $text | Should -Match 'What if: .*sure/restart: Restart the machine\r?\n'
        $text | Should -Match "What if: .*perhaps/restart: May restart the machine: when 'Two' turns out to need it\r?\n"
        "$TestDrive/never" | Should -Not -Exist
    }
}
