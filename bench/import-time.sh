#!/usr/bin/env bash
# What importing the module costs over an empty PowerShell start: medians of one interleaved run. At most 150 ms are allowed.
# Usage: bench/import-time.sh [rounds]
set -euo pipefail
cd "$(dirname "$0")/.."
. bench/interleaved.sh

dotnet build src/KernelFault.Cmdlets -c Release -v q -nologo
interleaved "${1:-21}" "pwsh -NoProfile -Command '\$null'" "pwsh -NoProfile -Command 'Import-Module ./KernelFault.psd1'"
awk -v empty="${MEDIANS[0]}" -v import="${MEDIANS[1]}" 'BEGIN {
    printf "empty pwsh   %7.1f ms\nwith import  %7.1f ms\nimport costs %7.1f ms (at most 150)\n", empty, import, import - empty
    exit import - empty > 150
}'
