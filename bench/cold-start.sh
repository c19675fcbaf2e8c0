#!/usr/bin/env bash
# Cold start of `kernelfault analyze FILE` against an empty .NET console program: medians of one interleaved run. At most
# 2.5 times as long is allowed. Both are published the same way: framework-dependent, Release.
# Usage: bench/cold-start.sh [rounds] [file]
set -euo pipefail
cd "$(dirname "$0")/.."
. bench/interleaved.sh

file=${2:-samples/network-driver-null-write.dmp}
out=out/cold-start
rm -rf "$out"
mkdir -p "$out/empty"
cat > "$out/empty/empty.csproj" <<'PROJECT'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>

  </PropertyGroup>
</Project>
PROJECT
echo 'return 0;' > "$out/empty/Program.cs"
# Outside the repository's own build properties.
printf '<Project />\n' | tee "$out/empty/Directory.Build.props" > "$out/empty/Directory.Packages.props"
dotnet publish "$out/empty" -c Release -o "$out/empty/published" -v q -nologo
dotnet publish src/KernelFault.Cli -c Release -o "$out/published" -v q -nologo

interleaved "${1:-21}" "$out/empty/published/empty" "$out/published/KernelFault.Cli analyze $file" "$out/published/KernelFault.Cli analyze --json $file"
awk -v empty="${MEDIANS[0]}" -v page="${MEDIANS[1]}" -v json="${MEDIANS[2]}" 'BEGIN {
    printf "empty program          %7.1f ms\nanalyze                %7.1f ms = %.2f x\nanalyze --json         %7.1f ms = %.2f x (at most 2.5)\n", empty, page, page / empty, json, json / empty
    exit page / empty > 2.5
}'
