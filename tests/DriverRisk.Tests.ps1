BeforeDiscovery {
    $compilers = -not ('clang', 'lld-link', 'llvm-dlltool', 'llvm-rc' | Where-Object { -not (Get-Command $_ -CommandType Application -ErrorAction Ignore) })
}

BeforeAll {
    . "$PSScriptRoot/Common.ps1"

    # The user's own lists must not decide what these tests find.
    $kept = $env:XDG_DATA_HOME
    $env:XDG_DATA_HOME = "$TestDrive/data"

    @'
[ { "Id": "11111111-2222-3333-4444-555555555555", "Category": "vulnerable driver", "Tags": ["kftest.sys"],
    "KnownVulnerableSamples": [ { "OriginalFilename": "kftest.sys", "FileVersion": "3.1.4.159", "MD5": "00112233445566778899aabbccddeeff" } ] } ]
'@ | Set-Content "$TestDrive/lol.json"
    @'
<SiPolicy xmlns="urn:schemas-microsoft-com:sipolicy"><FileRules>
<Deny ID="ID_DENY_1" FriendlyName="the tests' driver" FileName="kftest.sys" MinimumFileVersion="0.0.0.0" MaximumFileVersion="3.1.4.159" />
</FileRules></SiPolicy>
'@ | Set-Content "$TestDrive/policy.xml"

    # Drivers of the unit tests' sources; not linked in the way of those, but with the same facts.
    function New-TestDriver([string] $Name, [string[]] $Option) {
        $sources = "$Root/tests/KernelFault.Tests/Formats/Pe/Drivers"
        Push-Location $TestDrive
        try {
            $null = clang --target=x86_64-pc-windows-msvc -ffreestanding -fno-stack-protector -mno-stack-arg-probe -O1 -w -c "$sources/$Name.c" -o "$Name.obj" 2>&1
            $null = llvm-dlltool -m i386:x86-64 -d "$sources/ntoskrnl.def" -l ntoskrnl.lib
            # By its name alone: llvm-rc takes a path such as /check/driver.rc for the option /C.
            Copy-Item "$sources/driver.rc" .
            $null = llvm-rc /FO driver.res driver.rc
            $null = lld-link /nologo /driver /subsystem:native /entry:DriverEntry /nodefaultlib "$Name.obj" driver.res ntoskrnl.lib @Option "/out:$Name.sys"
        }
        finally {
            Pop-Location
        }

        Get-Item "$TestDrive/$Name.sys"
    }
}

AfterAll {
    $env:XDG_DATA_HOME = $kept
}

Describe 'Get-DriverRiskRule' {
    It 'lists every rule with its reason' {
        $rules = Get-DriverRiskRule
        $rules.Count | Should -BeGreaterThan 30
        $rules | Where-Object { -not $_.Title -or -not $_.Description -or -not $_.Weight } | Should -BeNullOrEmpty
    }

    It 'finds rules by wildcard and by name' {
        (Get-DriverRiskRule no-c*).Id | Should -Be @('no-cfg', 'no-cet')
        ('no-nx', 'old' | Get-DriverRiskRule).Id | Should -Be @('no-nx', 'old')
    }

    It 'says that a name is wrong' {
        Get-DriverRiskRule nonsense -ErrorVariable problem -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $problem.FullyQualifiedErrorId | Should -BeLike 'DriverRiskRuleNotFound,*'
    }

    It 'completes ids from any of their words' {
        $line = 'Test-DriverRisk x -Include timest'
        (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -Be 'signature-without-timestamp'
    }
}

Describe 'Test-DriverRisk of crashes' {
    It 'rates the driver that an analysis blames' {
        $analysis = Get-KernelFaultAnalysis (Get-ChildItem "$Samples/*.dmp" | Select-Object -First 1)
        $risks = $analysis | Test-DriverRisk
        $risks[0].Name | Should -Be ([IO.Path]::GetFileNameWithoutExtension($analysis.Culprit.Module))
        $risks[0].Findings.Id | Should -Contain 'crash-culprit'
        $risks[0].Crashes[0].DumpPath | Should -Be $analysis.Path
    }

    It 'joins the crashes of one driver' {
        $dump = Get-ChildItem "$Samples/*.dmp" | Select-Object -First 1
        Copy-Item $dump "$TestDrive/again.dmp"
        $one = Get-KernelFaultAnalysis $dump | Test-DriverRisk
        $two = Get-KernelFaultAnalysis $dump, "$TestDrive/again.dmp" | Test-DriverRisk
        $two.Count | Should -Be $one.Count
        $two[0].Crashes.Count | Should -Be 2
        $two[0].Score | Should -BeGreaterOrEqual $one[0].Score
    }
}

Describe 'Test-DriverRisk of files' -Skip:(-not $compilers) {
    BeforeAll {
        $open = New-TestDriver open '/nxcompat:no'
        $writable = New-TestDriver writable '/section:.patch,RWE'
    }

    It 'takes files by path, wildcard and pipeline' {
        (Test-DriverRisk $open).Name | Should -Be 'open'
        (Test-DriverRisk "$TestDrive/*.sys").Name | Should -Be @('open', 'writable')
        ($open, $writable | Test-DriverRisk).Name | Should -Be @('open', 'writable')
        ($open.FullName | Test-DriverRisk).Name | Should -Be 'open'
    }

    It 'sorts and filters by level' {
        $risks = Test-DriverRisk "$TestDrive/*.sys" | Sort-Object Level -Descending
        $risks.Name | Should -Be @('open', 'writable')
        ($risks | Where-Object Level -ge High).Name | Should -Be 'open'
        ($risks | Where-Object Level -eq 'Medium').Name | Should -Be 'writable'
    }

    It 'asks only the rules of -Include without those of -Exclude' {
        (Test-DriverRisk $open -Include no-* -Exclude no-c*).Findings.Id | Should -Be @('no-nx', 'no-user-memory-check')
    }

    It 'knows drivers of a block list' {
        $risk = Test-DriverRisk $writable -BlocklistPath "$TestDrive/lol.json", "$TestDrive/policy.xml" -Include blocked-*
        $risk.Findings.Id | Should -Be 'blocked-version'
        $risk.Actions | Should -Contain 'Block'
        (Test-DriverRisk $writable -BlocklistPath "$TestDrive/policy.xml").Level | Should -Be 'Critical'
    }

    It 'does not go on without a block list that was asked for' {
        { Test-DriverRisk $writable -BlocklistPath "$TestDrive/nowhere.json" } | Should -Throw
        { Test-DriverRisk $writable -BlocklistPath $writable } | Should -Throw
    }

    It 'lets each part be indexed' {
        $risk = Test-DriverRisk $open
        $risk.Findings[0].Id | Should -Be 'open-machine-access'
        $risk.Actions[0] | Should -Be 'Disable'
        $risk.NotChecked[0] | Should -BeOfType string
        (Get-DriverRiskRule old).Platforms[0] | Should -Be 'Windows'
    }

    It 'says what it could not ask without a block list' {
        (Test-DriverRisk $writable).NotChecked | Should -Contain 'blocked-hash: block list'
    }

    It 'joins what crashes say by the name of the file' {
        $analysis = Get-KernelFaultAnalysis "$Samples/network-driver-null-write.dmp"
        Copy-Item $open "$TestDrive/contosonet.sys"
        $risk = Test-DriverRisk "$TestDrive/contosonet.sys" -Analysis $analysis -Include crash-*
        $risk.Findings.Id | Should -Be @('crash-culprit', 'crash-image-mismatch')
        $risk.Crashes[0].Role | Should -Be 'Culprit'
        Remove-Item "$TestDrive/contosonet.sys"
    }

    It 'writes one error for what is no driver and judges the rest' {
        $risks = "$TestDrive/lol.json", $open.FullName | Test-DriverRisk -ErrorVariable problem -ErrorAction SilentlyContinue
        $risks.Name | Should -Be 'open'
        $problem.FullyQualifiedErrorId | Should -BeLike 'DumpFormat,*'
    }

    It 'writes one error for what cannot be judged' {
        42 | Test-DriverRisk -ErrorVariable problem -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $problem.FullyQualifiedErrorId | Should -BeLike 'DriverRiskInput,*'
    }

    It 'shows level, score, name and the first finding' {
        $text = Test-DriverRisk $open | Format-Table | Out-String -Width 160
        $text | Should -Match 'Level\s+Score\s+Name\s+ComputerName\s+Finding'
        $text | Should -Match 'open.*and \d+ more'
    }

    It 'gives the same JSON as the console tool' {
        $console = Invoke-KernelFault risk --json $open.FullName | ConvertFrom-Json
        $cmdlet = Test-DriverRisk $open | ConvertTo-Json -Depth 20 | ConvertFrom-Json
        ($console | ConvertTo-Json -Depth 20) | Should -Be ($cmdlet | ConvertTo-Json -Depth 20)
    }

    It 'writes SARIF in both ways, and so does the console tool' {
        $sarif = Test-DriverRisk $open -As Sarif
        $sarif | Should -Be (Test-DriverRisk $open | ConvertTo-Sarif)
        $sarif | Should -Be (Invoke-KernelFault risk --sarif $open.FullName)
        ($sarif | ConvertFrom-Json).runs[0].results.ruleId | Should -Contain 'open-machine-access'
    }
}

Describe 'Test-DriverRisk of machines' {
    It 'judges the drivers that a crash file lists' {
        $dump = "$Samples/network-driver-null-write.dmp"
        $risks = Get-KernelDriver -CrashDump $dump | Test-DriverRisk -Analysis (Get-KernelFaultAnalysis $dump)
        $risks.Count | Should -BeGreaterThan 5
        ($risks | Sort-Object Score -Descending)[0].Name | Should -Be 'contosonet'
        ($risks | Where-Object Level -ge High).Name | Should -Be 'contosonet'
    }
}

Describe 'ConvertTo-Sarif' {
    It 'takes answers about crashes' {
        $run = (Get-KernelFaultAnalysis "$Samples/*.dmp" | ConvertTo-Sarif | ConvertFrom-Json).runs[0]
        $run.results.Count | Should -Be (Get-ChildItem "$Samples/*.dmp").Count
        $run.results.level | Should -Not -Contain 'note'
    }

    It 'refuses anything else' {
        $null = 1 | ConvertTo-Sarif -ErrorVariable problem -ErrorAction SilentlyContinue
        $problem.FullyQualifiedErrorId | Should -BeLike 'SarifInput,*'
    }
}

Describe 'Update-DriverBlocklist' -Skip:($IsWindows -ne $false) {
    It 'writes nothing with -WhatIf' {
        Update-DriverBlocklist -Path "$TestDrive/lol.json" -WhatIf | Should -BeNullOrEmpty
        Test-Path "$TestDrive/data/KernelFault" | Should -BeFalse
    }

    It 'keeps the lists of a folder, and they are used' {
        $null = New-Item -ItemType Directory "$TestDrive/lists"
        Copy-Item "$TestDrive/lol.json", "$TestDrive/policy.xml" "$TestDrive/lists"
        $lists = Update-DriverBlocklist -Path "$TestDrive/lists"
        $lists.Kind | Should -Be @('LolDrivers', 'AppControlPolicy')
        $lists.VersionCount | Should -Be @(1, 1)
        (Get-KernelFaultAnalysis "$Samples/*.dmp" | Test-DriverRisk).NotChecked | Should -Not -Contain 'blocked-hash: block list'
    }

    It 'keeps the old list when a new one is damaged' {
        '[ {' | Set-Content "$TestDrive/bad.json"
        Update-DriverBlocklist -Path "$TestDrive/bad.json" -ErrorVariable problem -ErrorAction SilentlyContinue
        $problem.FullyQualifiedErrorId | Should -BeLike 'DumpFormat,*'
        (Get-ChildItem "$TestDrive/data/KernelFault/blocklists").Count | Should -Be 2
    }

    It 'does not ask an address that is not encrypted' {
        Update-DriverBlocklist -Uri http://example.org/drivers.json -ErrorVariable problem -ErrorAction SilentlyContinue
        $problem.FullyQualifiedErrorId | Should -BeLike 'FileName,*'
        Update-DriverBlocklist -Uri http://example.org/drivers.json -WhatIf -ErrorVariable rehearsed -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $rehearsed.FullyQualifiedErrorId | Should -Be $problem.FullyQualifiedErrorId
    }
}
