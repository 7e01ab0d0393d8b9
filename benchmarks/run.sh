#!/usr/bin/env bash
# Runs microbenchmarks and records their tables in benchmarks/results/ with machine, commit and command.
set -euo pipefail

usage() {
  cat <<'EOF'
Usage: benchmarks/run.sh NAME [BenchmarkDotNet options]

Runs the microbenchmarks and writes benchmarks/results/DATE-NAME.md.
Without options all of them run. Choose some with --filter, and --job short for a quick look:

  benchmarks/run.sh matmul --filter '*MatMul*'
EOF
}

case "${1:-}" in
  "" | -*) usage; [[ ${1:-} == --help || ${1:-} == -h ]] && exit 0 || exit 2 ;;
esac
name=$1
shift
options=("$@")
if [[ " ${options[*]} " != *" --filter "* ]]; then options+=(--filter "*"); fi

cd "$(dirname "${BASH_SOURCE[0]}")/.."
commit=$(git rev-parse --short HEAD)
if [[ -n $(git status --porcelain -- src benchmarks ':!benchmarks/results') ]]; then commit+=" with uncommitted changes"; fi
load=$(cut -d' ' -f1 /proc/loadavg)
artifacts=$(mktemp -d)
trap 'rm -rf "$artifacts"' EXIT

dotnet run -c Release --project benchmarks/AsrService.Microbenchmarks -- "${options[@]}" --artifacts "$artifacts"

fence='```'
reports=("$artifacts"/results/*-report-github.md)
result=benchmarks/results/$(date -u +%Y-%m-%d)-$name.md
mkdir -p benchmarks/results
{
  printf '# %s\n\n' "$name"
  printf -- '- Commit: %s\n' "$commit"
  printf -- '- Command: benchmarks/run.sh %s\n' "$(printf '%q ' "$name" "$@" | sed 's/ $//')"
  printf -- '- Machine: %s, %s CPUs, load %s at the start\n' \
    "$(sed -n 's/^model name\s*: //p' /proc/cpuinfo | head -n 1)" "$(nproc)" "$load"
  # The machine as BenchmarkDotNet sees it, once; then the tables.
  printf '\n'
  sed -n "/^$fence\$/,/^$fence\$/p" "${reports[0]}"
  for report in "${reports[@]}"; do
    printf '\n## %s\n\n' "$(basename "$report" -report-github.md | sed 's/.*\.//')"
    grep '^|' "$report"
  done
} >"$result"
echo "Recorded in $result"
