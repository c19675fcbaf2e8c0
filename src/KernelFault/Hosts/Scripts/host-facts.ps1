# What HostFacts asks, as one line of JSON. Each question by itself: a broken CIM repository must not hide the rest.
param([string]$Json)
$ErrorActionPreference = 'Stop'
# The time first and last of all: what lies between was spent here, not on the way.
$clock = [DateTime]::UtcNow.ToString('o')
$facts = @{ clock = $clock; powerShell = "$($PSVersionTable.PSVersion)"; windows = [IO.Path]::DirectorySeparatorChar -eq '\' }
if ($facts.windows) {
    function Get-Value([string]$Key, [string]$Name) {
        try { (Get-ItemProperty -LiteralPath "HKLM:\$Key" -Name $Name).$Name } catch { $null }
    }

    $current = 'SOFTWARE\Microsoft\Windows NT\CurrentVersion'
    $facts.computer = [Environment]::MachineName
    $facts.system = Get-Value $current ProductName
    $facts.build = Get-Value $current CurrentBuildNumber
    $facts.revision = Get-Value $current UBR
    $facts.major = Get-Value $current CurrentMajorVersionNumber
    $facts.minor = Get-Value $current CurrentMinorVersionNumber
    $facts.version = Get-Value $current CurrentVersion
    $facts.architecture = Get-Value 'SYSTEM\CurrentControlSet\Control\Session Manager\Environment' PROCESSOR_ARCHITECTURE
    $facts.codePage = Get-Value 'SYSTEM\CurrentControlSet\Control\Nls\CodePage' OEMCP
    try {
        $identity = [Security.Principal.WindowsIdentity]::GetCurrent()
        $facts.elevated = (New-Object Security.Principal.WindowsPrincipal $identity).IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)
    }
    catch { $null = $_ }
    try {
        # The registry calls Windows 11 by the name of Windows 10.
        $os = Get-CimInstance -ClassName Win32_OperatingSystem -Property Caption, LastBootUpTime
        $facts.system = $os.Caption
        $facts.boot = $os.LastBootUpTime.ToUniversalTime().ToString('o')
    }
    catch { $null = $_ }
    $pending = @()
    $servicing = 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion'
    if (Test-Path -LiteralPath "$servicing\Component Based Servicing\RebootPending") { $pending += 'Component Based Servicing' }
    if (Test-Path -LiteralPath "$servicing\WindowsUpdate\Auto Update\RebootRequired") { $pending += 'Windows Update' }
    if (Get-Value 'SYSTEM\CurrentControlSet\Control\Session Manager' PendingFileRenameOperations) { $pending += 'file rename operations' }
    $names = 'SYSTEM\CurrentControlSet\Control\ComputerName'
    if ((Get-Value "$names\ActiveComputerName" ComputerName) -ne (Get-Value "$names\ComputerName" ComputerName)) { $pending += 'computer name' }
    $facts.pending = $pending
}
$facts.clockAtEnd = [DateTime]::UtcNow.ToString('o')
ConvertTo-Json -Compress $facts
