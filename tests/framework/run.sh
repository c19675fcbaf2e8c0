#!/usr/bin/env bash
# Windows PowerShell 5.1 runs the netstandard2.0 library on .NET Framework. Where that is not to be had, Mono's copy of the
# .NET Framework class library is the nearest thing: each sample and each corpus file has to give the same JSON there as
# from the console tool on .NET 10. Prints "N passed, N failed".
# Usage: tests/framework/run.sh (needs mono and mcs)
set -uo pipefail
cd "$(dirname "$0")/../.."

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
passed=0 failed=0

dotnet build src/KernelFault.Cmdlets -c Release -f netstandard2.0 -v q -nologo > "$scratch/log" && dotnet build src/KernelFault.Cli -c Release -v q -nologo >> "$scratch/log" || {
    cat "$scratch/log"
    echo '0 passed, 1 failed'
    exit 1
}
cp bin/netstandard2.0/*.dll "$scratch"
facade=$(find "$(dirname "$(readlink -f "$(command -v mono)")")/../lib/mono" -name netstandard.dll -path '*Facades*' | head -1)
mcs -nologo -out:"$scratch/analyze.exe" -r:"$scratch/KernelFault.dll" -r:"$facade" tests/framework/Analyze.cs || {
    echo '0 passed, 1 failed'
    exit 1
}

shopt -s nullglob
for file in "$PWD"/samples/*.dmp "$PWD"/samples/*.log "$(realpath ..)"/shared/corpus/windows/*.dmp "$(realpath ..)"/shared/corpus/linux/*/{console.log,vmcore}; do
    mono "$scratch/analyze.exe" "$file" > "$scratch/framework.json" 2> "$scratch/framework.err"
    framework=$?
    dotnet src/KernelFault.Cli/bin/Release/net10.0/KernelFault.Cli.dll analyze --json "$file" > "$scratch/net.json" 2> /dev/null
    net=$?
    if [[ $framework == "$net" ]] && cmp -s "$scratch/framework.json" "$scratch/net.json"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "differs: ${file##*/} (exit codes $framework and $net)"
        head -3 "$scratch/framework.err"
        diff "$scratch/framework.json" "$scratch/net.json" | head -4
    fi
done
echo "$passed passed, $failed failed"
((failed == 0 && passed > 0))
