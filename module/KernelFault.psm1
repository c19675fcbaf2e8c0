# PowerShell 7 gives the module an AssemblyLoadContext of its own; Windows PowerShell 5.1 has none and loads the cmdlets directly.
$bin = [IO.Path]::Combine([IO.Path]::GetDirectoryName($PSScriptRoot), 'bin')
if (-not [IO.File]::Exists("$bin/netstandard2.0/KernelFault.Cmdlets.dll")) {
    throw "KernelFault is not built: run 'dotnet build' in $([IO.Path]::GetDirectoryName($PSScriptRoot))."
}

if ($PSVersionTable.PSEdition -ne 'Core') {
    Import-Module -Name "$bin\netstandard2.0\KernelFault.Cmdlets.dll"
    return
}

$loader = 'KernelFault.Loader.ModuleLoadContext' -as [type]
if (-not $loader) {
    $loader = [Reflection.Assembly]::LoadFrom("$bin/KernelFault.Loader.dll").GetType('KernelFault.Loader.ModuleLoadContext')
}

$inner = Import-Module -Assembly $loader::LoadModule() -PassThru

# A second import of the same assembly finds PowerShell's cache and skips exporting (PowerShell issue 20710): do it here.
if ($ExecutionContext.SessionState.Module.ExportedCmdlets.Count -eq 0) {
    $export = [psmoduleinfo].GetMethod('AddExportedCmdlet', [Reflection.BindingFlags]'Instance, NonPublic')
    foreach ($cmdlet in $inner.ExportedCmdlets.Values) {
        $null = $export.Invoke($ExecutionContext.SessionState.Module, @(, $cmdlet))
    }
}
