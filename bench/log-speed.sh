#!/usr/bin/env bash
# `kernelfault analyze` over a kernel log of 1 GB with 100 crashes in it, next to `grep -c "RIP:"` on the same file: medians
# of one interleaved run. At least 200 MB/s of processor time and at most 64 MB of memory are asked for.
# Usage: bench/log-speed.sh [rounds] [megabytes]
set -euo pipefail
cd "$(dirname "$0")/.."
. bench/interleaved.sh

megabytes=${2:-1024}
out=out/log-speed
log=$out/kernel-$megabytes.log
mkdir -p "$out"
if [[ ! -f $log ]]; then
    dotnet run -c Release --project bench/KernelFault.Bench -- log-file "$PWD/$log.part" "$megabytes"
    mv "$log.part" "$log"
fi
dotnet publish src/KernelFault.Cli -c Release -o "$out/published" -v q -nologo
tool=$out/published/KernelFault.Cli

# Peak memory: the kernel's own high-water mark, which only grows, read until the process ends.
"$tool" analyze --json "$log" > "$out/answer.json" &
pid=$!
peak=0
while [[ -r /proc/$pid/status ]]; do
    now=$(awk '/^VmHWM/ { print $2 }' "/proc/$pid/status" 2> /dev/null || true)
    peak=${now:-$peak}
    sleep 0.02
done
wait "$pid"
grep -q '"Title"' "$out/answer.json"

# Processor time: user and system, all threads, start and JIT included.
TIMEFORMAT='%U %S'
processor=$({ time "$tool" analyze "$log" > /dev/null; } 2>&1 | awk '{ print 1000 * ($1 + $2) }')

# Through a pipe: with its output on /dev/null grep stops at the first match.
interleaved "${1:-5}" "$tool analyze $log" "grep -c RIP: $log | cat"
crashes=$(grep -c -E 'BUG: kernel NULL pointer|kernel BUG at' "$log")
awk -v mb="$megabytes" -v crashes="$crashes" -v cpu="$processor" -v wall="${MEDIANS[0]}" -v grep="${MEDIANS[1]}" -v peak="$peak" 'BEGIN {
    printf "log                 %7d MB, %d crashes\n", mb, crashes
    printf "kernelfault analyze %7.0f ms = %.0f MB/s; processor time %.0f ms = %.0f MB/s a core (at least 200)\n", wall, mb / wall * 1000, cpu, mb / cpu * 1000
    printf "grep -c RIP:        %7.0f ms = %.0f MB/s: ratio %.2f\n", grep, mb / grep * 1000, wall / grep
    printf "peak memory         %7.1f MB (at most 64)\n", peak / 1024
    exit mb / cpu * 1000 < 200 || peak > 64 * 1024
}'
