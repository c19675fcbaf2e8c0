param([string]$Json)
# Reads keys below HKEY_LOCAL_MACHINE as one JSON object; nothing is changed. Windows PowerShell 5.1 and what Windows brings are enough.
# In: { "keys": [ { "key": "SYSTEM\\...", "subKeys": false, "values": [] } ] }; no names of values mean all.
# Out: each key that is there with its values, the type as the registry numbers it, and if asked for one level of keys below.
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$script:warnings = @()

function Get-KeyValue($Key, $Wanted) {
    foreach ($name in $Key.GetValueNames()) {
        if ($Wanted.Count -gt 0 -and $Wanted -notcontains $name) { continue }
        try {
            $data = $Key.GetValue($name, $null, 'DoNotExpandEnvironmentNames')
            switch ([int]$Key.GetValueKind($name)) {
                1 { @{ name = [string]$name; type = 1; data = [string]$data } }
                2 { @{ name = [string]$name; type = 2; data = [string]$data } }
                4 { @{ name = [string]$name; type = 4; data = ([long]$data) -band 0xffffffffL } }
                7 { @{ name = [string]$name; type = 7; data = @($data | ForEach-Object { [string]$_ }) } }
                11 { @{ name = [string]$name; type = 11; data = [BitConverter]::ToUInt64([BitConverter]::GetBytes([long]$data), 0).ToString([Globalization.CultureInfo]::InvariantCulture) } }
                default {
                    if ($data -is [byte[]]) {
                        $type = if ([int]$Key.GetValueKind($name) -eq 3) { 3 } else { 0 }
                        @{ name = [string]$name; type = $type; data = [Convert]::ToBase64String($data) }
                    }
                }
            }
        } catch { $script:warnings += $Key.Name + '\' + $name + ': ' + $_.Exception.Message }
    }
}

$keys = @()
$root = [Microsoft.Win32.RegistryKey]::OpenBaseKey('LocalMachine', 'Registry64')
foreach ($query in (ConvertFrom-Json $Json).keys) {
    $path = [string]$query.key
    $wanted = @($query.values | ForEach-Object { [string]$_ })
    try {
        $key = $root.OpenSubKey($path)
        if (-not $key) { continue }
        $below = @()
        if ($query.subKeys) {
            foreach ($name in $key.GetSubKeyNames()) {
                try {
                    $child = $key.OpenSubKey($name)
                    if ($child) {
                        $below += @{ name = [string]$name; values = @(Get-KeyValue $child $wanted) }
                        $child.Close()
                    }
                } catch { $script:warnings += $path + '\' + $name + ': ' + $_.Exception.Message }
            }
        }
        $keys += @{ key = $path; values = @(Get-KeyValue $key $wanted); subKeys = $below }
        $key.Close()
    } catch { $script:warnings += $path + ': ' + $_.Exception.Message }
}

$result = ConvertTo-Json -Compress -Depth 8 @{ format = 'kernelfault-registry 1'; keys = $keys; warnings = @($script:warnings) }
# Nothing between here and there can then change a character.
[regex]::Replace($result, '[^\x20-\x7e]', { param($m) '\u{0:x4}' -f [int][char]$m.Value })
