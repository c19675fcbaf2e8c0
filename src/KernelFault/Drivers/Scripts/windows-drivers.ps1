param([string]$Json)
# The drivers of a running Windows as one JSON object. Windows PowerShell 5.1 and what Windows brings are enough; nothing is compiled, loaded
# or written. Each source stands alone: one that fails leaves a line in 'warnings', and the others go on. Times are ticks of UTC.
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$script:warnings = @()
$sectionBytes = 262144
$withFiles = $true
try {
    $options = ConvertFrom-Json $Json
    if ($options.sectionBytes) { $sectionBytes = [int]$options.sectionBytes }
    $withFiles = $options.files -ne $false
} catch { }

function Read-Part([string]$Name, [scriptblock]$Part) {
    try { & $Part } catch { $script:warnings += $Name + ': ' + $_.Exception.Message }
}

function Get-Text($Value) { if ($null -ne $Value -and "$Value" -ne '') { "$Value" } }

function Get-Tick($Value) { if ($Value -is [datetime]) { $Value.ToUniversalTime().Ticks } }

function Get-Number($Value) { if ($null -ne $Value) { [long]$Value } }

# The whole path of a driver's file: the same forms as the service control manager takes.
function Get-DriverPath($Path, $Name) {
    $root = "$env:SystemRoot"
    $p = "$Path".Trim().Trim('"')
    if (-not $p) { return $root + '\System32\drivers\' + $Name + '.sys' }
    foreach ($prefix in '\??\', '\\?\') { if ($p.StartsWith($prefix)) { $p = $p.Substring($prefix.Length) } }
    foreach ($prefix in '\SystemRoot\', '%SystemRoot%\') {
        if ($p.ToLowerInvariant().StartsWith($prefix.ToLowerInvariant())) { return $root + '\' + $p.Substring($prefix.Length) }
    }
    if ($p -match '^[A-Za-z]:' -or $p.StartsWith('\') -or $p.StartsWith('/')) { return $p }
    $root + '\' + $p
}

# The parts of an image that say what it is: headers, imports, debug and load configuration, signatures. Offsets are of the file.
function Get-ImagePart([string]$Path) {
    $file = [IO.File]::Open($Path, 'Open', 'Read', 'ReadWrite, Delete')
    try {
        $ranges = @()
        $all = New-Object IO.MemoryStream
        $read = {
            param([long]$Offset, [int]$Length)
            $bytes = New-Object byte[] ([Math]::Max(0, [Math]::Min($Length, $file.Length - $Offset)))
            $null = $file.Seek($Offset, 'Begin')
            $got = 0
            while ($got -lt $bytes.Length) {
                $n = $file.Read($bytes, $got, $bytes.Length - $got)
                if ($n -le 0) { break }
                $got += $n
            }
            , $bytes
        }
        $keep = {
            param([long]$Offset, [int]$Length)
            if ($Offset -lt 0 -or $Length -le 0 -or $Offset -ge $file.Length) { return }
            $bytes = & $read $Offset $Length
            $all.Write($bytes, 0, $bytes.Length)
            # One number after the other: a list of lists loses its shape when it holds one.
            $ranges += @([long]$Offset, [long]$bytes.Length)
        }
        $h = & $read 0 4096
        if ($h.Length -lt 512 -or $h[0] -ne 77 -or $h[1] -ne 90) { return }
        . $keep 0 4096
        $pe = [BitConverter]::ToInt32($h, 60)
        if ($pe -le 0 -or $pe -gt 2048) { return }
        $count = [BitConverter]::ToUInt16($h, $pe + 6)
        $optional = $pe + 24
        $wide = [BitConverter]::ToUInt16($h, $optional) -eq 0x20b
        $directories = $optional + $(if ($wide) { 112 } else { 96 })
        $table = $optional + [BitConverter]::ToUInt16($h, $pe + 20)
        $sections = for ($i = 0; $i -lt $count -and $table + 40 * $i + 40 -le $h.Length; $i++) {
            $at = $table + 40 * $i
            @{ Rva = [BitConverter]::ToUInt32($h, $at + 12); Size = [BitConverter]::ToUInt32($h, $at + 16); Raw = [BitConverter]::ToUInt32($h, $at + 20) }
        }
        foreach ($index in 1, 13, 6, 10, 4) {
            $entry = $directories + 8 * $index
            if ($entry + 8 -gt $h.Length) { continue }
            $rva = [BitConverter]::ToUInt32($h, $entry)
            $size = [BitConverter]::ToUInt32($h, $entry + 4)
            if ($rva -eq 0) { continue }
            if ($index -eq 4) { . $keep $rva ([Math]::Min($size, 65536)); continue }
            $section = $sections | Where-Object { $rva -ge $_.Rva -and $rva -lt $_.Rva + $_.Size } | Select-Object -First 1
            if (-not $section) { continue }
            $into = $rva - $section.Rva
            if ($index -eq 1 -and $section.Size -le $sectionBytes) { . $keep $section.Raw $section.Size; continue }
            if ($index -ne 6) { . $keep ($section.Raw + $into) ([Math]::Min($section.Size - $into, $(if ($index -eq 10) { 512 } else { $sectionBytes }))); continue }
            $size = [Math]::Min($size, 64 * 28)
            . $keep ($section.Raw + $into) $size
            $d = & $read ($section.Raw + $into) $size
            for ($i = 0; $i + 28 -le $d.Length; $i += 28) {
                if ([BitConverter]::ToUInt32($d, $i + 12) -in 2, 16, 20) {
                    . $keep ([BitConverter]::ToUInt32($d, $i + 24)) ([Math]::Min([BitConverter]::ToUInt32($d, $i + 16), 2048))
                }
            }
        }
        $packed = New-Object IO.MemoryStream
        $gzip = New-Object IO.Compression.GZipStream($packed, [IO.Compression.CompressionMode]::Compress)
        $plain = $all.ToArray()
        $gzip.Write($plain, 0, $plain.Length)
        $gzip.Dispose()
        @{ ranges = $ranges; data = [Convert]::ToBase64String($packed.ToArray()) }
    } finally { $file.Dispose() }
}

$script:chains = @{}
function Get-Certificate($Certificate) {
    $thumbprint = "$($Certificate.Thumbprint)"
    if ($script:chains.ContainsKey($thumbprint)) { return $thumbprint }
    $script:chains[$thumbprint] = @([Convert]::ToBase64String($Certificate.RawData))
    try {
        $chain = New-Object Security.Cryptography.X509Certificates.X509Chain
        $chain.ChainPolicy.RevocationMode = 'NoCheck'
        $null = $chain.Build($Certificate)
        $all = @($chain.ChainElements | Select-Object -First 10 | ForEach-Object { [Convert]::ToBase64String($_.Certificate.RawData) })
        if ($all.Count -gt 0) { $script:chains[$thumbprint] = $all }
    } catch { }
    $thumbprint
}

function Get-DriverFile([string]$Path) {
    $fact = @{ path = $Path }
    try {
        $item = Get-Item -LiteralPath $Path -Force
    } catch {
        $fact.missing = $true
        return $fact
    }
    $fact.length = Get-Number $item.Length
    $company = $null
    try {
        $version = $item.VersionInfo
        $company = Get-Text $version.CompanyName
        $fact.company = $company
        $fact.debug = $version.IsDebug -eq $true
        $fact.product = Get-Text $version.ProductName
        $fact.description = Get-Text $version.FileDescription
        $fact.originalName = Get-Text $version.OriginalFilename
        $fact.internalName = Get-Text $version.InternalName
        $fact.version = '{0}.{1}.{2}.{3}' -f $version.FileMajorPart, $version.FileMinorPart, $version.FileBuildPart, $version.FilePrivatePart
    } catch { $fact.error = 'version: ' + $_.Exception.Message }
    try { $fact.sha256 = Get-Text (Get-FileHash -LiteralPath $Path -Algorithm SHA256).Hash } catch { $fact.error = 'hash: ' + $_.Exception.Message }
    $own = $false
    try {
        $signature = Get-AuthenticodeSignature -LiteralPath $Path
        $fact.status = Get-Text $signature.Status
        $fact.statusMessage = Get-Text $signature.StatusMessage
        $fact.signatureType = Get-Text $signature.SignatureType
        $fact.isOSBinary = $signature.IsOSBinary -eq $true
        $fact.stamped = $null -ne $signature.TimeStamperCertificate
        $own = $fact.isOSBinary -and $company -like 'Microsoft*'
        if ($signature.SignerCertificate) { $fact.certificate = Get-Certificate $signature.SignerCertificate }
    } catch { $fact.error = 'signature: ' + $_.Exception.Message }
    if (-not $own) {
        try {
            $parts = Get-ImagePart $Path
            if ($parts) { $fact.parts = $parts }
        } catch { $fact.error = 'image: ' + $_.Exception.Message }
    }
    $fact
}

$services = @(Read-Part 'Win32_SystemDriver' {
    foreach ($d in Get-CimInstance -ClassName Win32_SystemDriver) {
        @{
            name = Get-Text $d.Name; displayName = Get-Text $d.DisplayName; description = Get-Text $d.Description
            path = Get-DriverPath $d.PathName $d.Name; state = Get-Text $d.State; startMode = Get-Text $d.StartMode; type = Get-Text $d.ServiceType
        }
    }
})

$devices = @(Read-Part 'Win32_PnPSignedDriver' {
    foreach ($d in Get-CimInstance -ClassName Win32_PnPSignedDriver) {
        if (-not $d.DeviceID) { continue }
        $service = $null
        try { $service = (Get-ItemProperty -LiteralPath ('HKLM:\SYSTEM\CurrentControlSet\Enum\' + $d.DeviceID) -Name Service).Service } catch { }
        @{
            id = Get-Text $d.DeviceID; name = Get-Text $(if ($d.FriendlyName) { $d.FriendlyName } else { $d.DeviceName }); service = Get-Text $service
            class = Get-Text $d.DeviceClass; inf = Get-Text $d.InfName; provider = Get-Text $d.DriverProviderName
            version = Get-Text $d.DriverVersion; date = Get-Tick $d.DriverDate; signed = $d.IsSigned; signer = Get-Text $d.Signer
        }
    }
})

$keys = @(Read-Part 'Services' {
    foreach ($s in $services) {
        $at = 'HKLM:\SYSTEM\CurrentControlSet\Services\' + $s.name
        try { $key = Get-ItemProperty -LiteralPath $at } catch { continue }
        $altitude = $null
        foreach ($instances in ($at + '\Instances'), ($at + '\Parameters\Instances')) {
            try {
                $default = (Get-ItemProperty -LiteralPath $instances).DefaultInstance
                $altitude = (Get-ItemProperty -LiteralPath ($instances + '\' + $default)).Altitude
                break
            } catch { }
        }
        @{
            name = $s.name; start = Get-Number $key.Start; group = Get-Text $key.Group; altitude = Get-Text $altitude
            owner = Get-Text (@($key.Owners) | Select-Object -First 1); needs = @($key.DependOnService | Where-Object { $_ } | ForEach-Object { "$_" })
        }
    }
})

$filters = @(Read-Part 'fltmc' { fltmc.exe filters 2>$null | ForEach-Object { "$_" } })

$originals = @(Read-Part 'INF names' {
    # A driver store keeps a package under its maker's name; the registry says which published name that is.
    foreach ($inf in Get-ChildItem -LiteralPath 'HKLM:\SYSTEM\DriverDatabase\DriverInfFiles' -ErrorAction SilentlyContinue) {
        if ($inf.PSChildName -notmatch '^oem\d+\.inf$') { continue }
        $active = $null
        try { $active = (Get-ItemProperty -LiteralPath $inf.PSPath).Active } catch { }
        if ($active) { @{ published = "$($inf.PSChildName)"; package = "$active" } }
    }
})

$seen = @{}
$files = @(foreach ($s in $services) {
    if (-not $withFiles -or $seen.ContainsKey($s.path)) { continue }
    $seen[$s.path] = $true
    Read-Part $s.path { Get-DriverFile $s.path }
})

$result = ConvertTo-Json -Compress -Depth 8 @{
    format = 'kernelfault-windows-drivers 1'; root = "$env:SystemRoot"; services = $services; devices = $devices; keys = $keys
    filters = $filters; originals = $originals; files = $files; chains = $script:chains; warnings = $script:warnings
}
# Nothing between here and there can then change a character.
try { [regex]::Replace($result, '[^\x20-\x7e]', { param($m) '\u{0:x4}' -f [int][char]$m.Value }) } catch { $result }
