BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    $recordings = "$PSScriptRoot/KernelFault.Tests/Verification/Recordings"
    function Get-Recorded([string] $Name) { 'recorded://' + (Resolve-Path "$recordings/$Name").ProviderPath }
}

Describe 'Get-DriverVerifier' {
    It 'says the same in every language' -ForEach 'on-english-built', 'on-german-built', 'on-chinese-built' {
        $settings = Get-DriverVerifier -ComputerName (Get-Recorded $_)
        $settings.IsConfigured | Should -BeTrue
        $settings.Level | Should -Be 0x209BB
        $settings.Drivers | Should -Be 'contosonet.sys', 'fabfs64.sys'
        $settings.Flags | Should -Contain 'SpecialPool'
        $settings.RunningDrivers[0].NonPagedBytes | Should -Be 40128
        ($settings | ConvertTo-Json -Depth 5 | ConvertFrom-Json).RunningDrivers[1].Unloads | Should -Be 1
    }

    It 'shows a table' {
        Get-DriverVerifier -ComputerName (Get-Recorded 'on-english-built') | Out-String -Width 200 | Should -Match '0x000209BB\s+ResetOnBootFail\s+contosonet.sys, fabfs64.sys'
    }
}

Describe 'Enable-DriverVerifier' {
    It 'takes drivers of Test-DriverRisk and runs nothing with -WhatIf' {
        $machine = Get-Recorded 'off-english-built'
        $risks = Get-KernelDriver -ComputerName $machine -WarningAction SilentlyContinue | Test-DriverRisk | Where-Object Level -ge High
        $risks.Name | Should -Be 'contosonet'
        $risks | Enable-DriverVerifier -WhatIf -WarningVariable warnings -WarningAction SilentlyContinue | Should -BeNullOrEmpty
        $warnings -join ' ' | Should -Match 'Safe Mode'
    }

    It 'sets the driver on the machine it was found on' {
        $machine = Get-Recorded 'off-english-built'
        $changed = Get-KernelDriver contosonet -ComputerName $machine -WarningAction SilentlyContinue | Enable-DriverVerifier -Confirm:$false -WarningAction SilentlyContinue
        $changed.ComputerName | Should -Be $machine
        $changed.Drivers | Should -Be 'contosonet.sys'
        $changed.NeedsRestart | Should -BeTrue
        $changed.Steps.Text | Should -Be 'verifier.exe /flags 0x209BB /driver contosonet.sys', 'verifier.exe /bootmode resetonbootfail'
    }

    It 'refuses <name> with <id>' -ForEach @(
        @{ Name = '*'; Id = 'AllDrivers' }
        @{ Name = 'disk'; Id = 'MicrosoftDriver' }
        @{ Name = 'litware'; Id = 'BootCriticalDriver' }
        @{ Name = 'gone.sys'; Id = 'DriverNotFound' }
    ) {
        Enable-DriverVerifier $name -ComputerName (Get-Recorded 'off-english-built') -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable refused -WarningAction SilentlyContinue | Should -BeNullOrEmpty
        $refused[0].FullyQualifiedErrorId | Should -BeLike "$id*"
    }

    It 'refuses a driver of Windows that comes through the pipeline' {
        Get-KernelDriver kbdclass -ComputerName (Get-Recorded 'off-english-built') -WarningAction SilentlyContinue | Enable-DriverVerifier -Force -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable refused -WarningAction SilentlyContinue | Should -BeNullOrEmpty
        $refused[0].FullyQualifiedErrorId | Should -BeLike 'MicrosoftDriver*'
    }

    It 'does nothing for an empty pipeline' {
        @() | Enable-DriverVerifier -Confirm:$false | Should -BeNullOrEmpty
    }

    It 'names a flag that there is not' {
        { Enable-DriverVerifier contosonet -Flag Nothing } | Should -Throw -ErrorId 'DriverVerifierFlagNotFound,*'
    }

    It 'adds flags to a preset' {
        $said = pwsh -NoProfile -c "Import-Module '$Root/KernelFault.psd1'; Enable-DriverVerifier contosonet -Preset Pool -Flag IrpLogging, 0x2 -ComputerName '$(Get-Recorded 'off-english-built')' -WhatIf -WarningAction SilentlyContinue" | Out-String
        $said | Should -Match '/flags 0x40B /driver contosonet.sys'
    }
}

Describe 'Disable-DriverVerifier' {
    It 'resets a running machine' {
        (Disable-DriverVerifier -ComputerName (Get-Recorded 'on-english-built') -Confirm:$false).Steps.Text | Should -Be 'verifier.exe /reset'
    }

    It 'ends what runs with -Volatile' {
        (Disable-DriverVerifier -Volatile -ComputerName (Get-Recorded 'on-english-built') -Confirm:$false).Steps.Text | Should -Match '/volatile /removedriver contosonet.sys fabfs64.sys'
    }

    It 'does nothing where nothing is set' {
        (Disable-DriverVerifier -ComputerName (Get-Recorded 'off-english-built') -Confirm:$false).IsChanged | Should -BeFalse
    }
}

Describe 'A Windows that does not start' -Skip:(-not (Get-Command hivexsh -ErrorAction Ignore) -or -not (Test-Path "$PSScriptRoot/../../shared/corpus/hives/SYSTEM_WIN_10_1709.xz")) {
    BeforeAll {
        $config = (New-Item -ItemType Directory "$TestDrive/Windows/System32/config").FullName
        $hive = "$config/SYSTEM"
        Copy-Item "$PSScriptRoot/../../shared/corpus/hives/SYSTEM_WIN_10_1709.xz" "$hive.xz"
        xz -d "$hive.xz"

        # The capture was taken while its Windows ran: make it one that was written to its end.
        $bytes = [IO.File]::ReadAllBytes($hive)
        [Array]::Copy($bytes, 4, $bytes, 8, 4)
        $sum = 0
        for ($i = 0; $i -lt 508; $i += 4) { $sum = $sum -bxor [BitConverter]::ToInt32($bytes, $i) }
        [BitConverter]::GetBytes([int]$sum).CopyTo($bytes, 508)
        [IO.File]::WriteAllBytes($hive, $bytes)
        $key = 'cd \ControlSet001\Control\Session Manager\Memory Management'
        "$key`nsetval 3`nVerifyDrivers`nstring:contoso.sys`nVerifyDriverLevel`ndword:0x209bb`nVerifierOptions`ndword:8`ncommit" | Set-Content "$TestDrive/set"
        "$key`nlsval" | Set-Content "$TestDrive/list"
        hivexsh -w -f "$TestDrive/set" $hive
        $folder = "$TestDrive/Windows"
    }

    It 'is read' {
        $settings = Get-DriverVerifier -WindowsDirectory $folder
        $settings.Drivers | Should -Be 'contoso.sys'
        $settings.Level | Should -Be 0x209BB
        $settings.BootMode | Should -Be 'ResetOnBootFail'
        $settings.IsRunning | Should -BeNullOrEmpty
    }

    It 'stays as it is with -WhatIf' {
        $before = (Get-FileHash $hive).Hash
        Disable-DriverVerifier -WindowsDirectory $folder -WhatIf | Should -BeNullOrEmpty
        (Get-FileHash $hive).Hash | Should -Be $before
        Get-ChildItem $config | Should -HaveCount 1
    }

    It 'is set free, and hivexsh reads it so' {
        $before = (Get-FileHash $hive).Hash
        (Disable-DriverVerifier -WindowsDirectory $folder -Confirm:$false).IsChanged | Should -BeTrue
        hivexsh -f "$TestDrive/list" $hive | Out-String | Should -Match '^"VerifierOptions"=dword:00000000\s*$'
        (Get-FileHash "$config/SYSTEM.kernelfault-*.bak").Hash | Should -Be $before
        (Get-DriverVerifier -WindowsDirectory $folder).IsConfigured | Should -BeFalse
        (Disable-DriverVerifier -WindowsDirectory $folder -Confirm:$false).IsChanged | Should -BeFalse
    }
}
