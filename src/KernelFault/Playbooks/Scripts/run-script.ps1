param([string]$Json)
# Runs a script that a playbook brings: its text and its arguments are data, and never become a part of this one.
$call = $Json | ConvertFrom-Json
$arguments = @($call.arguments)
& ([scriptblock]::Create($call.script)) @arguments | Out-String -Stream -Width 4096
