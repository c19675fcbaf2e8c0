@{
    RootModule           = 'module/KernelFault.psm1'
    ModuleVersion        = '0.1.0'
    GUID                 = '5d3b0c0e-4b7e-4d0e-9f52-6a0f4f1c7a31'
    Author               = 'The KernelFault founders'
    CompanyName          = 'KernelFault'
    Copyright            = '(c) The KernelFault founders. MIT licence.'
    Description          = 'Turns a kernel crash into an answer: what faulted, which driver, how sure that is, why, and what to do next. Needs no debugger, no symbols and no network.'
    PowerShellVersion    = '5.1'
    CompatiblePSEditions = @('Desktop', 'Core')
    FormatsToProcess     = @('module/KernelFault.Format.ps1xml')
    TypesToProcess       = @('module/KernelFault.Types.ps1xml')
    FunctionsToExport    = @()
    CmdletsToExport      = @(
        'ConvertTo-Sarif'
        'Disable-DriverVerifier'
        'Enable-DriverVerifier'
        'Export-RemediationPlaybook'
        'Get-BugCheck'
        'Get-CrashCapture'
        'Get-CrashDump'
        'Get-CrashDumpLog'
        'Get-CrashDumpModule'
        'Get-CrashDumpThread'
        'Get-DriverRiskRule'
        'Get-DriverVerifier'
        'Get-DriverVerifierFlag'
        'Get-ExceptionTableEntry'
        'Get-KernelDebugOption'
        'Get-KernelDisassembly'
        'Get-KernelDriver'
        'Get-KernelFaultAnalysis'
        'Get-KernelObject'
        'Get-KernelSymbol'
        'Get-PageTableEntry'
        'Get-PlaybookAction'
        'Get-RemediationPlaybook'
        'Get-RemediationRun'
        'Get-SlabObject'
        'Invoke-RemediationPlaybook'
        'New-RemediationPlaybook'
        'Protect-RemediationPlaybook'
        'Read-CrashDumpMemory'
        'Repair-ComponentStore'
        'Repair-SystemFile'
        'Repair-SystemImage'
        'Resume-RemediationRun'
        'Save-CrashDump'
        'Set-BootMode'
        'Set-CrashCapture'
        'Set-KernelDebugOption'
        'Stop-RemediationRun'
        'Test-DriverRisk'
        'Test-RemediationPlaybook'
        'Trace-KernelFunction'
        'Undo-RemediationRun'
        'Update-DriverBlocklist'
    )
    VariablesToExport    = @()
    AliasesToExport      = @()
    PrivateData          = @{
        PSData = @{
            Tags       = @('crash', 'dump', 'minidump', 'bsod', 'bugcheck', 'kernel', 'driver', 'Windows', 'Linux', 'MacOS', 'PSEdition_Core', 'PSEdition_Desktop')
            LicenseUri = 'https://opensource.org/license/mit'
        }
    }
}
