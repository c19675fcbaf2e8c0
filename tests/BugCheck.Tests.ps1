BeforeAll {
    . "$PSScriptRoot/Common.ps1"
}

Describe 'Get-BugCheck' {
    It 'finds a code written as <code>' -ForEach @(
        @{ code = '0x7E' }, @{ code = '0x0000007E' }, @{ code = '7E' }, @{ code = '7e' }, @{ code = 126 }, @{ code = '126' }
        @{ code = [uint32]126 }, @{ code = 0x1000007E }, @{ code = '0x1000007E' }
    ) {
        (Get-BugCheck $code -WarningAction Ignore).Name | Should -Be 'SYSTEM_THREAD_EXCEPTION_NOT_HANDLED'
    }

    It 'takes several codes, and codes from the pipeline' {
        (Get-BugCheck 0xA, 0xD1).Hex | Should -Be @('0xA', '0xD1')
        ('0xA', '0xD1' | Get-BugCheck).Hex | Should -Be @('0xA', '0xD1')
    }

    It 'warns when digits may have been meant as hexadecimal' {
        $null = Get-BugCheck 50 -WarningVariable warnings -WarningAction SilentlyContinue
        $warnings.Count | Should -Be 1
        $warnings[0] | Should -BeLike '*0x32*0x50*'
    }

    It 'does not warn about <_>' -ForEach { Get-BugCheck 0xA }, { Get-BugCheck 0xA, 0xD1 }, { Get-BugCheck '0xA' } {
        (& $_ 3>&1 | Where-Object { $_ -is [Management.Automation.WarningRecord] }) | Should -BeNullOrEmpty
    }

    It 'does not warn about a code that a dump holds' {
        $null = Get-CrashDump "$Samples/*.dmp" | Get-BugCheck -WarningVariable warnings -WarningAction SilentlyContinue
        $warnings.Count | Should -Be 0
    }

    It 'decodes parameters' {
        $code = Get-BugCheck 0xD1 0x28, 2, 1, 0xfffff80111361a30
        $code.Parameters.Value | Should -Be @('0x0000000000000028', '0x0000000000000002', '0x0000000000000001', '0xfffff80111361a30')
        $code.Parameters[1].Decoded | Should -Be 'DISPATCH_LEVEL'
        $code.Parameters[2].Decoded | Should -Be 'write'
    }

    It 'decodes an NTSTATUS however PowerShell holds it' {
        $status = 0xC0000005
        (Get-BugCheck 0x7E -Parameter $status).Parameters[0].Decoded | Should -BeLike '*STATUS_ACCESS_VIOLATION*'
        (Get-BugCheck 0x7E -Parameter 0xC0000005).Parameters[0].Decoded | Should -BeLike '*STATUS_ACCESS_VIOLATION*'
        (Get-BugCheck 0x7E -Parameter 0xffffffffc0000005).Parameters[0].Decoded | Should -BeLike '*STATUS_ACCESS_VIOLATION*'
    }

    It 'decodes what Get-CrashDump writes as the analysis does' {
        foreach ($dump in Get-CrashDump "$Samples/*.dmp") {
            ($dump | Get-BugCheck).Parameters.Decoded | Should -Be (Get-KernelFaultAnalysis $dump.Path).StopCode.Parameters.Decoded
        }
    }

    It 'searches names with wildcards, in any case' {
        (Get-BugCheck -Name '*pool_header').Name | Should -Be 'BAD_POOL_HEADER'
        (Get-BugCheck -Name '*IRQL*').Name | Should -Contain 'IRQL_NOT_LESS_OR_EQUAL'
    }

    It 'lists every code without arguments' {
        (Get-BugCheck).Count | Should -BeGreaterThan 400
    }

    It 'says <id> for <code>' -ForEach @(
        @{ code = '0x99999'; id = 'BugCheckNotFound' }
        @{ code = 'not a code'; id = 'BugCheckCode' }
    ) {
        Get-BugCheck $code -ErrorAction SilentlyContinue -ErrorVariable problems
        $problems[0].FullyQualifiedErrorId | Should -BeLike "$id,*"
    }

    It 'shows a code as a page and a list as a table' {
        Get-BugCheck 0x7E | Out-String -Width 120 | Should -Match '(?s)^\s*0x7E SYSTEM_THREAD_EXCEPTION_NOT_HANDLED.*Meaning.*Parameters.*Causes.*Next steps'
        Get-BugCheck -Name *POOL* | Out-String -Width 120 | Should -Match 'Code +Name +Meaning'
    }

    It 'completes codes from their number and their name' {
        (TabExpansion2 'Get-BugCheck 0xD').CompletionMatches.CompletionText | Should -Contain '0xD1'
        (TabExpansion2 'Get-BugCheck -Code video').CompletionMatches.CompletionText | Should -Contain '0x116'
        (TabExpansion2 'Get-BugCheck 0xD1').CompletionMatches[0].ToolTip | Should -BeLike '0xD1 DRIVER_IRQL_NOT_LESS_OR_EQUAL: *'
    }

    It 'completes names from any of their words' {
        $names = (TabExpansion2 'Get-BugCheck -Name IRQL_NOT_L').CompletionMatches.CompletionText
        $names | Should -Be @('IRQL_NOT_LESS_OR_EQUAL', 'DRIVER_IRQL_NOT_LESS_OR_EQUAL')
    }
}
