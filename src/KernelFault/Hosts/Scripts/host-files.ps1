# Files of a machine, by .NET and never by PowerShell's providers, for which [ and ] in a name are wildcards. Each answer is a
# line; '!kind message' is an error.
param([string]$Json, [string]$Payload)
$ErrorActionPreference = 'Stop'
$call = ConvertFrom-Json $Json
$path = [string]$call.path

function Get-Entry($Item) {
    $folder = $Item -is [IO.DirectoryInfo]
    ConvertTo-Json -Compress @{
        path = $Item.FullName; folder = $folder; length = $(if ($folder) { 0 } else { $Item.Length }); ticks = "$($Item.LastWriteTimeUtc.Ticks)"
    }
}

try {
    if (-not [IO.Path]::IsPathRooted($path)) { throw (New-Object ArgumentException 'not a whole path') }
    switch ($call.operation) {
        'find' {
            if ([IO.Directory]::Exists($path)) { Get-Entry (New-Object IO.DirectoryInfo $path) }
            elseif ([IO.File]::Exists($path)) { Get-Entry (New-Object IO.FileInfo $path) }
        }
        'list' {
            foreach ($item in (New-Object IO.DirectoryInfo $path).EnumerateFileSystemInfos()) {
                try { Get-Entry $item } catch { $null = $_ }
            }
        }
        'read' {
            $stream = [IO.File]::Open($path, 'Open', 'Read', 'ReadWrite, Delete')
            try {
                if ($call.offset) { $null = $stream.Seek([long]$call.offset, 'Begin') }
                $buffer = New-Object byte[] 786432
                $left = [long]$call.count
                while ($left -gt 0) {
                    $read = $stream.Read($buffer, 0, [Math]::Min($left, $buffer.Length))
                    if ($read -le 0) { break }
                    [Convert]::ToBase64String($buffer, 0, $read)
                    $left -= $read
                }
            }
            finally { $stream.Dispose() }
        }
        'hash' {
            $stream = [IO.File]::Open($path, 'Open', 'Read', 'ReadWrite, Delete')
            try { [BitConverter]::ToString([Security.Cryptography.SHA256]::Create().ComputeHash($stream)).Replace('-', '').ToLowerInvariant() }
            finally { $stream.Dispose() }
        }
        'append' {
            $stream = [IO.File]::Open($path, $(if ($call.first) { 'CreateNew' } else { 'Append' }), 'Write', 'None')
            try {
                if ($Payload) {
                    $bytes = [Convert]::FromBase64String($Payload)
                    $stream.Write($bytes, 0, $bytes.Length)
                }
                $stream.Flush($true)
            }
            finally { $stream.Dispose() }
        }
        'replace' {
            # Replace keeps the permissions of the file that was there.
            if ([IO.File]::Exists($call.target)) { [IO.File]::Replace($path, $call.target, [Management.Automation.Language.NullString]::Value) }
            else { [IO.File]::Move($path, $call.target) }
        }
        'remove' { [IO.File]::Delete($path) }
    }
}
catch {
    $cause = $_.Exception.GetBaseException()
    $kind = if ($cause -is [IO.FileNotFoundException] -or $cause -is [IO.DirectoryNotFoundException]) { 'notFound' }
    elseif ($cause -is [UnauthorizedAccessException] -or $cause -is [Security.SecurityException]) { 'denied' }
    else { 'failed' }
    "!$kind $($cause.Message)"
}
