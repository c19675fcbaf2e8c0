#!/bin/sh
# One dump warm, a thousand dumps against SHA-256 over the same files, and the memory that took: numbers of one run.
# --each measures every dump at hand warm, not just one.
cd "$(dirname "$0")/.." || exit 2
exec dotnet run -c Release --project bench/KernelFault.Bench -- speed "$@"
