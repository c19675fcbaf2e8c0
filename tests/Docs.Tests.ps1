# What the pages show is what is printed: each output block is made again from the powershell block before it, run in
# samples/, or where it names a vmcore, beside the one of ../shared; without that one it is left as it is. When a change is
# meant to change it: $env:KERNELFAULT_WRITE_DOCS = 1, run this suite, read the difference.
BeforeDiscovery {
    $pages = (Get-ChildItem "$(Split-Path $PSScriptRoot)/docs/en-US/*.md").Name
}

BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    $vmcores = "$Root/../shared/corpus/linux/null_deref"

    function Get-Shown([string] $Code, [string] $Folder) {
        $rendering = $PSStyle.OutputRendering
        $culture = [cultureinfo]::CurrentCulture

        # What an example makes in the folder for temporary files goes with the test.
        $temporary = @{}
        foreach ($name in 'TMPDIR', 'TMP', 'TEMP') {
            $temporary[$name] = [Environment]::GetEnvironmentVariable($name)
            [Environment]::SetEnvironmentVariable($name, $TestDrive)
        }

        Push-Location $Folder
        try {
            $PSStyle.OutputRendering = 'PlainText'

            # Dates and numbers look as the pages show them on every machine.
            [cultureinfo]::CurrentCulture = 'en-US'
            $text = & ([scriptblock]::Create($Code)) | Out-String -Width 100
        }
        finally {
            Pop-Location
            $PSStyle.OutputRendering = $rendering
            [cultureinfo]::CurrentCulture = $culture
            $temporary.Keys | ForEach-Object { [Environment]::SetEnvironmentVariable($_, $temporary[$_]) }
        }

        # The samples lie elsewhere on every machine.
        $text = $text.Replace($Samples + [IO.Path]::DirectorySeparatorChar, 'D:\dumps\').Replace("$(Resolve-Path $Folder)/", '/var/crash/')
        ($text -split "`r?`n" | ForEach-Object TrimEnd) -join "`n" | ForEach-Object Trim "`n"
    }
}

Describe 'The output in <_>' -ForEach $pages -Skip:($PSVersionTable.PSVersion -lt '7.4') {
    It 'is what is printed' {
        $file = "$Root/docs/en-US/$_"
        $text = [IO.File]::ReadAllText($file)
        $made = [regex]::Replace($text, '(?s)```powershell\n((?:(?!```).)*?)\n```\n```output\n.*?```', {
                param($match)
                $code = $match.Groups[1].Value
                $isVmcore = $code -match '\bvmcore\b'
                if ($isVmcore -and -not (Test-Path $vmcores)) {
                    return $match.Value
                }

                "``````powershell`n$code`n```````n``````output`n$(Get-Shown $code ($isVmcore ? $vmcores : $Samples))`n``````"
            })
        if ($env:KERNELFAULT_WRITE_DOCS) {
            [IO.File]::WriteAllText($file, $made)
        }

        $text | Should -BeExactly $made
    }
}
