#!/usr/bin/env bash
# Times the engine's stages on the official geometries and records every run in benchmarks/results/.
set -euo pipefail

usage() {
  cat <<'EOF'
Usage: benchmarks/engine.sh NAME [RUNS]

Runs `asr bench engine` RUNS times (default 5) for each case below and writes
benchmarks/results/DATE-NAME.md: commit, machine, load, then min / median / max of every
stage. Weights are random, of the official geometry, so the number of text tokens is forced.
EOF
}

case "${1:-}" in
  "" | -*) usage; [[ ${1:-} == --help || ${1:-} == -h ]] && exit 0 || exit 2 ;;
esac
name=$1 runs=${2:-5}

cases=(
  "--random 0.6b --seconds 11 --force-tokens 39 --threads 2"
  "--random 0.6b --seconds 11 --force-tokens 39 --threads 1"
  "--random 0.6b --seconds 60 --force-tokens 210 --threads 2"
  "--random 0.6b --seconds 11 --force-tokens 39 --threads 2 --batch 8"
  "--random 1.7b --seconds 11 --force-tokens 39 --threads 2"
  "--model models/demo-asr --audio samples/interview-en.wav --force-tokens 80 --threads 1"
)

cd "$(dirname "${BASH_SOURCE[0]}")/.."
dotnet build src/AsrService.Cli -c Release -v:quiet -nologo
asr() { dotnet src/AsrService.Cli/bin/Release/net10.0/asr.dll "$@"; }

commit=$(git rev-parse --short HEAD)
if [[ -n $(git status --porcelain -- src) ]]; then commit+=" with uncommitted changes"; fi
load=$(cut -d' ' -f1 /proc/loadavg)
lines=$(mktemp)
trap 'rm -f "$lines"' EXIT

# All cases in every round, so that a drifting machine does not favour one of them.
for ((round = 1; round <= runs; round++)); do
  for index in "${!cases[@]}"; do
    read -ra options <<<"${cases[$index]}"
    printf '%s\t%s\n' "$index" "$(asr bench engine "${options[@]}")" >>"$lines"
  done
done

spread() { # case, field, scale
  sed -n "s/^$1\t.*\"$2\":\([-0-9.eE+]*\).*/\1/p" "$lines" | LC_ALL=C sort -g |
    awk -v scale="$3" '{ v[NR] = $1 * scale } END { printf "%.4g / %.4g / %.4g", v[1], v[int((NR + 1) / 2)], v[NR] }'
}

result=benchmarks/results/$(date -u +%Y-%m-%d)-$name.md
mkdir -p benchmarks/results
{
  printf '# %s\n\n' "$name"
  printf -- '- Commit: %s\n- Command: benchmarks/engine.sh %s %s\n' "$commit" "$name" "$runs"
  printf -- '- Machine: %s, %s CPUs, load %s at the start; device of the engine: %s\n' \
    "$(sed -n 's/^model name\s*: //p' /proc/cpuinfo | head -n 1)" "$(nproc)" "$load" \
    "$(sed -n 's/^0\t.*"device":"\([^"]*\)".*/\1/p' "$lines" | head -n 1)"
  printf -- '- Figures: min / median / max of %s runs, cases in turns\n\n' "$runs"
  printf '| case | mel ms | encoder ms | prefill ms | decode ms/token | decode tokens/s | total ms | real-time factor | peak RSS GB |\n'
  printf '|---|---|---|---|---|---|---|---|---|\n'
  for index in "${!cases[@]}"; do
    printf '| `%s`' "${cases[$index]}"
    for field in mel_ms encoder_ms prefill_ms decode_ms_per_token decode_tokens_per_s total_ms rtf; do
      printf ' | %s' "$(spread "$index" "$field" 1)"
    done
    printf ' | %s |\n' "$(spread "$index" peak_rss_bytes 1e-9)"
  done
} >"$result"
echo "Recorded in $result"
