# What a repair of Windows has to know beforehand, as one line of JSON; only looks. Names of processes and of registry keys are the
# same in every language. Each question by itself: one that cannot be answered must not hide the rest.
param([string]$Json)
$ErrorActionPreference = 'Stop'
$options = ConvertFrom-Json $Json
$online = -not $options.windows
$windows = if ($online) { $env:SystemRoot } else { [string]$options.windows }
$now = [DateTime]::Now
if ($options.mark) {
    # Logs tell whole seconds: with the next one begun, every line of before is older.
    Start-Sleep -Milliseconds (1010 - $now.Millisecond)
    $now = [DateTime]::Now
}
$state = @{
    format  = 'kernelfault-servicing 1'
    windows = $windows
    system  = $env:SystemRoot
    local   = $now.ToString('yyyy-MM-ddTHH:mm:ss', [Globalization.CultureInfo]::InvariantCulture)
    utc     = $now.ToUniversalTime().ToString('yyyy-MM-ddTHH:mm:ss', [Globalization.CultureInfo]::InvariantCulture)
}
try { $state.free = (New-Object IO.DriveInfo ([IO.Path]::GetPathRoot($windows))).AvailableFreeSpace } catch { $null = $_ }

$pending = @()
if ([IO.File]::Exists([IO.Path]::Combine($windows, 'WinSxS\pending.xml'))) { $pending += 'pending.xml' }
if ($online) {
    $key = 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion'
    try { if (Test-Path -LiteralPath "$key\Component Based Servicing\RebootPending") { $pending += 'Component Based Servicing' } } catch { $null = $_ }
    try { if (Test-Path -LiteralPath "$key\WindowsUpdate\Auto Update\RebootRequired") { $pending += 'Windows Update' } } catch { $null = $_ }
}
$state.pending = $pending

# The service that repairs stays for some minutes when its work is done: it is at work when it uses the processor.
$lasting = 'TrustedInstaller', 'TiWorker'
function Get-Seconds($Process) { try { $Process.TotalProcessorTime.TotalSeconds } catch { $null } }
$processes = @()
try {
    foreach ($process in @(Get-Process -Name dism, DismHost, sfc, wusa -ErrorAction SilentlyContinue)) {
        $processes += @{ name = $process.ProcessName; id = $process.Id }
    }
    $before = @{}
    foreach ($process in @(Get-Process -Name $lasting -ErrorAction SilentlyContinue)) { $before[$process.Id] = Get-Seconds $process }
    if ($before.Count -gt 0 -and $options.sample) {
        Start-Sleep -Milliseconds 1000
        foreach ($process in @(Get-Process -Name $lasting -ErrorAction SilentlyContinue)) {
            $after = Get-Seconds $process
            $busy = if ($null -ne $after -and $null -ne $before[$process.Id]) { $after - $before[$process.Id] } else { $null }
            $processes += @{ name = $process.ProcessName; id = $process.Id; busy = $busy }
        }
    }
}
catch { $null = $_ }
$state.processes = $processes
ConvertTo-Json -Compress -Depth 4 $state
