<#
.SYNOPSIS
Builds, tests and packages KernelFault. A thin layer over dotnet: everything it does can be done without PowerShell.
.PARAMETER Task
Build: compile everything; the module in this folder can be imported then.
Test: run the unit tests, and the Pester suites where Pester 5 is installed.
Package: make out/KernelFault (the module's folder), out/KernelFault.VERSION.zip, and the console tool's package.
.PARAMETER Configuration
Release (the default) or Debug.
.EXAMPLE
./build.ps1 Package
#>
[CmdletBinding()]
param(
    [Parameter(Position = 0)]
    [ValidateSet('Build', 'Test', 'Package')]
    [string] $Task = 'Build',

    [ValidateSet('Release', 'Debug')]
    [string] $Configuration = 'Release'
)

$ErrorActionPreference = 'Stop'
Set-Location -LiteralPath $PSScriptRoot

function Invoke-Program {
    $program, $arguments = $args
    & $program @arguments
    if ($LASTEXITCODE -ne 0) {
        throw "$program $arguments ended with $LASTEXITCODE."
    }
}

Invoke-Program dotnet build KernelFault.slnx -c $Configuration

if ($Task -eq 'Test') {
    Invoke-Program dotnet test KernelFault.slnx -c $Configuration --no-build
    if (Get-Module -ListAvailable Pester | Where-Object { $_.Version.Major -ge 5 }) {
        Invoke-Program ([Environment]::GetCommandLineArgs()[0] -replace '\.dll$') -NoProfile -File tests/Invoke-Tests.ps1
    }
    else {
        Write-Warning 'Pester 5 is not installed: the cmdlets are not tested.'
    }
}

if ($Task -eq 'Package') {
    $version = (Import-PowerShellDataFile KernelFault.psd1).ModuleVersion
    $target = Join-Path $PSScriptRoot 'out/KernelFault'
    if (Test-Path $target) {
        Remove-Item -LiteralPath $target -Recurse
    }

    $null = New-Item -ItemType Directory -Path $target
    Copy-Item -Path KernelFault.psd1, LICENSE, CHANGELOG.md, module, bin, en-US -Destination $target -Recurse
    $zip = Join-Path $PSScriptRoot "out/KernelFault.$version.zip"
    Compress-Archive -Path $target -DestinationPath $zip -Force
    Invoke-Program dotnet pack src/KernelFault.Cli -c $Configuration -o out
    Get-Item -LiteralPath $target, $zip
}
