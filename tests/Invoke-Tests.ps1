<#
.SYNOPSIS
Runs the Pester suites of this folder against the module as built in this clone.
.PARAMETER CountFile
Where to write "PASSED FAILED" for a script to read.
#>
param([string] $CountFile)

Import-Module Pester -MinimumVersion 5.0
$configuration = New-PesterConfiguration
$configuration.Run.Path = $PSScriptRoot
$configuration.Run.PassThru = $true
$configuration.Output.Verbosity = 'Normal'
$result = Invoke-Pester -Configuration $configuration

# A suite that cannot even be discovered, or whose cleaning up fails, counts as failed.
$failed = $result.FailedCount + $result.FailedContainersCount
if ($failed -eq 0) {
    $failed = $result.FailedBlocksCount
}

if ($CountFile) {
    Set-Content -LiteralPath $CountFile -Value "$($result.PassedCount) $failed"
}

exit [int]($failed -gt 0)
