BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    $exported = @(
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
}

Describe 'The module' {
    It 'has a valid manifest that exports cmdlets only, by name' {
        $manifest = Test-ModuleManifest "$Root/KernelFault.psd1"
        $manifest.ExportedCmdlets.Keys | Sort-Object | Should -Be $exported
        $manifest.ExportedFunctions.Count | Should -Be 0
        $manifest.ExportedAliases.Count | Should -Be 0
        $manifest.PowerShellVersion | Should -Be '5.1'
        $manifest.CompatiblePSEditions | Should -Be @('Desktop', 'Core')
    }

    It 'exports what its manifest says' {
        (Get-Command -Module KernelFault).Name | Sort-Object | Should -Be ((Test-ModuleManifest "$Root/KernelFault.psd1").ExportedCmdlets.Keys | Sort-Object)
    }

    It 'exports its cmdlets again when it is imported again' {
        $names = & (Get-Process -Id $PID).Path -NoProfile -Command "
            Import-Module '$Root/KernelFault.psd1'; Import-Module '$Root/KernelFault.psd1' -Force
            Remove-Module KernelFault; Import-Module '$Root/KernelFault.psd1'; (Get-Command -Module KernelFault).Name"
        $names | Sort-Object | Should -Be $exported
    }

    It 'ships nothing that PowerShell brings' {
        Get-ChildItem "$Root/bin" -Recurse -Include System.Management.Automation.dll, Newtonsoft.Json.dll, Azure.*.dll, *Identity*.dll | Should -BeNullOrEmpty
    }

    It 'has every library in its folder that its libraries for Windows PowerShell 5.1 ask for' {
        # What .NET Framework 4.7.2 has itself, and what PowerShell brings.
        $given = 'mscorlib', 'netstandard', 'System', 'System.Core', 'System.Data', 'System.Xml', 'System.Numerics', 'System.Net.Http', 'System.IO.Compression', 'System.Management.Automation'
        # ClrMD's, for live processes and authenticated symbol servers: never reached from here, and kept out on purpose.
        $given += 'Azure.Core', 'Microsoft.Diagnostics.NETCore.Client'
        $here = (Get-ChildItem "$Root/bin/netstandard2.0/*.dll").BaseName
        $asked = foreach ($file in Get-ChildItem "$Root/bin/netstandard2.0/*.dll") {
            $stream = [IO.File]::OpenRead($file)
            $image = [Reflection.PortableExecutable.PEReader]::new($stream)
            $metadata = [Reflection.Metadata.PEReaderExtensions]::GetMetadataReader($image)
            foreach ($handle in $metadata.AssemblyReferences) {
                $metadata.GetString($metadata.GetAssemblyReference($handle).Name)
            }

            $image.Dispose()
        }
        $asked | Sort-Object -Unique | Where-Object { $_ -notin $given -and $_ -notin $here } | Should -BeNullOrEmpty
    }

    It 'runs its build for older PowerShell too' {
        $title = & (Get-Process -Id $PID).Path -NoProfile -Command "
            Import-Module '$Root/bin/netstandard2.0/KernelFault.Cmdlets.dll'; (Get-KernelFaultAnalysis '$Samples/network-driver-null-write.dmp').Title"
        $title | Should -Be (Get-KernelFaultAnalysis "$Samples/network-driver-null-write.dmp").Title
    }
}

Describe 'Isolation' -Skip:($PSEdition -ne 'Core') {
    It 'is not disturbed by another module that loaded another Iced before' {
        # An assembly of the same name with nothing in it that ours needs.
        $folder = Join-Path $TestDrive 'other'
        $null = New-Item -ItemType Directory $folder
        $other = [Reflection.Emit.PersistedAssemblyBuilder]::new([Reflection.AssemblyName]'Iced, Version=99.0.0.0', [object].Assembly)
        $null = $other.DefineDynamicModule('Iced').DefineType('Iced.Intel.NotDecoder', 'Public').CreateType()
        $other.Save("$folder/Iced.dll")
        $result = & (Get-Process -Id $PID).Path -NoProfile -Command "
            `$null = [Reflection.Assembly]::LoadFrom('$folder/Iced.dll')
            Import-Module '$Root/KernelFault.psd1'
            (Get-KernelFaultAnalysis '$Samples/network-driver-null-write.dmp').Instruction.Text
            [AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { `$_.GetName().Name -eq 'Iced' } | ForEach-Object { [Runtime.Loader.AssemblyLoadContext]::GetLoadContext(`$_).Name } | Sort-Object"
        $result | Should -Be @('mov qword ptr [rcx+28h],rax', 'Default', 'KernelFault')
    }

    It 'puts none of its libraries into the default context' {
        $names = & (Get-Process -Id $PID).Path -NoProfile -Command "
            Import-Module '$Root/KernelFault.psd1'; `$null = Get-KernelFaultAnalysis '$Samples/network-driver-null-write.dmp'
            [Runtime.Loader.AssemblyLoadContext]::Default.Assemblies.Location | Where-Object { `$_ -like '$Root/bin/*' } | Split-Path -Leaf"
        $names | Should -Be 'KernelFault.Loader.dll'
    }
}
