# What a machine keeps of its next crash, on recordings built after the documented values, and on this machine.
BeforeAll {
    . "$PSScriptRoot/Common.ps1"

    function New-WindowsRecording([string] $CrashControl, [hashtable[]] $Programs = @()) {
        $keys = '{"format":"kernelfault-registry 1","warnings":[],"keys":[{"key":"SYSTEM\\CurrentControlSet\\Control\\CrashControl","subKeys":[],"values":[' + $CrashControl + ']},' +
            '{"key":"SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Memory Management","subKeys":[],"values":[{"name":"PagingFiles","type":7,"data":["?:\\pagefile.sys"]}]}]}'
        New-Recording @{ platform = 'Windows'; operatingSystem = 'Windows 11 Pro'; isElevated = $true } $Programs @(
            @{ name = 'registry-read'; output = $keys }
            @{ name = 'windows-crash-facts'; output = '{"memory":17179869184,"domain":true,"free":53687091200}' }
        ) @{ 'C:\Windows\MEMORY.DMP' = [byte[]](1..200); 'C:\Windows\Minidump\112126-1-01.dmp' = [IO.File]::ReadAllBytes("$Samples/network-driver-null-write.dmp"); 'C:\Windows\LiveKernelReports\WATCHDOG\w.dmp' = [byte[]](1, 2) }
    }

    $dumpOff = '{"name":"CrashDumpEnabled","type":4,"data":0},{"name":"AutoReboot","type":4,"data":1}'
    $set = @{ program = 'reg.exe'; arguments = @('add', 'HKLM\SYSTEM\CurrentControlSet\Control\CrashControl', '/v', 'CrashDumpEnabled', '/t', 'REG_DWORD', '/d', '7', '/f') }
    function Get-Call([string] $Folder) { Get-Content "$Folder/calls.txt" | Where-Object { $_ -notmatch '^(RunScript|FindFile|ListFiles|ReadFile|HashFile) ' } }
}

Describe 'Get-CrashCapture' {
    It 'says that nothing would be written, and what to do' {
        $capture = Get-CrashCapture -ComputerName "recorded://$(New-WindowsRecording $dumpOff)"
        $capture.LeavesDump | Should -BeFalse
        $capture.Findings[0].Id | Should -Be 'DumpOff'
        $capture.Findings[0].Remedy | Should -Be 'Set-CrashCapture -DumpType Automatic'
        $capture | Format-Table | Out-String -Width 200 | Should -Match 'False\s+\[Problem\] Windows writes nothing at a stop error'
    }

    It 'gives an object that survives JSON' {
        $json = Get-CrashCapture -ComputerName "recorded://$(New-WindowsRecording $dumpOff)" | ConvertTo-Json -Depth 5 | ConvertFrom-Json
        $json.Windows.PageFiles[0].Path | Should -Be '?:\pagefile.sys'
        $json.Windows.MemoryBytes | Should -Be 17179869184
    }

    It 'asks this machine' -Skip:(-not $IsLinux) {
        $capture = Get-CrashCapture
        $capture.Platform | Should -Be 'Linux'
        $capture.Linux.PanicOnOops | Should -Be ((Get-Content /proc/sys/kernel/panic_on_oops) -eq '1')
    }
}

Describe 'Set-CrashCapture' {
    It 'shows by -WhatIf what would be done, and does nothing' {
        $folder = New-WindowsRecording $dumpOff
        $text = pwsh -NoProfile -NonInteractive -Command "Import-Module '$Root/KernelFault.psd1'; Set-CrashCapture -ComputerName 'recorded://$folder' -DumpType Automatic -WhatIf" | Out-String
        $text | Should -Match 'What if: .*Run ''reg.exe add HKLM\\SYSTEM\\CurrentControlSet\\Control\\CrashControl /v CrashDumpEnabled'
        Get-Call $folder | Should -BeNullOrEmpty
    }

    It 'keeps how it was and sets the value' {
        $folder = New-WindowsRecording $dumpOff @($set)
        $result = Set-CrashCapture -ComputerName "recorded://$folder" -DumpType Automatic -Confirm:$false -WarningVariable warnings -WarningAction SilentlyContinue
        $result.Steps.Count | Should -Be 2
        $result.NeedsRestart | Should -BeTrue
        $warnings | Should -Match 'next restart'
        Get-Call $folder | Should -Be @(
            'WriteFile C:\Windows\kernelfault-crash-capture.json'
            'Run reg.exe add HKLM\SYSTEM\CurrentControlSet\Control\CrashControl /v CrashDumpEnabled /t REG_DWORD /d 7 /f'
        )
    }

    It 'has to be told what to change' {
        { Set-CrashCapture -ErrorAction Stop } | Should -Throw -ErrorId 'NothingToChange,*'
        { Set-CrashCapture -Restore -DumpType Small -ErrorAction Stop } | Should -Throw -ErrorId 'NothingToChange,*'
    }

    It 'refuses what is not for the machine' {
        Set-CrashCapture -ComputerName "recorded://$(New-WindowsRecording $dumpOff)" -PanicOnOops $true -ErrorVariable problem -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $problem.FullyQualifiedErrorId | Should -BeLike 'NotLinux,*'
    }

    It 'changes the hive of a Windows that does not run, and takes it back' -Skip:(-not (Get-Command xz, hivexsh -ErrorAction Ignore) -or -not (Test-Path "$PSScriptRoot/../../shared/corpus/hives/SYSTEM_WIN_10_1709.xz")) {
        $config = New-Item -ItemType Directory "$TestDrive/offline/Windows/System32/config"
        bash -c "xz -dc '$Root/../shared/corpus/hives/SYSTEM_WIN_10_1709.xz' > '$config/SYSTEM'"
        $before = (Get-FileHash "$config/SYSTEM").Hash
        function Get-Value { 'cd ControlSet001\Control\CrashControl', 'lsval' | hivexsh "$config/SYSTEM" }

        (Get-CrashCapture -WindowsDirectory "$TestDrive/offline/Windows").Windows.DumpType | Should -Be 'Automatic'
        Set-CrashCapture -WindowsDirectory "$TestDrive/offline/Windows" -DumpType Kernel -WhatIf
        (Get-FileHash "$config/SYSTEM").Hash | Should -Be $before

        $result = Set-CrashCapture -WindowsDirectory "$TestDrive/offline/Windows" -DumpType Kernel -KeepDump $true
        $result.After.Windows.DumpType | Should -Be 'Kernel'
        $result.After.Windows.AlwaysKeeps | Should -BeTrue
        Get-Value | Should -Contain '"CrashDumpEnabled"=dword:00000002'
        Get-Value | Should -Contain '"AlwaysKeepMemoryDump"=dword:00000001'
        (Get-ChildItem $config -Filter 'SYSTEM.kernelfault-*' | Get-FileHash).Hash | Should -Be $before

        $null = Set-CrashCapture -WindowsDirectory "$TestDrive/offline/Windows" -Restore
        Get-Value | Should -Contain '"CrashDumpEnabled"=dword:00000007'
        Get-Value | Should -Not -Match 'AlwaysKeepMemoryDump'
        Set-CrashCapture -WindowsDirectory "$TestDrive/offline/Windows" -Restore | ForEach-Object Steps | Should -BeNullOrEmpty
    }
}

Describe 'Save-CrashDump' {
    It 'copies what is there, and the analysis takes it from the pipeline' {
        $folder = New-WindowsRecording $dumpOff
        $saved = Save-CrashDump "$TestDrive/saved" -ComputerName "recorded://$folder" -Kind Minidump
        $saved.Status | Should -Be 'Saved'
        (Get-FileHash $saved.Path).Hash | Should -Be $saved.Sha256
        ($saved | Get-KernelFaultAnalysis).Title | Should -Be (Get-KernelFaultAnalysis "$Samples/network-driver-null-write.dmp").Title
        Get-Call $folder | Should -BeLike 'CopyFrom C:\Windows\Minidump*'
        (Save-CrashDump "$TestDrive/saved" -ComputerName "recorded://$folder").Status | Should -Be @('Saved', 'AlreadySaved', 'Saved')
    }

    It 'copies nothing with -WhatIf' {
        $folder = New-WindowsRecording $dumpOff
        Save-CrashDump "$TestDrive/none" -ComputerName "recorded://$folder" -WhatIf
        Test-Path "$TestDrive/none" | Should -BeFalse
        Get-Call $folder | Should -BeNullOrEmpty
    }
}

Describe 'Set-BootMode' {
    BeforeAll {
        $entry = "`r`nWindows-Startladeprogramm`r`n-------------------------`r`nBezeichner              {1111aaaa-ef4f-11ee-9082-dc6136afd40b}`r`ndescription             Windows 11`r`n"
        $manager = "`r`nWindows-Start-Manager`r`n---------------------`r`nBezeichner              {9dea862c-5cdd-4e70-acc1-f32b344d4795}`r`ntimeout                 30`r`n"
        $enumerate = @(
            @{ program = 'bcdedit.exe'; arguments = @('/enum', '{current}', '/v'); output = $entry }
            @{ program = 'bcdedit.exe'; arguments = @('/enum', 'osloader', '/v'); output = $entry }
            @{ program = 'bcdedit.exe'; arguments = @('/enum', '{bootmgr}', '/v'); output = $manager }
        )
    }

    It 'shows by -WhatIf what would be run' {
        $folder = New-Recording @{ platform = 'Windows'; isElevated = $true } ($enumerate | ForEach-Object { $_.Clone() })
        Set-BootMode Minimal -ComputerName "recorded://$folder" -WhatIf -WarningVariable warnings -WarningAction SilentlyContinue | Should -BeNullOrEmpty
        "$warnings" | Should -Match 'The next start is a Safe Mode, the one after it a normal one'
        Get-Call $folder | Should -Not -Match '/set|/copy|/bootsequence|/delete'
    }

    It 'has nothing to do where Windows starts normally' {
        $folder = New-Recording @{ platform = 'Windows'; isElevated = $true } ($enumerate | ForEach-Object { $_.Clone() })
        $result = Set-BootMode Off -ComputerName "recorded://$folder"
        $result.After | Should -Be 'Off'
        $result.Steps | Should -BeNullOrEmpty
    }

    It 'needs an administrator' {
        $folder = New-Recording @{ platform = 'Windows'; isElevated = $false }
        Set-BootMode Minimal -ComputerName "recorded://$folder" -Confirm:$false -ErrorVariable problem -ErrorAction SilentlyContinue
        $problem.FullyQualifiedErrorId | Should -BeLike 'NotElevated,*'
    }
}
