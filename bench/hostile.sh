#!/bin/sh
# The long run of damaged files: --count N of each format, --first NUMBER, --format NAME, --save FOLDER, --list;
# of real vmcores: --vmcore FILE, as often as wanted.
cd "$(dirname "$0")/.." || exit 2
exec dotnet run -c Release --project bench/KernelFault.Bench -- hostile "$@"
