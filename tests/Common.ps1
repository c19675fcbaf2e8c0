# Dot-sourced in BeforeAll of every suite: the module as built in this clone, and where things lie.
$Root = Split-Path $PSScriptRoot
Import-Module "$Root/KernelFault.psd1" -ErrorAction Stop
$Samples = Join-Path $Root 'samples'
