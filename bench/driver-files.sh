#!/usr/bin/env bash
# How long the files of 400 drivers take: hashes, signatures and image facts of each. Usage: bench/driver-files.sh FOLDER [COUNT]
# FOLDER holds real drivers (.sys, .ko); they are copied in turn until there are enough.
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
source=$1
count=${2:-400}
tool=$here/src/KernelFault.Cli/bin/Release/net10.0/KernelFault.Cli.dll
[[ -f $tool ]] || dotnet build "$here/src/KernelFault.Cli" -c Release -f net10.0 -nologo -v q
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

mapfile -t files < <(find "$source" -type f \( -name '*.sys' -o -name '*.ko' \) | sort)
((${#files[@]} > 0)) || { echo "no drivers in $source" >&2; exit 1; }
for ((i = 0; i < count; i++)); do
    file=${files[i % ${#files[@]}]}
    copy=$work/$(printf '%04d' "$i")-$(basename "$file")
    cp "$file" "$copy"
done
echo "$count files of ${#files[@]} drivers, $(du -sm "$work" | cut -f1) MB"
for run in 1 2 3; do
    start=$(date +%s.%N)
    found=$(dotnet "$tool" drivers "$work"/* --json | grep -c '"ComputerName"')
    printf 'run %d: %d drivers in %.2f s\n' "$run" "$found" "$(echo "$(date +%s.%N) - $start" | bc)"
done
