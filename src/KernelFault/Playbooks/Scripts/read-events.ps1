param([string]$Json)
# Reads entries of an event log by a query in XML; nothing is changed. Windows PowerShell 5.1 and what Windows brings are enough.
# In: { "query": "<QueryList>...", "maximum": 100 }. Out: one JSON object a line, the newest first.
$ErrorActionPreference = 'Stop'
$options = ConvertFrom-Json $Json
try {
    $events = @(Get-WinEvent -FilterXml ([xml][string]$options.query) -MaxEvents ([int]$options.maximum))
}
catch {
    # That nothing fits the query is an error of this id, in every language.
    if ($_.FullyQualifiedErrorId -like 'NoMatchingEventsFound*') { return }
    throw
}
foreach ($one in $events) {
    # Where the provider's texts are not installed the values of the entry say what there is.
    $text = $null
    try { $text = $one.Message } catch { $null = $_ }
    if (-not $text) { $text = (@($one.Properties | ForEach-Object { [string]$_.Value }) -join ' ') }
    if ($text.Length -gt 4000) { $text = $text.Substring(0, 4000) }
    $level = if ($null -ne $one.Level) { [int]$one.Level } else { $null }
    ConvertTo-Json -Compress @{
        time     = $one.TimeCreated.ToUniversalTime().ToString('o', [Globalization.CultureInfo]::InvariantCulture)
        provider = [string]$one.ProviderName
        id       = [int]$one.Id
        level    = $level
        text     = [string]$text
    }
}
