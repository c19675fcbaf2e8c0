param([string]$Json)
# Asks the agent of Windows Update for updates, or has it install some. Windows PowerShell 5.1 and what Windows brings are enough.
# In: { "operation": "find" | "install", "kind": "all" | "security" | "drivers", "articles": ["5031356"], "ids": ["GUID"] }.
# Out: { "updates": [ { "id", "title", "result" } ], "restart": true, "error": "..." }; result is the agent's OperationResultCode.
# The agent refuses to download and install for whoever is logged on over the network: a task of SYSTEM does it then, with this script
# in a folder where administrators alone may write.
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$options = ConvertFrom-Json $Json
$refused = -2147024891
$self = [string]$MyInvocation.MyCommand.ScriptBlock

function Find-Update($Session) {
    $type = if ($options.kind -eq 'drivers') { 'Driver' } else { 'Software' }
    $searcher = $Session.CreateUpdateSearcher()
    foreach ($update in $searcher.Search("IsInstalled=0 and IsHidden=0 and Type='$type'").Updates) {
        if ($options.kind -eq 'security' -and -not ($update.MsrcSeverity -or @($update.SecurityBulletinIDs).Count -gt 0 -or @($update.Categories | Where-Object { $_.CategoryID -eq '0fa1201d-4330-4fa8-8ae9-b877473b6441' }).Count -gt 0)) { continue }
        if (@($options.articles).Count -gt 0 -and @($update.KBArticleIDs | Where-Object { @($options.articles) -contains $_ }).Count -eq 0) { continue }
        if ($options.operation -eq 'install' -and @($options.ids) -notcontains $update.Identity.UpdateID) { continue }
        # What asks questions cannot be installed without somebody to answer.
        if ($update.InstallationBehavior.CanRequestUserInput) { continue }
        $update
    }
}

function Install-Update {
    $session = New-Object -ComObject Microsoft.Update.Session
    $session.ClientApplicationID = 'KernelFault'
    $updates = New-Object -ComObject Microsoft.Update.UpdateColl
    foreach ($update in @(Find-Update $session)) {
        if (-not $update.EulaAccepted) { $update.AcceptEula() }
        [void]$updates.Add($update)
    }
    if ($updates.Count -eq 0) { return @{ updates = @(); restart = $false } }
    $downloader = $session.CreateUpdateDownloader()
    $downloader.Updates = $updates
    [void]$downloader.Download()
    $installer = $session.CreateUpdateInstaller()
    $installer.Updates = $updates
    $result = $installer.Install()
    $done = for ($i = 0; $i -lt $updates.Count; $i++) {
        @{ id = [string]$updates.Item($i).Identity.UpdateID; title = [string]$updates.Item($i).Title; result = [int]$result.GetUpdateResult($i).ResultCode }
    }
    @{ updates = @($done); restart = [bool]$result.RebootRequired }
}

function Install-UpdateByTask {
    $name = 'KernelFault-' + [guid]::NewGuid().ToString('N')
    $folder = [IO.Path]::Combine($env:SystemRoot, 'kernelfault-packages', $name)
    [void][IO.Directory]::CreateDirectory($folder)
    $service = New-Object -ComObject Schedule.Service
    $service.Connect()
    $root = $service.GetFolder('\')
    try {
        [IO.File]::WriteAllText("$folder\update.ps1", $self, (New-Object Text.UTF8Encoding $true))
        $task = @{ operation = 'install'; kind = $options.kind; articles = @($options.articles); ids = @($options.ids); byTask = $true }
        [IO.File]::WriteAllText("$folder\options.json", (ConvertTo-Json -Compress $task))
        $command = "`$r = & '$folder\update.ps1' ([IO.File]::ReadAllText('$folder\options.json')); [IO.File]::WriteAllText('$folder\part.json', [string]`$r); [IO.File]::Move('$folder\part.json', '$folder\result.json')"
        $definition = $service.NewTask(0)
        $definition.Settings.ExecutionTimeLimit = 'PT4H'
        $definition.Settings.DisallowStartIfOnBatteries = $false
        $definition.Settings.StopIfGoingOnBatteries = $false
        $action = $definition.Actions.Create(0)
        $action.Path = [IO.Path]::Combine($env:SystemRoot, 'System32\WindowsPowerShell\v1.0\powershell.exe')
        $action.Arguments = '-NoProfile -NonInteractive -ExecutionPolicy Bypass -EncodedCommand ' + [Convert]::ToBase64String([Text.Encoding]::Unicode.GetBytes($command))
        $registered = $root.RegisterTaskDefinition($name, $definition, 6, 'SYSTEM', $null, 5)
        [void]$registered.Run($null)
        Start-Sleep -Seconds 5
        # 4 is a task that runs, 2 one that waits for its turn.
        while (-not [IO.File]::Exists("$folder\result.json") -and (2, 4) -contains $root.GetTask($name).State) { Start-Sleep -Seconds 2 }
        if (-not [IO.File]::Exists("$folder\result.json")) { throw 'The task that installs updates ended without a result.' }
        [IO.File]::ReadAllText("$folder\result.json")
    }
    finally {
        try { $root.DeleteTask($name, 0) } catch { $null = $_ }
        try { [IO.Directory]::Delete($folder, $true) } catch { $null = $_ }
    }
}

try {
    if ($options.operation -eq 'find') {
        $session = New-Object -ComObject Microsoft.Update.Session
        $session.ClientApplicationID = 'KernelFault'
        $found = @(Find-Update $session | ForEach-Object { @{ id = [string]$_.Identity.UpdateID; title = [string]$_.Title } })
        return ConvertTo-Json -Compress -Depth 4 @{ updates = $found }
    }
    try { ConvertTo-Json -Compress -Depth 4 (Install-Update) }
    catch {
        $inner = $_.Exception
        while ($inner.InnerException) { $inner = $inner.InnerException }
        if ($inner.HResult -ne $refused -or $options.byTask) { throw }
        Install-UpdateByTask
    }
}
catch { ConvertTo-Json -Compress @{ error = $_.Exception.Message } }
