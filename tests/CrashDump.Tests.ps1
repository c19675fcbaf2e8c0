BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    $network = Join-Path $Samples 'network-driver-null-write.dmp'
}

Describe 'Get-CrashDump' {
    It 'reads the header of a file' {
        $dump = Get-CrashDump $network
        $dump | ForEach-Object { $_.PSObject.TypeNames[0] } | Should -Be 'KernelFault.Analysis.CrashDumpInfo'
        $dump.Kind | Should -Be 'WindowsTriage'
        $dump.Architecture | Should -Be 'X64'
        $dump.BuildNumber | Should -Be 26100
        $dump.StopCode | Should -Be 0xD1
        $dump.StopCodeName | Should -Be 'DRIVER_IRQL_NOT_LESS_OR_EQUAL'
        $dump.Parameters | Should -HaveCount 4
        $dump.Parameters[0] | Should -Be '0x0000000000000028'
        $dump.CrashTime.Kind | Should -Be 'Utc'
        $dump.Length | Should -Be (Get-Item $network).Length
    }

    It 'shows a table of many files' {
        $table = Get-CrashDump "$Samples/*.dmp" | Out-String -Width 160
        $table | Should -Match 'Name +CrashTime +Build +Arch +StopCode +StopCodeName'
        $table | Should -Match 'network-driver-null-write.dmp +2026-03-14 09:26 +26100 X64 +0xD1 +DRIVER_IRQL_NOT_LESS_OR_EQUAL'
    }

    It 'writes one error record for a bad file and goes on with the rest' {
        $bad = Join-Path $TestDrive 'bad.dmp'
        Set-Content -LiteralPath $bad -Value 'this is no dump'
        (Get-CrashDump $bad, $network -ErrorAction SilentlyContinue -ErrorVariable problems).Path | Should -Be $network
        $problems.Count | Should -Be 1
        $problems[0].FullyQualifiedErrorId | Should -Be 'DumpFormat,KernelFault.Cmdlets.GetCrashDumpCommand'
    }
}

Describe 'Get-CrashDumpModule' {
    It 'lists the loaded drivers, the kernel first' {
        $modules = Get-CrashDumpModule $network
        $modules[0] | ForEach-Object { $_.PSObject.TypeNames[0] } | Should -Be 'KernelFault.Analysis.CrashDumpModule'
        $modules[0].Name | Should -Be 'ntoskrnl.exe'
        $modules.Count | Should -Be (Get-KernelFaultAnalysis $network).Modules.Count
        $modules.IsUnloaded | Should -Not -Contain $true
        $modules[0].DumpPath | Should -Be $network
    }

    It 'filters by name with wildcards, in any case' {
        (Get-CrashDumpModule $network -Name 'CONTOSO*', 'hal.dll').Name | Should -Be @('hal.dll', 'contosonet.sys')
    }

    It 'lists the unloaded drivers with -Unloaded' {
        $modules = Get-CrashDumpModule $network -Unloaded
        $modules.Count | Should -Be (Get-KernelFaultAnalysis $network).UnloadedModules.Count
        $modules.IsUnloaded | Should -Not -Contain $false
    }

    It 'shows a table for each file' {
        $shown = Get-CrashDumpModule "$Samples/*.dmp" -Name ntoskrnl.exe | Out-String -Width 160
        ([regex]::Matches($shown, 'Dump: ')).Count | Should -Be (Get-ChildItem "$Samples/*.dmp").Count
        $shown | Should -Match 'BaseAddress +EndAddress +Name'
    }
}
