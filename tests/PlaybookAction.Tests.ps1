BeforeAll {
    . "$PSScriptRoot/Common.ps1"
}

Describe 'Get-PlaybookAction' {
    It 'lists actions by name, each with all that it says of itself' {
        $actions = Get-PlaybookAction

        $actions.Count | Should -BeGreaterThan 25
        $actions.Name | Should -Be ($actions.Name | Sort-Object)
        foreach ($action in $actions) {
            $action.Title, $action.Description, $action.Idempotence, $action.DryRun | Should -Not -BeNullOrEmpty
        }
    }

    It 'takes wildcards, several names and the pipeline' {
        (Get-PlaybookAction *-verifier).Name | Should -Be @('disable-verifier', 'enable-verifier', 'get-verifier')
        ('get-drivers', 'COLLECT-DUMPS' | Get-PlaybookAction).Name | Should -Be @('get-drivers', 'collect-dumps')
        (Get-PlaybookAction get-drivers, test-driver-risk).Count | Should -Be 2
    }

    It 'says that there is no such action' {
        Get-PlaybookAction nonsense -ErrorVariable problem -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $problem.FullyQualifiedErrorId | Should -BeLike 'PlaybookActionNotFound,*'
        Get-PlaybookAction no*sense | Should -BeNullOrEmpty
    }

    It 'shows a table, and inputs and outputs as a list' {
        $table = Get-PlaybookAction enable-verifier | Out-String -Width 100
        $table | Should -Match 'enable-verifier +Windows +True +Safe +Set Driver Verifier on drivers'

        $list = Get-PlaybookAction enable-verifier | Format-List | Out-String -Width 300
        $list | Should -Match 'drivers \(TextList, required\): Names of the drivers'
        $list | Should -Match 'preset \(Text, default Standard: Standard, Pool, Io'
        $list | Should -Match 'needsRestart \(Boolean\)'
    }

    It 'completes names from the beginning of any word' {
        $line = 'Get-PlaybookAction ver'
        ([Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, $null)).CompletionMatches.CompletionText | Should -Be @('disable-verifier', 'enable-verifier', 'get-verifier')
    }

    It 'gives objects that survive JSON' {
        $read = Get-PlaybookAction disable-driver | ConvertTo-Json -Depth 4 | ConvertFrom-Json

        $read.Inputs[0].Name | Should -Be 'driver'
        $read.Changes | Should -BeTrue
    }
}
