#!/bin/sh
# What a playbook's run costs beside its steps: time a step of a machine, against the bare writing of its journals, and memory.
cd "$(dirname "$0")/.." || exit 2
exec dotnet run -c Release --project bench/KernelFault.Bench -- runs "$@"
