# Every statement here costs milliseconds of each import: PowerShell compiles it anew in every session.
if ($PSEdition -eq 'Desktop') {
    # Windows PowerShell 5.1 has no AssemblyLoadContext; see DesktopAssemblies.cs.
    Import-Module -Name "$PSScriptRoot\..\bin\netstandard2.0\KernelFault.Cmdlets.dll"
    return
}

try {
    $loader = [Reflection.Assembly]::LoadFrom("$PSScriptRoot/../bin/KernelFault.Loader.dll").GetType('KernelFault.Loader.ModuleLoadContext')
}
catch {
    throw "KernelFault is not built: run 'dotnet build' in the folder of KernelFault.psd1. $_"
}

$inner = Import-Module -Assembly $loader::LoadModule() -PassThru

if ($loader::IsReload) {
    # PowerShell finds the assembly in its cache then and does not export the cmdlets (PowerShell issue 20710).
    $export = [psmoduleinfo].GetMethod('AddExportedCmdlet', [Reflection.BindingFlags]'Instance, NonPublic')
    foreach ($cmdlet in $inner.ExportedCmdlets.Values) {
        $null = $export.Invoke($ExecutionContext.SessionState.Module, @(, $cmdlet))
    }
}
