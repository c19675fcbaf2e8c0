# What the pages show is what is printed: each output block is made again from the powershell block before it, run in
# samples/. When a change is meant to change it: $env:KERNELFAULT_WRITE_DOCS = 1, run this suite, read the difference.
BeforeDiscovery {
    $pages = (Get-ChildItem "$(Split-Path $PSScriptRoot)/docs/en-US/*.md").Name
}

BeforeAll {
    . "$PSScriptRoot/Common.ps1"

    function Get-Shown([string] $Code) {
        $rendering = $PSStyle.OutputRendering
        $culture = [cultureinfo]::CurrentCulture
        Push-Location $Samples
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
        }

        # The samples lie elsewhere on every machine.
        $text = $text.Replace($Samples + [IO.Path]::DirectorySeparatorChar, 'D:\dumps\')
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
                "``````powershell`n$code`n```````n``````output`n$(Get-Shown $code)`n``````"
            })
        if ($env:KERNELFAULT_WRITE_DOCS) {
            [IO.File]::WriteAllText($file, $made)
        }

        $text | Should -BeExactly $made
    }
}
