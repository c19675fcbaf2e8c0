# Drivers as a person asks for them.
BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    $dump = Join-Path $Samples 'network-driver-null-write.dmp'
    $system = "$Root/../shared/corpus/drivers/systeminformer.sys"
}

Describe 'Get-KernelDriver' {
    Context 'of a crash file' {
        It 'lists loaded and unloaded drivers as one type' {
            $drivers = Get-KernelDriver -CrashDump $dump
            $drivers.Count | Should -Be ((Get-CrashDumpModule $dump).Count + (Get-CrashDumpModule $dump -Unloaded).Count)
            ($drivers | Where-Object State -EQ Unloaded).Name | Should -Contain 'hwpolicy'
            $drivers[0].Source | Should -Be 'CrashDump'
        }

        It 'filters by name and by maker' {
            $driver = Get-KernelDriver contoso* -CrashDump $dump
            $driver.Name | Should -Be 'contosonet'
            $driver.State | Should -Be 'Running'
            (Get-KernelDriver -CrashDump $dump -ThirdParty).Name | Should -Contain 'contosonet'
            (Get-KernelDriver -CrashDump $dump -ThirdParty).Name | Should -Not -Contain 'ntoskrnl'
        }

        It 'completes the names in it' {
            $line = "Get-KernelDriver -CrashDump '$dump' -Name cont"
            (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -Be 'contosonet'
        }

        It 'gives the JSON of the console tool' {
            Get-KernelDriver -CrashDump $dump | ConvertTo-Json -Depth 20 | Should -Be (Invoke-KernelFault drivers --crash-dump $dump --json)
        }
    }

    Context 'of files' -Skip:(-not (Test-Path "$PSScriptRoot/../../shared/corpus/drivers/systeminformer.sys")) {
        It 'takes what Get-ChildItem writes' {
            $driver = Get-ChildItem $system | Get-KernelDriver
            $driver.Signature.Status | Should -Be 'Valid'
            $driver.Signature.SigningKind | Should -Be 'Attestation'
            $driver.IsThirdParty | Should -BeTrue
        }

        It 'shows a table' {
            (Get-KernelDriver -Path $system | Out-String -Width 160) | Should -Match 'systeminformer +Minifilter +4\.0\.1\.0'
        }

        It 'makes one error record of what is no driver' {
            $drivers = Get-KernelDriver -Path $system, $PSCommandPath -ErrorVariable problems -ErrorAction SilentlyContinue
            $drivers.Name | Should -Be 'systeminformer'
            $problems[0].FullyQualifiedErrorId | Should -Be 'DumpFormat,KernelFault.Cmdlets.GetKernelDriverCommand'
        }
    }

    Context 'of this machine' -Skip:(-not (Test-Path /sys/module)) {
        It 'lists what the kernel shows' {
            $drivers = Get-KernelDriver -WarningAction SilentlyContinue
            $drivers.Count | Should -Be (Get-ChildItem /sys/module -Directory).Count
            $drivers.Source | Sort-Object -Unique | Should -Be 'Linux'
        }
    }
}

# What only Windows has stands in for by functions of the same name; all but one of them are broken.
Describe 'The inventory script' {
    It 'gives what is left when CIM, fltmc and signatures are broken' {
        $work = Join-Path $TestDrive 'broken'
        $null = New-Item -ItemType Directory $work
        [IO.File]::WriteAllBytes("$work/contoso.sys", [byte[]](77, 90, 0))
        function Get-CimInstance {
            param($ClassName)
            if ($ClassName -ne 'Win32_SystemDriver') { throw 'Invalid class' }
            [pscustomobject]@{ Name = 'contoso'; PathName = "$work/contoso.sys"; State = 'Stopped'; StartMode = 'Boot'; ServiceType = 'Kernel Driver' }
        }
        function Get-AuthenticodeSignature { throw 'not here' }
        $text = Get-Content -Raw "$Root/src/KernelFault/Drivers/Scripts/windows-drivers.ps1"
        $inventory = & ([scriptblock]::Create($text)) '{}' | ConvertFrom-Json
        $inventory.services.name | Should -Be 'contoso'
        $inventory.files[0].length | Should -Be 3
        $inventory.files[0].error | Should -BeLike 'signature: *'
        $inventory.warnings[0] | Should -BeLike 'Win32_PnPSignedDriver: Invalid class*'
    }

    It 'is written in plain characters and in the language of Windows PowerShell 5.1' {
        $text = Get-Content -Raw "$Root/src/KernelFault/Drivers/Scripts/windows-drivers.ps1"
        $tokens = $problems = $null
        $null = [Management.Automation.Language.Parser]::ParseInput($text, [ref]$tokens, [ref]$problems)
        $problems | Should -BeNullOrEmpty
        $tokens.Kind | Where-Object { "$_" -in 'AndAnd', 'OrOr', 'QuestionMark', 'QuestionQuestion', 'QuestionQuestionEquals', 'QuestionDot', 'QuestionLBracket' } | Should -BeNullOrEmpty
        $text | Should -Not -Match 'Add-Type|[^\x00-\x7f]'
    }
}
