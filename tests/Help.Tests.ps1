BeforeDiscovery {
    Import-Module "$(Split-Path $PSScriptRoot)/KernelFault.psd1"
    $cmdlets = (Get-Command -Module KernelFault).Name
}

BeforeAll {
    . "$PSScriptRoot/Common.ps1"
}

Describe 'Get-Help <_>' -ForEach $cmdlets {
    BeforeAll {
        $help = Get-Help $_ -Full
        $command = Get-Command $_
    }

    It 'has a synopsis and a description' {
        $help.Synopsis | Should -Not -BeLike "*$_*-*<*"
        $help.Synopsis.Length | Should -BeGreaterThan 20
        ($help.description | Out-String).Trim().Length | Should -BeGreaterThan 40
    }

    It 'describes every parameter' {
        $common = [Management.Automation.PSCmdlet]::CommonParameters + [Management.Automation.PSCmdlet]::OptionalCommonParameters
        foreach ($name in $command.Parameters.Keys | Where-Object { $_ -notin $common }) {
            $parameter = $help.parameters.parameter | Where-Object name -eq $name
            ($parameter.description | Out-String).Trim().Length | Should -BeGreaterThan 20 -Because "-$name needs words"
        }
    }

    It 'has examples with output' {
        $help.examples.example.Count | Should -BeGreaterThan 1
        foreach ($example in $help.examples.example) {
            $example.code | Should -Match '(Get|Set|Read|Test|Update|ConvertTo|Save|Repair|Enable|Disable|Trace|Protect|Export|New|Invoke|Resume|Stop|Undo)-'
        }

        ($help.examples.example.remarks | Out-String).Trim().Length | Should -BeGreaterThan 40
    }

    It 'says what goes in and what comes out' {
        $help.inputTypes.inputType.Count | Should -BeGreaterThan 0
        $help.returnValues.returnValue[0].type.name | Should -Be $command.OutputType[0].Name
    }

    It 'shows every parameter set' {
        @($help.syntax.syntaxItem).Count | Should -Be $command.ParameterSets.Count
    }
}

Describe 'about_KernelFault' {
    It 'is found' {
        Get-Help about_KernelFault | Out-String | Should -BeLike '*Turns a kernel crash into an answer*'
    }
}
