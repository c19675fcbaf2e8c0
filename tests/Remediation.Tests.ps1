# Playbooks in a real PowerShell: what is shown, what a killed console leaves, and twenty sessions at once over SSH to this machine.
BeforeDiscovery {
    . "$PSScriptRoot/Sshd.ps1"
    $NoSsh = -not (Find-Sshd)
    if ($NoSsh) { Write-Host 'skip: sshd or ssh is not here; playbooks over PowerShell sessions are not tested' }
}

BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    Import-Module "$Root/KernelFault.psd1"
    $runs = "$TestDrive/runs"
    $debian = "recorded://$Samples/recordings/linux-debian"

    function New-Playbook([string] $Name, [string] $Steps, [string] $More = '') {
        $path = "$TestDrive/$Name.yaml"
        Set-Content $path "version: 1`nname: $Name`ntitle: A test`ndescription: A test`n$More`nsteps:`n$Steps"
        $path
    }

    # Runs a script in a process of its own that has the module.
    function Start-Apart([string] $Script, [string[]] $By = @()) {
        $text = "Import-Module '$Root/KernelFault.psd1'; `$ErrorView = 'NormalView'`n$Script"
        $command = @($By) + @('pwsh', '-NoProfile', '-NonInteractive', '-EncodedCommand', [Convert]::ToBase64String([Text.Encoding]::Unicode.GetBytes($text)))
        Start-Process $command[0] -PassThru -ArgumentList $command[1..($command.Count - 1)]
    }
}

Describe 'A playbook from a pipeline' {
    It 'gives a typed result, keeps a journal, and is listed' {
        $path = New-Playbook look @'
  - { id: look, title: Look, action: assert, inputs: { value: "${{ facts.operatingSystem }}", matches: "${{ parameters.system }}" } }
'@ 'parameters: { system: { type: text, required: true } }'
        $run = Invoke-RemediationPlaybook -Path $path -Parameter @{ system = 'Debian' } -ComputerName $debian -RunPath $runs

        $run.PSObject.TypeNames | Should -Contain KernelFault.Playbooks.Running.HostRun
        $run.Status | Should -Be Succeeded
        "$($run.Folder)/playbook.yaml" | Should -FileContentMatchExactly 'name: look'
        $listed = Get-RemediationRun $run.RunId -RunPath $runs
        $listed.Hosts[0].Steps[0].Status | Should -Be Done
        $listed.Parameters['system'] | Should -Be Debian
        ($listed | ConvertTo-Json -Depth 9 | ConvertFrom-Json).Hosts[0].Summary | Should -Be $run.Summary
    }

    It 'does nothing when nothing comes down it' {
        $path = New-Playbook nothing '  - { id: look, title: Look, action: assert, inputs: { value: 1, equals: 1 } }'
        @() | Invoke-RemediationPlaybook -Path $path -RunPath "$TestDrive/none" -ErrorAction Stop | Should -BeNullOrEmpty
        Get-KernelFaultAnalysis "$TestDrive/not-there" -ErrorAction Ignore | Invoke-RemediationPlaybook -Path $path -RunPath "$TestDrive/none" -ErrorAction Stop | Should -BeNullOrEmpty
        Test-Path "$TestDrive/none" | Should -BeFalse
    }

    It 'says what is wrong before any machine is touched' {
        $path = New-Playbook needs '  - { id: look, title: Look, action: assert, inputs: { value: "${{ parameters.system }}", equals: a } }' 'parameters: { system: { type: text, required: true } }'
        { Invoke-RemediationPlaybook -Path $path -ComputerName $debian -RunPath "$TestDrive/none" } | Should -Throw '*system*'
        { Invoke-RemediationPlaybook -ComputerName $debian } | Should -Throw '*-Name*'
        { Invoke-RemediationPlaybook no-such-playbook -ComputerName $debian } | Should -Throw "*no-such-playbook*"
        Test-Path "$TestDrive/none" | Should -BeFalse
    }

    It 'shows with -WhatIf what would be done, and keeps nothing' {
        $path = New-Playbook change @'
  - { id: write, title: Write, action: run-script, inputs: { program: touch, arguments: [ '/tmp/never' ] }, changes: true }
'@
        $text = pwsh -NoProfile -NonInteractive -Command "Import-Module '$Root/KernelFault.psd1'; 'results: ' + @(Invoke-RemediationPlaybook -Path '$path' -ComputerName localhost -RunPath '$TestDrive/none' -WhatIf).Count" 2>&1 | Out-String -Width 4000
        $text | Should -Match 'What if: .*touch'
        $text | Should -Match 'results: 0'
        Test-Path "$TestDrive/none" | Should -BeFalse
        Test-Path /tmp/never | Should -BeFalse
    }

    It 'gives machines of an inventory their variables' {
        Set-Content "$TestDrive/machines.yaml" "hosts: { '$debian': { system: Debian }, localhost: {} }`ngroups: { linux: { hosts: ['$debian'] } }"
        $path = New-Playbook inventory '  - { id: look, title: Look, action: assert, inputs: { value: "${{ facts.operatingSystem }}", matches: "${{ host.system }}" } }'
        $run = Invoke-RemediationPlaybook -Path $path -Inventory "$TestDrive/machines.yaml" -Group linux -RunPath $runs
        $run.Host | Should -Be $debian
        $run.Status | Should -Be Succeeded
    }

    It 'refuses a file that a signed one includes when nobody signed that' {
        $path = New-Playbook outer '  - { id: inner, title: Inner, action: include, inputs: { playbook: inner.yaml } }'
        $inner = New-Playbook inner '  - { id: look, title: Look, action: assert, inputs: { value: "${{ facts.platform }}", equals: Linux } }'
        Copy-Item $inner "$(Split-Path $path)/inner.yaml" -ErrorAction SilentlyContinue
        $key = [Security.Cryptography.RSA]::Create(3072)
        $request = [Security.Cryptography.X509Certificates.CertificateRequest]::new('CN=Test', $key, [Security.Cryptography.HashAlgorithmName]::SHA256, [Security.Cryptography.RSASignaturePadding]::Pkcs1)
        $certificate = $request.CreateSelfSigned((Get-Date).AddMinutes(-1), (Get-Date).AddDays(1))
        $signed = Protect-RemediationPlaybook $path -Certificate $certificate -WarningAction SilentlyContinue
        $with = @{ Path = $path; ComputerName = $debian; RunPath = $runs; TrustedSigner = $signed.Fingerprint; ErrorAction = 'SilentlyContinue' }

        $run = Invoke-RemediationPlaybook @with
        $run.Status | Should -Be Failed
        $run.Summary | Should -BeLike '*There is no signature*'

        $null = Protect-RemediationPlaybook "$(Split-Path $path)/inner.yaml" -Certificate $certificate -WarningAction SilentlyContinue
        (Invoke-RemediationPlaybook @with).Status | Should -Be Succeeded
    }

    It 'asks for signatures again when a run goes on, and names the signer' {
        $path = New-Playbook waits @'
  - { id: ask, title: Ask, action: assert, confirm: Go on?, inputs: { value: 1, equals: 1 } }
  - { id: later, title: Later, action: include, inputs: { playbook: "${{ parameters.which }}" } }
'@ 'parameters: { which: { type: text, required: true } }'
        $later = New-Playbook later '  - { id: look, title: Look, action: assert, inputs: { value: 1, equals: 1 } }'
        $key = [Security.Cryptography.RSA]::Create(3072)
        $request = [Security.Cryptography.X509Certificates.CertificateRequest]::new('CN=Test', $key, [Security.Cryptography.HashAlgorithmName]::SHA256, [Security.Cryptography.RSASignaturePadding]::Pkcs1)
        $signed = Protect-RemediationPlaybook $path, $later -Certificate $request.CreateSelfSigned((Get-Date).AddMinutes(-1), (Get-Date).AddDays(1)) -WarningAction SilentlyContinue
        $store = "$TestDrive/signed-runs"

        # Where nobody can be asked.
        $null = pwsh -NoProfile -NonInteractive -Command "Import-Module '$Root/KernelFault.psd1'; Invoke-RemediationPlaybook -Path '$path' -ComputerName '$debian' -RunPath '$store' -TrustedSigner $($signed[0].Fingerprint) -Parameter @{ which = 'later.yaml' }" 2>&1
        $waiting = Get-RemediationRun -RunPath $store
        $waiting.Status | Should -Be NeedsPerson
        $waiting.Signer | Should -Be 'CN=Test'
        Add-Content $later '# exchanged'

        $run = Resume-RemediationRun $waiting.Id -RunPath $store -Force -ErrorAction SilentlyContinue
        $run.Status | Should -Be Failed
        $run.Summary | Should -BeLike '*later.yaml*is not run*'
        $run.Steps.Id | Should -Not -Contain 'later/look'
    }

    It 'refuses a file that nobody signed, with -RequireSigned' {
        $path = New-Playbook unsigned '  - { id: look, title: Look, action: assert, inputs: { value: 1, equals: 1 } }'
        { Invoke-RemediationPlaybook -Path $path -ComputerName $debian -RequireSigned } | Should -Throw '*signature*'
    }
}

Describe 'A console that is killed' -Skip:$IsWindows {
    It 'leaves a run that another session sees and resumes' {
        $path = New-Playbook killed @"
  - { id: first, title: First, action: run-script, inputs: { program: sh, arguments: [ '-c', 'echo first >> $TestDrive/done' ] }, changes: true }
  - { id: long, title: Long, action: run-script, inputs: { program: sleep, arguments: [ '2' ], repeatable: true } }
  - { id: last, title: Last, action: run-script, inputs: { program: sh, arguments: [ '-c', 'echo last >> $TestDrive/done' ] }, changes: true }
"@
        $store = "$TestDrive/killed-runs"
        $console = Start-Apart "Invoke-RemediationPlaybook -Path '$path' -RunPath '$store'"
        $deadline = [datetime]::Now.AddSeconds(60)
        while (-not ((Get-RemediationRun -RunPath $store).Hosts.Steps | Where-Object { $_.Id -eq 'long' }) -and [datetime]::Now -lt $deadline) { Start-Sleep -Milliseconds 100 }
        (Get-RemediationRun -RunPath $store).IsActive | Should -BeTrue
        $console.Kill()
        $console.WaitForExit()

        $broken = Get-RemediationRun -RunPath $store
        $broken.IsActive | Should -BeFalse
        $broken.Status | Should -Be Running
        $resumed = $broken | Resume-RemediationRun -RunPath $store
        $resumed.Status | Should -Be Succeeded
        Get-Content "$TestDrive/done" | Should -Be first, last
    }

    It 'that is told to stop ends within a second, in the middle of a step' {
        $path = New-Playbook stopped '  - { id: long, title: Long, action: run-script, inputs: { program: sleep, arguments: [ "100" ], repeatable: true } }'
        $store = "$TestDrive/stopped-runs"
        $console = Start-Apart "Invoke-RemediationPlaybook -Path '$path' -RunPath '$store'"
        $deadline = [datetime]::Now.AddSeconds(60)
        while (-not ((Get-RemediationRun -RunPath $store).Hosts.Steps | Where-Object { $_.Id -eq 'long' }) -and [datetime]::Now -lt $deadline) { Start-Sleep -Milliseconds 100 }
        Get-RemediationRun -RunPath $store | Stop-RemediationRun -RunPath $store
        $clock = [Diagnostics.Stopwatch]::StartNew()
        while ((Get-RemediationRun -RunPath $store).IsActive -and $clock.Elapsed.TotalSeconds -lt 20) { Start-Sleep -Milliseconds 50 }
        $clock.Elapsed.TotalSeconds | Should -BeLessThan 3
        (Get-RemediationRun -RunPath $store).Status | Should -Be Stopped
        $console.WaitForExit(20000) | Should -BeTrue
    }

    It 'goes on after Ctrl+C, which a terminal sends to the program of its step as well' -Skip:(-not (Get-Command setsid -ErrorAction Ignore)) {
        $path = New-Playbook interrupted @"
  - { id: long, title: Long, action: run-script, inputs: { program: sh, arguments: [ '-c', 'test -e $TestDrive/go || sleep 100' ], repeatable: true } }
"@
        $store = "$TestDrive/interrupted-runs"
        $console = Start-Apart "Invoke-RemediationPlaybook -Path '$path' -RunPath '$store'" -By setsid
        $deadline = [datetime]::Now.AddSeconds(60)
        while (-not ((Get-RemediationRun -RunPath $store).Hosts.Steps | Where-Object { $_.Id -eq 'long' }) -and [datetime]::Now -lt $deadline) { Start-Sleep -Milliseconds 100 }

        # The first of a group of its own, whose number is the group's.
        /bin/kill -INT -- "-$($console.Id)"
        $console.WaitForExit(20000) | Should -BeTrue
        (Get-RemediationRun -RunPath $store).Status | Should -Be Stopped
        Set-Content "$TestDrive/go" ''
        (Get-RemediationRun -RunPath $store | Resume-RemediationRun -RunPath $store).Status | Should -Be Succeeded
    }
}

Describe 'Twenty sessions at once' -Skip:$NoSsh {
    BeforeAll {
        . "$PSScriptRoot/Sshd.ps1"
        $server = Start-Sshd
        $folder, $port, $user = $server.Folder, $server.Port, $server.User
        $path = $env:PATH
        $env:PATH = "$folder/bin:$path"
    }

    AfterAll {
        $env:PATH = $path
        $sessions | Remove-PSSession -ErrorAction Ignore
        Stop-Sshd $server
    }

    It 'does not harm the others when one is killed in the middle' {
        $script:sessions = 1..20 | ForEach-Object { New-PSSession -HostName 127.0.0.1 -Port $port -UserName $user }
        $sessions.Count | Should -Be 20
        $victim = Invoke-Command $sessions[7] { $PID }
        $playbook = New-Playbook fan-out @"
  - { id: before, title: Before, action: run-script, inputs: { program: uname, arguments: [ '-r' ] } }
  - { id: long, title: Long, action: run-script, inputs: { program: sh, arguments: [ '-c', 'echo begun >> $folder/begun; while [ ! -e $folder/go ]; do sleep 0.2; done' ], repeatable: true } }
  - { id: after, title: After, action: run-script, inputs: { program: sh, arguments: [ '-c', 'echo after >> $folder/after' ] }, changes: true }
"@
        # Killed when all are in the middle of the long step.
        $null = Start-Process sh "-c `"while [ `$(cat $folder/begun | wc -l) -lt 20 ]; do sleep 0.2; done; kill -9 $victim; sleep 1; touch $folder/go`"" -RedirectStandardError /dev/null
        $results = @(Invoke-RemediationPlaybook -Path $playbook -Session $sessions -ThrottleLimit 20 -RunPath $runs -ErrorVariable problems -ErrorAction SilentlyContinue)

        $results.Count | Should -Be 20
        @($results | Where-Object Status -eq Succeeded).Count | Should -Be 19
        $lost = $results | Where-Object Status -ne Succeeded
        $lost.Status | Should -Be Unreachable
        $lost.Steps[-1].Id | Should -Be long
        $lost.Steps[-1].Status | Should -Be Running
        $problems[0].FullyQualifiedErrorId | Should -Match HostUnreachable
        @(Get-Content "$folder/after").Count | Should -Be 19
        @($sessions | Where-Object State -eq Opened).Count | Should -Be 19

        # The one goes on over a new session.
        $new = New-PSSession -HostName 127.0.0.1 -Port $port -UserName $user
        $script:sessions = @($sessions) + $new
        $resumed = Resume-RemediationRun $lost.RunId -RunPath $runs -Session $new
        $resumed.Status | Should -Be Succeeded
        @(Get-Content "$folder/after").Count | Should -Be 20
        (Get-RemediationRun $lost.RunId -RunPath $runs).Status | Should -Be Succeeded
    }
}
