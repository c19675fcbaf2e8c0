param([string]$Json)
# Says of memory and disks what the registry does not: one line of JSON. What cannot be told is null.
$ErrorActionPreference = 'Stop'
$asked = ConvertFrom-Json $Json
$memory = $null; $domain = $null; $free = $null
try {
    $computer = Get-CimInstance Win32_ComputerSystem -Property TotalPhysicalMemory, PartOfDomain -OperationTimeoutSec 20
    $memory = [long]$computer.TotalPhysicalMemory
    $domain = [bool]$computer.PartOfDomain
}
catch {
    try {
        Add-Type -AssemblyName Microsoft.VisualBasic
        $memory = [long](New-Object Microsoft.VisualBasic.Devices.ComputerInfo).TotalPhysicalMemory
    }
    catch { $memory = $null }
}
try { $free = [long](New-Object IO.DriveInfo ([string]$asked.drive)).AvailableFreeSpace } catch { $free = $null }
ConvertTo-Json -Compress @{ memory = $memory; domain = $domain; free = $free }
