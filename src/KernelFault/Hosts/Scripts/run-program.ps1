# Runs a program with redirected bytes and writes one line of JSON about its end, then its output as lines of base64:
# 'O...' for standard output, 'E...' for standard error. PowerShell's own passing of arguments is not used: Windows
# PowerShell 5.1 loses quotes in them.
param([string]$Json, [string]$Payload)
$ErrorActionPreference = 'Stop'
$call = ConvertFrom-Json $Json
$windows = [IO.Path]::DirectorySeparatorChar -eq '\'

# Texts are in base64: ConvertFrom-Json would take some of them for dates.
function ConvertFrom-Base64([string]$Text) {
    [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($Text))
}

function Find-Program([string]$Name) {
    $extensions = @('')
    if ($windows) { $extensions = if ($Name -match '\.(exe|com)$') { @('') } else { @('.exe', '.com') } }
    if ($Name.Contains('/') -or ($windows -and $Name.Contains('\'))) {
        $folders = if ([IO.Path]::IsPathRooted($Name)) { @('') } else { @() }
    }
    elseif ($windows) {
        $folders = @([Environment]::SystemDirectory) + $env:PATH.Split(';')
    }
    else {
        $folders = $env:PATH.Split(':') + @('/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/local/bin', '/usr/bin', '/bin')
    }
    foreach ($folder in $folders) {
        foreach ($extension in $extensions) {
            try {
                $path = if ($folder) { [IO.Path]::Combine($folder, $Name + $extension) } else { $Name + $extension }
                if ([IO.Path]::IsPathRooted($path) -and [IO.File]::Exists($path)) { return $path }
            }
            catch { continue }
        }
    }
}

function Stop-Tree($Process) {
    try { $Process.Kill($true) }
    catch {
        try {
            if ($windows) {
                $kill = New-Object Diagnostics.ProcessStartInfo ([IO.Path]::Combine([Environment]::SystemDirectory, 'taskkill.exe')), "/T /F /PID $($Process.Id)"
                $kill.UseShellExecute = $false
                $kill.CreateNoWindow = $true
                $null = [Diagnostics.Process]::Start($kill).WaitForExit(5000)
            }
            if (-not $Process.HasExited) { $Process.Kill() }
        }
        catch { $null = $_ }
    }
}

$path = Find-Program $call.program
if (-not $path) {
    ConvertTo-Json -Compress @{ status = 'notFound' }
    return
}

$start = New-Object Diagnostics.ProcessStartInfo $path
$start.UseShellExecute = $false
$start.CreateNoWindow = $true
$start.RedirectStandardInput = $true
$start.RedirectStandardOutput = $true
$start.RedirectStandardError = $true
if ($null -ne $start.PSObject.Properties['ArgumentList']) {
    foreach ($argument in $call.arguments) { $start.ArgumentList.Add((ConvertFrom-Base64 $argument)) }
}
else {
    $start.Arguments = ConvertFrom-Base64 $call.commandLine
    # .NET Framework would send the mark of a UTF-8 console ahead of the input.
    try { if ([Console]::InputEncoding.GetPreamble().Length) { [Console]::InputEncoding = New-Object Text.UTF8Encoding $false } } catch { $null = $_ }
}

try { $process = [Diagnostics.Process]::Start($start) }
catch {
    $cause = $_.Exception.GetBaseException()
    ConvertTo-Json -Compress @{ status = 'notStarted'; code = $cause.NativeErrorCode; message = $cause.Message }
    return
}

$clock = [Diagnostics.Stopwatch]::StartNew()
$status = 'ended'
$outputs = (New-Object IO.MemoryStream), (New-Object IO.MemoryStream)
try {
    $tasks = [Threading.Tasks.Task[]]@($process.StandardOutput.BaseStream.CopyToAsync($outputs[0]), $process.StandardError.BaseStream.CopyToAsync($outputs[1]))
    $in = $process.StandardInput.BaseStream
    $writing = $null
    if ($Payload) {
        $bytes = [Convert]::FromBase64String($Payload)
        $writing = $in.WriteAsync($bytes, 0, $bytes.Length)
    }
    else { $in.Close() }
    $kept = 0
    $lastActivity = 0
    while ($true) {
        $read = [Threading.Tasks.Task]::WaitAll($tasks, 50)
        if ($writing -and $writing.IsCompleted) {
            try { $in.Close() } catch { $null = $_ }
            $writing = $null
        }
        $length = $outputs[0].Length + $outputs[1].Length
        if ($length -ne $kept) { $kept = $length; $lastActivity = $clock.ElapsedMilliseconds }
        if ($outputs[0].Length -gt $call.maximum -or $outputs[1].Length -gt $call.maximum) { $status = 'tooLarge'; break }
        $ended = if ($read) { $process.WaitForExit(50) } else { $process.HasExited }
        # Children of a program that ended may hold its outputs open.
        if ($ended -and ($read -or $clock.ElapsedMilliseconds - $lastActivity -gt 1000)) { break }
        if (-not $ended -and $clock.ElapsedMilliseconds -gt $call.timeout) { $status = 'timedOut'; break }
    }
}
finally {
    if (-not $process.HasExited) { Stop-Tree $process }
}

if ($status -ne 'ended') {
    ConvertTo-Json -Compress @{ status = $status }
    return
}

ConvertTo-Json -Compress @{ status = $status; exitCode = $process.ExitCode; milliseconds = $clock.ElapsedMilliseconds }
foreach ($stream in 0, 1) {
    $all = $outputs[$stream].ToArray()
    for ($at = 0; $at -lt $all.Length; $at += 786432) {
        'OE'.Substring($stream, 1) + [Convert]::ToBase64String($all, $at, [Math]::Min(786432, $all.Length - $at))
    }
}
