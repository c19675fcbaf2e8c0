# Dot-sourced in BeforeAll of every suite: the module as built in this clone, and where things lie.
$Root = Split-Path $PSScriptRoot
Import-Module "$Root/KernelFault.psd1" -ErrorAction Stop
$Samples = Join-Path $Root 'samples'

# The console tool of the same clone, newest build: its output as one text without the last line break.
function Invoke-KernelFault {
    $tool = Get-ChildItem "$Root/src/KernelFault.Cli/bin/*/net10.0/KernelFault.Cli.dll" | Sort-Object LastWriteTime | Select-Object -Last 1
    (dotnet $tool.FullName @args) -join [Environment]::NewLine
}

# Starts a script with the module in a shell of its own, presses Ctrl+C while it works, and asserts that it stops at once.
function Assert-StopsAtOnce([string] $Script, [int] $AfterMilliseconds = 1500) {
    $shell = [powershell]::Create().AddScript("Import-Module '$Root/KernelFault.psd1'; $Script")
    try {
        $running = $shell.BeginInvoke()
        Start-Sleep -Milliseconds $AfterMilliseconds
        $running.IsCompleted | Should -BeFalse
        $watch = [Diagnostics.Stopwatch]::StartNew()
        $shell.Stop()
        $watch.ElapsedMilliseconds | Should -BeLessThan 1000
        $shell.InvocationStateInfo.State | Should -Be 'Stopped'
    }
    finally {
        $shell.Dispose()
    }
}
