param([string]$Json)
# The TCP ports on which the machine listens, one a line.
[Net.NetworkInformation.IPGlobalProperties]::GetIPGlobalProperties().GetActiveTcpListeners() | ForEach-Object { [string]$_.Port } | Sort-Object -Unique
