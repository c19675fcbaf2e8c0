# Dot-sourced by suites that reach this machine over SSH: a server of their own on loopback with its keys, and an ssh that goes to it.

# Path of the server's program; null where it, ssh or ssh-keygen is missing.
function Find-Sshd {
    if (Get-Command ssh, ssh-keygen -ErrorAction Ignore) {
        '/usr/sbin/sshd', '/usr/local/sbin/sshd', '/usr/bin/sshd' | Where-Object { Test-Path $_ } | Select-Object -First 1
    }
}

# Starts it: its port, its process, the user, and the folder, in whose bin is an ssh that belongs ahead on the path.
function Start-Sshd {
    $sshd = Find-Sshd
    $user = [Environment]::UserName
    $folder = (New-Item -ItemType Directory (Join-Path ([IO.Path]::GetTempPath()) "kf-$(New-Guid)")).FullName
    $listener = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
    $listener.Start()
    $port = $listener.LocalEndpoint.Port
    $listener.Stop()
    'host', 'user' | ForEach-Object { ssh-keygen -q -t ed25519 -N '' -f "$folder/$_" }
    Set-Content "$folder/known_hosts" "[127.0.0.1]:$port $(Get-Content "$folder/host.pub")"
    Set-Content "$folder/sshd_config" @"
Port $port
ListenAddress 127.0.0.1
HostKey $folder/host
AuthorizedKeysFile $folder/user.pub
PidFile none
StrictModes no
UsePAM no
PermitRootLogin yes
PasswordAuthentication no
KbdInteractiveAuthentication no
MaxStartups 100
Subsystem powershell $((Get-Command pwsh).Source) -sshs -NoLogo
"@
    Set-Content "$folder/config" "Host *`nUser $user`nUserKnownHostsFile $folder/known_hosts`nGlobalKnownHostsFile /dev/null`nIdentityFile $folder/user`nIdentitiesOnly yes`nIdentityAgent none"

    # The user's configuration is left alone: an ssh ahead on the path takes ours.
    $null = New-Item -ItemType Directory "$folder/bin"
    Set-Content "$folder/bin/ssh" "#!/bin/sh`nexec $((Get-Command ssh -CommandType Application)[0].Source) -F $folder/config `"`$@`""
    chmod +x "$folder/bin/ssh"
    if ($user -eq 'root') { $null = New-Item -ItemType Directory -Force /run/sshd }
    $process = Start-Process $sshd "-D -E $folder/log -f $folder/sshd_config" -PassThru
    $deadline = [datetime]::Now.AddSeconds(20)
    while (-not (Test-Connection 127.0.0.1 -TcpPort $port) -and [datetime]::Now -lt $deadline) { Start-Sleep -Milliseconds 100 }
    [pscustomobject]@{ Port = $port; User = $user; Folder = $folder; Process = $process }
}

# Ends it and removes its folder.
function Stop-Sshd($Server) {
    if ($Server) {
        $Server.Process.Kill($true)
        Remove-Item -Recurse -Force $Server.Folder
    }
}
