$ProgressPreference='SilentlyContinue'
$l=@($input|Where-Object{$_})
$u=[Text.Encoding]::UTF8
function w($k,$t){[Console]::Out.WriteLine('KF'+$k+[Convert]::ToBase64String($u.GetBytes([string]$t)))}
function d($t){,$u.GetString([Convert]::FromBase64String($t))}
try{$s=[scriptblock]::Create((d $l[0]))}catch{w X $_;exit 0}
$a=@(d $l[1])
if($l.Count -gt 2){$a+=$l[2]}
try{& $s @a 2>&1|ForEach-Object{if($_ -is [Management.Automation.ErrorRecord]){w E $_}else{w O $_}}}catch{w E $_}
[Console]::Out.WriteLine('KF.')
exit 0
