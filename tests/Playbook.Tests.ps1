BeforeAll {
    . "$PSScriptRoot/Common.ps1"
}

Describe 'Get-RemediationPlaybook' {
    It 'lists the playbooks of the module by name' {
        $playbooks = Get-RemediationPlaybook

        $playbooks.Count | Should -BeGreaterOrEqual 14
        $playbooks.Name | Should -Be ($playbooks.Name | Sort-Object)
        $playbooks.IsBuiltIn | Should -Not -Contain $false
        (Get-RemediationPlaybook linux-*).Platform | Select-Object -Unique | Should -Be 'Linux'
    }

    It 'puts what the analysis names first, with the reason' {
        $analysis = Get-KernelFaultAnalysis "$Samples/network-driver-null-write.dmp"
        $first = ($analysis.NextSteps | Where-Object Playbook | Select-Object -First 1).Playbook

        $found = $analysis | Get-RemediationPlaybook
        $found[0].Name | Should -Be $first
        $found[0].Reason | Should -BeLike 'the analysis names it*'
        $found.Platform | Should -Not -Contain 'Linux'
    }

    It 'finds by symptom and by stop code' {
        (Get-RemediationPlaybook -Symptom 'boot loop')[0].Name | Should -Be 'windows-boot-loop-offline'
        (Get-RemediationPlaybook -BugCheck PAGE_FAULT_IN_NONPAGED_AREA).Name | Should -Contain 'windows-driver-page-fault'
        (Get-RemediationPlaybook -BugCheck 0x50).Name | Should -Contain 'windows-driver-page-fault'
    }

    It 'says that there is no such playbook' {
        Get-RemediationPlaybook nonsense -ErrorVariable problem -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $problem.FullyQualifiedErrorId | Should -BeLike 'RemediationPlaybookNotFound,*'
        Get-RemediationPlaybook no*sense | Should -BeNullOrEmpty
        Get-RemediationPlaybook -BugCheck NO_SUCH_CODE -ErrorVariable problem -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $problem.FullyQualifiedErrorId | Should -BeLike 'BugCheckNotFound,*'
    }

    It 'survives JSON' {
        $read = Get-RemediationPlaybook linux-module-oops | ConvertTo-Json -Depth 6 | ConvertFrom-Json
        $read.Name | Should -Be 'linux-module-oops'
        $read.Parameters[0].Type | Should -Be 'Text'
        $read.Platform | Should -Be 'Linux'
    }
}

Describe 'Test-RemediationPlaybook and New-RemediationPlaybook' {
    BeforeAll {
        $file = "$TestDrive/mine.yaml"
        $null = New-RemediationPlaybook mine $file -Title "It's mine" -Platform Windows
    }

    It 'writes a playbook that is valid' {
        $check = Test-RemediationPlaybook $file
        $check.IsValid | Should -BeTrue
        $check.Problems | Should -BeNullOrEmpty
        (Get-RemediationPlaybook -Path $file).Title | Should -Be "It's mine"
    }

    It 'does not overwrite a file unless it is told to' {
        New-RemediationPlaybook mine $file -ErrorVariable problem -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $problem.FullyQualifiedErrorId | Should -BeLike 'RemediationPlaybookExists,*'
        (New-RemediationPlaybook mine $file -Force -Title "It's mine").FullName | Should -Be (Get-Item $file).FullName
    }

    It 'writes nothing with -WhatIf, and into a folder by its name' {
        New-RemediationPlaybook other $TestDrive -WhatIf | Should -BeNullOrEmpty
        "$TestDrive/other.yaml" | Should -Not -Exist
        (New-RemediationPlaybook other $TestDrive).Name | Should -Be 'other.yaml'
    }

    It 'refuses what is no name' {
        New-RemediationPlaybook 'No Name' $TestDrive -ErrorVariable problem -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $problem.FullyQualifiedErrorId | Should -BeLike 'RemediationPlaybookName,*'
    }

    It 'tells all that is wrong, each with its place' {
        Set-Content "$TestDrive/wrong.yaml" "version: 2`nname: Wrong`nsteps: []`n"
        $check = Get-Item "$TestDrive/wrong.yaml" | Test-RemediationPlaybook
        $check.IsValid | Should -BeFalse
        $check.Problems.Id | Should -Contain 'Version'
        ($check.Problems | Where-Object Id -eq 'WrongName').Line | Should -Be 2
        "$($check.Problems[0])" | Should -Match 'wrong\.yaml:\d+:\d+: error '
        Get-RemediationPlaybook -Path "$TestDrive/wrong.yaml" -ErrorVariable problem -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $problem.FullyQualifiedErrorId | Should -BeLike 'PlaybookFormat,*'
    }

    It 'checks many files, and says which is not there' {
        (Test-RemediationPlaybook "$Root/playbooks/*.yaml").IsValid | Should -Not -Contain $false
        Test-RemediationPlaybook "$TestDrive/none.yaml" -ErrorVariable problem -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $problem.FullyQualifiedErrorId | Should -BeLike 'FileNotFound,*'
    }
}
