#!/usr/bin/env bash
# Measures live streams of the bundled model, one and many, and records the run in benchmarks/results/.
set -euo pipefail

usage() {
  cat <<'EOF'
Usage: benchmarks/live.sh NAME [SECONDS [STREAMS...]]

Runs `asr bench live --minutes 30` and then `asr load` at pace 1 with 1 stream and with
STREAMS at once (default 8 32 64 128), SECONDS each (default 300), every time against a new
service on this machine. Writes benchmarks/results/DATE-NAME.md: commit, machine, load,
then the tables. Fails if a stream failed or text was lost or contradicted.
EOF
}

case "${1:-}" in
  "" | -*) usage; [[ ${1:-} == --help || ${1:-} == -h ]] && exit 0 || exit 2 ;;
esac
name=$1 seconds=${2:-300}
arguments=("$@")
streams=(1 "${@:3}")
if [[ ${#streams[@]} -eq 1 ]]; then streams+=(8 32 64 128); fi

cd "$(dirname "${BASH_SOURCE[0]}")/.."
dotnet build src/AsrService.Cli -c Release -v:quiet -nologo
asr() { dotnet src/AsrService.Cli/bin/Release/net10.0/asr.dll "$@"; }

commit=$(git rev-parse --short HEAD)
if [[ -n $(git status --porcelain -- src) ]]; then commit+=" with uncommitted changes"; fi
load=$(cut -d' ' -f1 /proc/loadavg)
tables=$(mktemp)
trap 'rm -f "$tables"' EXIT

minutes() { # one row a minute out of the object of `asr bench live`
  grep -o '{"minute":[^}]*}' <<<"$1" | sed 's/[{}"]//g' | tr ':,' '\t\t' |
    awk -F'\t' '$2 % 5 == 0 || $2 <= 2 { printf "| %s | %s | %s | %s | %s | %s | %s |\n", $2, $4, $6, $8, $10, $12, $14 }'
}

fence='```'
failed=0
long=$(asr bench live --minutes 30)
{
  printf '\n## One stream for 30 minutes, as fast as it goes\n\n`asr bench live --minutes 30`: the last minute took %s of the second.\n\n' \
    "$(sed -n 's/.*"last_by_second":\([-0-9.eE+]*\).*/\1/p' <<<"$long")"
  printf '| minute | CPU ms | refreshes | features ms | encoder ms | prefill ms | decode ms |\n|---|---|---|---|---|---|---|\n'
  minutes "$long"
} >>"$tables"

for count in "${streams[@]}"; do
  options="load --streams $count --pace 1 --duration $seconds --verify"
  printf '\n## `asr %s`\n\n%s\n' "$options" "$fence" >>"$tables"
  # shellcheck disable=SC2086 # the options are words
  asr $options >>"$tables" || failed=1
  printf '%s\n' "$fence" >>"$tables"
done

result=benchmarks/results/$(date -u +%Y-%m-%d)-$name.md
mkdir -p benchmarks/results
{
  printf '# %s\n\n' "$name"
  printf -- '- Commit: %s\n' "$commit"
  printf -- '- Command: benchmarks/live.sh %s\n' "$(printf '%q ' "${arguments[@]}" | sed 's/ $//')"
  printf -- '- Machine: %s, %s CPUs, load %s at the start; service and client share it\n' \
    "$(sed -n 's/^model name\s*: //p' /proc/cpuinfo | head -n 1)" "$(nproc)" "$load"
  cat "$tables"
} >"$result"
echo "Recorded in $result"
exit "$failed"
