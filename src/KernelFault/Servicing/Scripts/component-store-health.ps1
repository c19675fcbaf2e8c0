# What is known of the component store's health, as a number that no language changes: 0 sound, 1 repairable, 2 not repairable. Only
# asks, as 'dism /CheckHealth' does.
param([string]$Json)
$ErrorActionPreference = 'Stop'
$options = ConvertFrom-Json $Json
$image = if ($options.image) { @{ Path = [string]$options.image } } else { @{ Online = $true } }
$health = (Repair-WindowsImage @image -CheckHealth).ImageHealthState
ConvertTo-Json -Compress @{ format = 'kernelfault-component-store 1'; health = [int]$health }
