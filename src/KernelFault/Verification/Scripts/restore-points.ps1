param([string]$Json)
# How many restore points Windows has, as one JSON object; null where it keeps none, as a server does. Nothing is changed.
$ErrorActionPreference = 'Stop'
$count = $null
try { $count = @(Get-CimInstance -Namespace 'root/default' -ClassName 'SystemRestore').Count } catch { }
ConvertTo-Json -Compress @{ format = 'kernelfault-restore-points 1'; count = $count }
