param([string]$Json)
# Makes a folder for exported driver packages below the folder of Windows, where administrators alone may write, and says where it is.
# In: { "name": "oem12-20261121T081500Z" }; without a name nothing is made. Out: its whole path, or that of the folder for all.
$ErrorActionPreference = 'Stop'
$name = [string](ConvertFrom-Json $Json).name
if (-not $name) { return [IO.Path]::Combine($env:SystemRoot, 'kernelfault-packages') }
if ($name -notmatch '\A[a-z0-9_]{1,40}-[0-9TZ]{1,20}\z') { throw "'$name' is no name of a folder." }
$folder = [IO.Path]::Combine($env:SystemRoot, 'kernelfault-packages', $name)
[void][IO.Directory]::CreateDirectory($folder)
$folder
