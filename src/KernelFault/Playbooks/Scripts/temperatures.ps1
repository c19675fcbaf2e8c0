param([string]$Json)
# Temperatures that the firmware tells Windows; nothing is changed. Out: one line a sensor, its name and tenths of a Kelvin with a tab
# between. Many machines tell none; the first class needs an administrator.
$ErrorActionPreference = 'Stop'
$null = $Json
$zones = @()
try { $zones = @(Get-CimInstance -Namespace 'root/wmi' -ClassName MSAcpi_ThermalZoneTemperature) } catch { $null = $_ }
foreach ($zone in $zones) { "{0}`t{1}" -f ([string]$zone.InstanceName -replace "`t", ' '), [long]$zone.CurrentTemperature }
if ($zones.Count -eq 0) {
    try { $zones = @(Get-CimInstance -ClassName Win32_PerfFormattedData_Counters_ThermalZoneInformation) } catch { $null = $_ }
    foreach ($zone in $zones) {
        $tenths = if ($zone.HighPrecisionTemperature) { [long]$zone.HighPrecisionTemperature } else { 10 * [long]$zone.Temperature }
        "{0}`t{1}" -f ([string]$zone.Name -replace "`t", ' '), $tenths
    }
}
