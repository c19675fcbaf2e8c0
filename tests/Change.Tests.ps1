# Every cmdlet that changes a machine, found by reflection: -WhatIf shows what would be done, and the machine sees nothing but questions.
BeforeDiscovery {
    Import-Module "$(Split-Path $PSScriptRoot)/KernelFault.psd1"

    # These change files of the user, no machine: lists, signatures.
    $own = 'Update-DriverBlocklist', 'Protect-RemediationPlaybook', 'New-RemediationPlaybook', 'Export-RemediationPlaybook'

    # These run playbooks, whose steps are what changes machines: Remediation.Tests.ps1 rehearses them.
    $own += 'Invoke-RemediationPlaybook', 'Resume-RemediationRun', 'Stop-RemediationRun', 'Undo-RemediationRun'
    $changing = Get-Command -Module KernelFault | Where-Object { $_.Parameters.ContainsKey('WhatIf') -and $_.Name -notin $own } | ForEach-Object { @{ Name = $_.Name } }
}

BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    $servicing = "$PSScriptRoot/KernelFault.Tests/Servicing/Recordings"
    $verification = "$PSScriptRoot/KernelFault.Tests/Verification/Recordings"
    $windows = "$Samples/recordings/windows-no-dump"
    $linux = @{ platform = 'Linux'; operatingSystem = 'Debian GNU/Linux 12 (bookworm)'; architecture = 'x64'; isElevated = $true }

    # What each needs to have something to do.
    function Get-Rehearsal([string] $Name) {
        switch ($Name) {
            'Repair-SystemFile' { "$servicing/sfc-repaired-de", '' }
            'Repair-ComponentStore' { "$servicing/dism-restored", '' }
            'Repair-SystemImage' { "$servicing/image-repaired-de", '' }
            'Enable-DriverVerifier' { "$verification/off-english-built", 'contosonet' }
            'Disable-DriverVerifier' { "$verification/on-english-built", '' }
            'Set-CrashCapture' { $windows, '-DumpType Kernel -KeepDump $true' }
            'Save-CrashDump' { $windows, "-Destination '$TestDrive/saved'" }
            'Set-BootMode' { $windows, 'Minimal' }
            'Set-KernelDebugOption' { (New-Recording $linux (Get-LinuxSettings)), 'panic_on_oops 1' }
            'Trace-KernelFunction' { (New-Recording $linux (Get-TraceLook)), 'do_page_fault' }
        }
    }
}

Describe 'With -WhatIf' {
    It '<Name> shows what it would do and only asks' -ForEach $changing {
        $recording, $arguments = Get-Rehearsal $Name
        $recording | Should -Not -BeNullOrEmpty -Because "$Name changes machines and has no rehearsal here"
        $folder = "$TestDrive/$Name"
        Copy-Item -Recurse $recording $folder
        $index = Get-Content -Raw "$folder/recording.json" | ConvertFrom-Json
        $index | Add-Member -Force log calls.txt
        $index | ConvertTo-Json -Depth 9 | Set-Content "$folder/recording.json"

        $text = pwsh -NoProfile -NonInteractive -Command "Import-Module '$Root/KernelFault.psd1'; `$ErrorView = 'NormalView'
            `$result = $Name $arguments -ComputerName 'recorded://$folder' -WhatIf -ErrorVariable problems -WarningAction SilentlyContinue
            'results: ' + @(`$result).Count + ', errors: ' + `$problems.Count" 2>&1 | Out-String -Width 4000

        $text | Should -Match 'What if: recorded://'
        $text | Should -Match 'results: 0, errors: 0'
        $calls = Get-Content "$folder/calls.txt"
        $calls | Where-Object { $_ -match '^(WriteFile|CopyFrom|Restart)\b' } | Should -BeNullOrEmpty
        $calls | Where-Object { $_ -match '^Run ' -and $_ -notmatch '^Run (/bin/sh |bcdedit\.exe /enum |verifier\.exe /query|reagentc\.exe /info)' } | Should -BeNullOrEmpty
        Test-Path "$TestDrive/saved" | Should -BeFalse
    }

    It 'has one way to a machine for all of them' -ForEach $changing {
        $type = (Get-Command $Name).ImplementingType
        while ($type -and $type.Name -notlike 'HostChangeCmdlet*') { $type = $type.BaseType }
        $type | Should -Not -BeNullOrEmpty
    }
}
