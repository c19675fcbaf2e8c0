# The cmdlets that repair Windows, in a real PowerShell, on recorded machines of several languages.
BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    $Recordings = "recorded://$PSScriptRoot/KernelFault.Tests/Servicing/Recordings"

    # Runs a script with the module in a shell of its own; gives the shell back with all its streams.
    function Invoke-InShell([string] $Script) {
        $shell = [powershell]::Create().AddScript("Import-Module '$Root/KernelFault.psd1'; $Script")
        $output = $shell.Invoke()
        @{ Output = $output; Progress = @($shell.Streams.Progress); Errors = @($shell.Streams.Error); Information = @($shell.Streams.Information) }
        $shell.Dispose()
    }
}

Describe 'Repair-SystemFile' {
    It 'says of <Name>: <Status>, <Repaired> repaired, <Not> not' -ForEach @(
        @{ Name = 'sfc-healthy-en'; Status = 'Healthy'; Repaired = 0; Not = 0 }
        @{ Name = 'sfc-repaired-de'; Status = 'Repaired'; Repaired = 1; Not = 0 }
        @{ Name = 'sfc-not-repairable-zh'; Status = 'NotRepairable'; Repaired = 1; Not = 1 }
        @{ Name = 'sfc-refused-restart-ja'; Status = 'RestartPending'; Repaired = 0; Not = 0 }
        @{ Name = 'sfc-rotated-log-ru'; Status = 'Repaired'; Repaired = 1; Not = 0 }
        @{ Name = 'sfc-failed-fr'; Status = 'Failed'; Repaired = 0; Not = 0 }
    ) {
        $result = Repair-SystemFile -ComputerName "$Recordings/$Name" -Confirm:$false
        $result.Status | Should -Be $Status
        $result.RepairedCount, $result.NotRepairedCount | Should -Be $Repaired, $Not
        $result.Steps.Text | Should -Be 'sfc.exe /scannow'
    }

    It 'works on many machines and writes the file that could not be repaired' {
        $results = 'sfc-healthy-en', 'sfc-not-repairable-zh', 'sfc-repaired-de' | ForEach-Object { "$Recordings/$_" } | ForEach-Object { [pscustomobject]@{ ComputerName = $_ } } | Repair-SystemFile
        $results.Count | Should -Be 3
        $file = $results.Files | Where-Object IsRepaired -EQ $false
        $file.FileName, $file.Component, $file.Reason | Should -Be 'ntdll.dll', 'Microsoft-Windows-Ntdll', 'file is missing'
    }

    It 'runs nothing with -WhatIf' {
        $watch = [Diagnostics.Stopwatch]::StartNew()
        Repair-SystemFile -ComputerName "$Recordings/sfc-hour-de" -WhatIf | Should -BeNullOrEmpty
        $watch.Elapsed.TotalSeconds | Should -BeLessThan 60
    }

    It 'only looks with -VerifyOnly' {
        (Repair-SystemFile -VerifyOnly -ComputerName "$Recordings/sfc-verify-damaged-ru").Status | Should -Be 'Damaged'
        (Repair-SystemFile 'C:\Windows\System32\kernel32.dll' -VerifyOnly -ComputerName "$Recordings/sfc-one-file-zh").Status | Should -Be 'Healthy'
    }

    It 'shows a bar that moves with the program' {
        $run = Invoke-InShell "Repair-SystemFile -ComputerName '$Recordings/sfc-healthy-slow-de'"
        $run.Output.Status | Should -Be 'Healthy'
        $bars = @($run.Progress | Where-Object RecordType -EQ 'Processing')
        $percentages = @($bars.PercentComplete | Where-Object { $_ -ge 0 })
        $percentages.Count | Should -BeGreaterThan 5
        $percentages | Should -Be ($percentages | Sort-Object)
        $bars[0].StatusDescription | Should -Be 'Checking and repairing system files'
        @($run.Progress | Where-Object RecordType -EQ 'Completed').Count | Should -Be 1
    }

    It 'stops at once on Ctrl+C' {
        Assert-StopsAtOnce "Repair-SystemFile -ComputerName '$Recordings/sfc-hour-de'" -AfterMilliseconds 4000
    }

    It 'says what speaks against it and does nothing' {
        $found = $null
        Repair-SystemFile -ComputerName "$Recordings/guarded-zh" -ErrorVariable found -ErrorAction SilentlyContinue -WarningAction SilentlyContinue | Should -BeNullOrEmpty
        $found[0].FullyQualifiedErrorId | Should -Be 'NotElevated,KernelFault.Cmdlets.RepairSystemFileCommand'
        "$($found[0])" | Should -Match 'administrator.*TiWorker.*Restart.*Make room'
    }

    It 'needs Windows for a folder too' -Skip:($IsWindows -or $PSVersionTable.PSVersion -lt '6.0') {
        $found = $null
        Repair-SystemFile -WindowsDirectory 'D:\Windows' -BootDirectory 'D:\' -ErrorVariable found -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $found[0].FullyQualifiedErrorId | Should -Be 'NotWindows,KernelFault.Cmdlets.RepairSystemFileCommand'
    }

    It 'refuses a path that is none' {
        { Repair-SystemFile 'kernel32.dll' -ComputerName "$Recordings/sfc-healthy-en" } | Should -Throw -ErrorId 'RepairArgument,KernelFault.Cmdlets.RepairSystemFileCommand'
        { Repair-SystemFile -WindowsDirectory 'D:\Windows', 'E:\Windows' } | Should -Throw -ErrorId 'RepairArgument,KernelFault.Cmdlets.RepairSystemFileCommand'
    }

    It 'survives JSON' {
        $json = Repair-SystemFile -ComputerName "$Recordings/sfc-not-repairable-zh" | ConvertTo-Json -Depth 6 | ConvertFrom-Json
        $json.Files.Count | Should -Be 2
        $json.Message | Should -Match '损坏文件'
    }

    It 'is a table of what matters' {
        Repair-SystemFile -ComputerName "$Recordings/sfc-not-repairable-zh" | Out-String -Width 120 | Should -Match '(?m)^Status +Repaired +Not +Seconds +Computer +Next'
    }
}

Describe 'The script that looks at the machine' -Skip:(-not (Test-Path /usr/bin/yes)) {
    BeforeAll {
        # Programs of other kinds under the names of those that service Windows: asleep, asleep, and at work.
        $places = @{ sfc = 'sleep'; TrustedInstaller = 'sleep'; TiWorker = 'yes' }
        $running = foreach ($place in $places.GetEnumerator()) {
            Copy-Item "/usr/bin/$($place.Value)" "$TestDrive/$($place.Key)"
            Start-Process sh -ArgumentList '-c', "`"exec $TestDrive/$($place.Key) 60 > /dev/null`"" -PassThru
        }

        # The shells have to become them first.
        $deadline = [datetime]::Now.AddSeconds(20)
        while (@(Get-Process -Name $places.Keys -ErrorAction Ignore).Count -lt 3 -and [datetime]::Now -lt $deadline) { Start-Sleep -Milliseconds 50 }

        $systemRoot = $env:SystemRoot
        $env:SystemRoot = 'C:\Windows'
        $looking = "$Root/src/KernelFault/Servicing/Scripts/servicing-state.ps1"
        $null = New-Item -ItemType Directory "$TestDrive/Windows"
        [IO.File]::WriteAllText("$TestDrive/Windows/WinSxS\pending.xml", 'x')
    }

    AfterAll {
        $env:SystemRoot = $systemRoot
        $running | ForEach-Object { $_.Kill() }
    }

    It 'tells work from rest, and sees a restart that an offline Windows waits for' {
        $state = & $looking (@{ windows = "$TestDrive/Windows"; sample = $true; mark = $false } | ConvertTo-Json) | ConvertFrom-Json
        $state.format | Should -Be 'kernelfault-servicing 1'
        $state.pending | Should -Be 'pending.xml'
        $state.free | Should -BeGreaterThan 0
        $state.processes.name | Sort-Object | Should -Be 'sfc', 'TiWorker', 'TrustedInstaller'
        ($state.processes | Where-Object name -EQ TiWorker).busy | Should -BeGreaterThan 0.01
        ($state.processes | Where-Object name -EQ TrustedInstaller).busy | Should -BeLessThan 0.01
        'busy' -in ($state.processes | Where-Object name -EQ sfc).PSObject.Properties.Name | Should -BeFalse
    }

    It 'marks a run when the next second has begun' {
        $before = [datetime]::Now
        $state = & $looking '{"windows":null,"sample":false,"mark":true}' | ConvertFrom-Json -DateKind Local
        $state.windows, $state.system | Should -Be 'C:\Windows', 'C:\Windows'
        ([datetime]$state.local - $before).TotalSeconds | Should -BeGreaterThan 0
        ([datetime]$state.local - $before).TotalSeconds | Should -BeLessThan 10
    }
}

Describe 'Repair-ComponentStore' {
    It 'says of <Name>: <Status>' -ForEach @(
        @{ Name = 'dism-check-healthy'; Ask = @{ CheckHealth = $true }; Status = 'Healthy' }
        @{ Name = 'dism-check-repairable'; Ask = @{ CheckHealth = $true }; Status = 'Damaged' }
        @{ Name = 'dism-check-not-repairable'; Ask = @{ CheckHealth = $true }; Status = 'NotRepairable' }
        @{ Name = 'dism-scan-damaged'; Ask = @{ ScanHealth = $true }; Status = 'Damaged' }
        @{ Name = 'dism-restored'; Ask = @{}; Status = 'Repaired' }
        @{ Name = 'dism-cleanup-restart'; Ask = @{ StartComponentCleanup = $true }; Status = 'RestartPending' }
    ) {
        (Repair-ComponentStore -ComputerName "$Recordings/$Name" @Ask).Status | Should -Be $Status
    }

    It 'says what an error means and what to do' {
        $result = Repair-ComponentStore -ComputerName "$Recordings/dism-source-missing" -Source 'wim:E:\sources\install.wim:1' -LimitAccess
        $result.Error.Hex, $result.Error.Name | Should -Be '0x800F081F', 'CBS_E_SOURCE_MISSING'
        $result.NextSteps[0] | Should -Match '-Source'
        $result | Out-String -Width 160 | Should -Match '0x800F081F'
    }

    It 'does one thing at a time' {
        { Repair-ComponentStore -CheckHealth -ScanHealth } | Should -Throw -ErrorId 'RepairArgument,KernelFault.Cmdlets.RepairComponentStoreCommand'
        { Repair-ComponentStore -ScanHealth -LimitAccess } | Should -Throw -ErrorId 'RepairArgument,KernelFault.Cmdlets.RepairComponentStoreCommand'
    }

    It 'runs nothing with -WhatIf' {
        # Of this recording another program is known; running it would be an error.
        Repair-ComponentStore -ComputerName "$Recordings/sfc-hour-de" -WhatIf -ErrorAction Stop | Should -BeNullOrEmpty
    }
}

Describe 'Repair-SystemImage' {
    It 'repairs the store, then the files, then looks again' {
        $run = Invoke-InShell "Repair-SystemImage -ComputerName '$Recordings/image-repaired-de'"
        $run.Output.Status | Should -Be 'Repaired'
        $run.Output.Steps.Count | Should -Be 5
        $run.Output.ComponentStore.Status | Should -Be 'Healthy', 'Damaged', 'Repaired'
        ($run.Progress.StatusDescription | Select-Object -Unique).Where({ $_ -match '^Step \d of 5' }).Count | Should -Be 5
    }

    It 'repairs nothing that is sound' {
        $result = Repair-SystemImage -ComputerName "$Recordings/image-healthy-ja"
        $result.Status | Should -Be 'Healthy'
        $result.Steps.Text | Should -Not -Match 'RestoreHealth'
    }

    It 'names every program with -WhatIf and runs none' {
        $shown = pwsh -NoProfile -Command "Import-Module '$Root/KernelFault.psd1'; Repair-SystemImage -ComputerName '$Recordings/image-healthy-ja' -WhatIf" | Out-String
        $shown | Should -Match 'CheckHealth.*ScanHealth.*RestoreHealth.*scannow.*scannow'
    }
}
