#!/usr/bin/env bash
# Measures the gRPC transport over loopback and records the run in benchmarks/results/.
set -euo pipefail

usage() {
  cat <<'EOF'
Usage: benchmarks/rpc.sh NAME [STREAMS [SECONDS]]

Sends 50 messages of 640 bytes a second on each of STREAMS streams (default 128) of one
connection for SECONDS (default 60) and takes an answer to each, then plays ping-pong on
one stream. Writes benchmarks/results/DATE-NAME.md. Fails if a message was lost.
EOF
}

case "${1:-}" in
  "" | -*) usage; [[ ${1:-} == --help || ${1:-} == -h ]] && exit 0 || exit 2 ;;
esac
name=$1
shift

cd "$(dirname "${BASH_SOURCE[0]}")/.."
dotnet build benchmarks/AsrService.RpcBenchmark -c Release -v:quiet -nologo

commit=$(git rev-parse --short HEAD)
if [[ -n $(git status --porcelain -- src benchmarks ':!benchmarks/results') ]]; then commit+=" with uncommitted changes"; fi
load=$(cut -d' ' -f1 /proc/loadavg)
figures=$(benchmarks/AsrService.RpcBenchmark/bin/Release/net10.0/AsrService.RpcBenchmark "$@")

fence='```'
result=benchmarks/results/$(date -u +%Y-%m-%d)-$name.md
mkdir -p benchmarks/results
{
  printf '# %s\n\n' "$name"
  printf -- '- Commit: %s\n' "$commit"
  printf -- '- Command: benchmarks/rpc.sh %s\n' "$(printf '%q ' "$name" "$@" | sed 's/ $//')"
  printf -- '- Machine: %s, %s CPUs, load %s at the start; server and client share it\n\n' \
    "$(sed -n 's/^model name\s*: //p' /proc/cpuinfo | head -n 1)" "$(nproc)" "$load"
  printf '%s\n%s\n%s\n' "$fence" "$figures" "$fence"
} >"$result"
echo "Recorded in $result"
