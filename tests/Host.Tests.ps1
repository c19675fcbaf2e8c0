# The base of all cmdlets that work on machines, in a real PowerShell. The cmdlet Test-Host and its checks are in the unit
# tests' assembly; it is loaded in a process of its own, apart from the module that the other suites load.
BeforeDiscovery {
    . "$PSScriptRoot/Sshd.ps1"
    $Assembly = Get-ChildItem "$PSScriptRoot/KernelFault.Tests/bin/*/net10.0/KernelFault.Tests.dll" -ErrorAction Ignore
    $CannotRun = -not (Find-Sshd) -or -not $Assembly
    if ($CannotRun) { Write-Host 'skip: sshd, ssh or the built unit tests are not here; hosts over PowerShell sessions are not tested' }
}

Describe 'Cmdlets that work on machines' -Skip:$CannotRun {
    BeforeAll {
        $assembly = Get-ChildItem "$PSScriptRoot/KernelFault.Tests/bin/*/net10.0/KernelFault.Tests.dll" | Sort-Object LastWriteTime | Select-Object -Last 1
        . "$PSScriptRoot/Sshd.ps1"
        $server = Start-Sshd
        $folder, $port, $user = $server.Folder, $server.Port, $server.User

        # Runs a script in a process of its own that has the cmdlet; what it writes comes back as text.
        function Invoke-Apart([string] $Script, [string] $Module = $assembly) {
            $path = $env:PATH
            try {
                $env:PATH = "$folder/bin:$path"
                $text = "Import-Module '$Module'; `$ErrorView = 'NormalView'; `$port = $port; `$folder = '$folder'; `$ssh = 'ssh://$user@127.0.0.1:$port'`n$Script"
                (pwsh -NoProfile -NonInteractive -EncodedCommand ([Convert]::ToBase64String([Text.Encoding]::Unicode.GetBytes($text))) 2>&1) -join "`n"
            }
            finally { $env:PATH = $path }
        }
    }

    AfterAll {
        Stop-Sshd $server
    }

    It 'work on this machine when none is named, and by its names' {
        Invoke-Apart '(Test-Host), (Test-Host -ComputerName localhost, .) | ForEach-Object { $_ } | ForEach-Object { ($_ -split " ")[0, 1] -join " " }' |
            Should -Be (@('localhost Local') * 3 -join "`n")
    }

    It 'reach a machine by OpenSSH, by PowerShell over SSH and in a session, and it is the same machine' {
        $lines = (Invoke-Apart @'
(Test-Host) -replace "^\S+ \S+ "
(Test-Host -ComputerName $ssh) -replace "^\S+ \S+ "
(Test-Host -HostName 127.0.0.1 -Port $port -KeyFilePath $folder/user) -replace "^\S+ \S+ "
$session = New-PSSession -HostName 127.0.0.1 -Port $port
($session | Test-Host) -replace "^\S+ \S+ "
(Test-Host -Session $session) -replace "^\S+ \S+ "
"$($session.State)"
'@) -split "`n"
        $lines | Should -HaveCount 6
        $lines[0..4] | Select-Object -Unique | Should -HaveCount 1
        $lines[0] | Should -BeLike 'Linux*'
        $lines[5] | Should -Be 'Opened'
    }

    It 'give every argument to a program as it is' {
        Invoke-Apart 'Test-Host -Check Traps -HostName 127.0.0.1 -Port $port' | Should -Be 'passed'
    }

    It 'run programs and scripts in a session, and end what takes too long or writes too much' {
        Invoke-Apart 'Test-Host -Check Program -HostName 127.0.0.1 -Port $port' | Should -Be 'passed'
    }

    It 'read and write files in a session' {
        Invoke-Apart 'Test-Host -Check Files -Folder $folder/f -HostName 127.0.0.1 -Port $port' | Should -Be 'passed'
    }

    It 'list and judge the drivers of several machines, however they are reached' {
        $result = Invoke-Apart -Module (Join-Path $PSScriptRoot '../KernelFault.psd1') @'
$session = New-PSSession -HostName 127.0.0.1 -Port $port
$all = (Get-KernelDriver -ComputerName $ssh, ssh://127.0.0.1:1, localhost -ErrorVariable failed -ErrorAction SilentlyContinue), ($session | Get-KernelDriver) | ForEach-Object { $_ }
$machines = $all | Group-Object ComputerName
$risks = Get-KernelDriver -ComputerName $ssh | Test-DriverRisk
@{
    machines = @($machines.Name | Sort-Object)
    names = @($machines | ForEach-Object { $_.Group.Name -join ',' } | Select-Object -Unique).Count
    failed = @($failed | ForEach-Object { "$($_.FullyQualifiedErrorId)" })
    judged = @($risks).Count -eq $machines[0].Count
    high = @($risks | Where-Object Level -ge Critical).Count
} | ConvertTo-Json
'@
        $result = $result.Substring($result.IndexOf('{')) | ConvertFrom-Json
        $result.machines | Should -Be @('127.0.0.1', 'localhost', "ssh://$user@127.0.0.1:$port")
        $result.names | Should -Be 1
        $result.failed | Should -Be 'HostUnreachable,KernelFault.Cmdlets.GetKernelDriverCommand'
        $result.judged | Should -BeTrue
        $result.high | Should -Be 0
    }

    It 'make one error record of a dead machine, and go on with the others' {
        $text = Invoke-Apart @'
$found = [pscustomobject]@{ ComputerName = "ssh://127.0.0.1:1" }, [pscustomobject]@{ ComputerName = "." }, [pscustomobject]@{ ComputerName = $ssh } |
    Test-Host -ErrorVariable failed -ErrorAction SilentlyContinue
$null = Test-Host -HostName 127.0.0.1 -Port 1 -ErrorVariable +failed -ErrorAction SilentlyContinue
$null = Test-Host -ComputerName "ssh://-oProxyCommand=x" -ErrorVariable +failed -ErrorAction SilentlyContinue
$null = Test-Host -HostName "-oProxyCommand=x" -ErrorVariable +failed -ErrorAction SilentlyContinue
$null = Test-Host -HostName 127.0.0.1 -UserName "-oProxyCommand=x" -ErrorVariable +failed -ErrorAction SilentlyContinue
$null = Test-Host -WindowsDirectory $folder -ErrorVariable +failed -ErrorAction SilentlyContinue
@{ found = @($found).Count; failed = @($failed | Where-Object { $_ -is [Management.Automation.ErrorRecord] } | ForEach-Object { "$($_.FullyQualifiedErrorId -replace ",.*") $($_.TargetObject -replace [regex]::Escape($folder), "F")" }) } | ConvertTo-Json
'@
        # PowerShell prints what its ssh says.
        $result = $text.Substring($text.IndexOf('{')) | ConvertFrom-Json
        $result.found | Should -Be 2
        $result.failed | Should -Be @('HostUnreachable ssh://127.0.0.1:1', 'HostUnreachable 127.0.0.1', 'HostName ssh://-oProxyCommand=x', 'HostName -oProxyCommand=x', 'HostName 127.0.0.1', 'HostNotFound F')
    }

    It 'stop at once, there too' -ForEach '-ComputerName $ssh', '-HostName 127.0.0.1 -Port $port' {
        $result = Invoke-Apart @"
`$shell = [powershell]::Create([Management.Automation.RunspaceMode]::NewRunspace)
`$null = `$shell.AddScript({ param(`$port, `$ssh, `$module) Import-Module `$module; Test-Host -Check Sleep $_ }).AddArgument(`$port).AddArgument(`$ssh).AddArgument('$assembly')
`$null = `$shell.BeginInvoke()
`$deadline = [datetime]::Now.AddSeconds(40)
while (-not (pgrep -f 'sleep 4719[.]5') -and [datetime]::Now -lt `$deadline) { Start-Sleep -Milliseconds 100 }
[bool](pgrep -f 'sleep 4719[.]5')
`$clock = [Diagnostics.Stopwatch]::StartNew()
`$shell.Stop()
`$clock.Elapsed.TotalSeconds -lt 5
`$deadline = [datetime]::Now.AddSeconds(10)
while ((pgrep -f 'sleep 4719[.]5') -and [datetime]::Now -lt `$deadline) { Start-Sleep -Milliseconds 100 }
[bool](pgrep -f 'sleep 4719[.]5')
"@
        $result | Should -Be "True`nTrue`nFalse"
    }
}
