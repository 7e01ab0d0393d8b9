#!/usr/bin/env bash
# Installs what the tests need, builds everything, runs every test project and sums up.
set -uo pipefail

usage() {
  cat <<'EOF'
Usage: tests/run.sh [--fast | --soak]

Builds AsrService.sln in Release and runs all tests but those that take minutes.
The last line reads "N passed, N failed, N skipped"; the exit status is 0 only when
tests ran and none failed. A project that crashes or does not build counts as failed.

  --fast   only the tests of category Unit
  --soak   also the tests of category Soak, which take minutes
  --help   this text

ASR_TEST_QWEN3_TOKENIZER may name a tokenizer.json of Qwen3; otherwise it is
downloaded, and without it the tests that need it are skipped.
With CI=true the other implementations of gRPC, Prometheus, the proxies and Go with Sprig
must be there: without them tests fail.
EOF
}

filter=(-trait- "Category=Soak")
case "${1:-}" in
  "") ;;
  --fast) filter=(-trait "Category=Unit") ;;
  --soak) filter=() ;;
  -h | --help) usage; exit 0 ;;
  *) usage >&2; exit 2 ;;
esac
if (($# > 1)); then usage >&2; exit 2; fi

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
exec </dev/null
log=$(mktemp)
trap 'rm -f "$log"' EXIT
passed=0 failed=0 skipped=0

say() { printf '\n== %s\n' "$*"; }

finish() {
  printf '\n%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
  ((failed == 0 && passed > 0)) || exit 1
  exit 0
}

# The SDK and NuGet keep their caches in HOME and stop without one.
prepare_environment() {
  export HOME=${HOME:-$(getent passwd "$EUID" | cut -d: -f6)}
  if [[ ! -w $HOME ]]; then
    HOME=$PWD/artifacts/home
    mkdir -p "$HOME"
  fi
  export PATH=$PATH:/usr/sbin # where Debian has proxies
  export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 NO_COLOR=1
}

# Debian packages, for those who may install some.
install_packages() { # names
  local as_root=()
  if ((EUID != 0)); then as_root=(sudo -n); fi
  command -v apt-get >/dev/null && "${as_root[@]}" true 2>/dev/null || return
  say "Installing $*"
  "${as_root[@]}" apt-get update -q >"$log" 2>&1
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends "$@" >"$log" 2>&1 && return
  tail -n 5 "$log"
  return 1
}

install_ffmpeg() {
  command -v ffmpeg >/dev/null || install_packages ffmpeg || echo "No ffmpeg: tests that need it are skipped or fail." >&2
}

install_prometheus() {
  command -v promtool >/dev/null && command -v prometheus >/dev/null || install_packages prometheus ||
    echo "No prometheus: tests that need it are skipped." >&2
}

install_proxies() {
  command -v nginx >/dev/null && command -v haproxy >/dev/null || install_packages nginx-light haproxy ||
    echo "No nginx or haproxy: tests that need them are skipped." >&2
}

# Go's templates and Sprig, with which Helm renders charts.
install_chart_renderer() {
  local sprig=/usr/share/gocode/src/github.com/Masterminds/sprig
  [[ -x /usr/bin/go && -d $sprig ]] ||
    install_packages golang-go golang-github-masterminds-sprig-dev golang-gopkg-yaml.v3-dev ||
    echo "No Go with Sprig: tests of the Helm chart are skipped." >&2
}

# The gRPC implementations that ours is tried against: Debian's, so not one of another python3 in PATH, and npm's.
install_grpc_peers() {
  /usr/bin/python3 -c 'import grpc, google.protobuf' 2>/dev/null || install_packages python3-grpcio ||
    echo "No grpcio: tests that need it are skipped." >&2

  local peer=tests/interop/node
  cmp -s "$peer/package-lock.json" "$peer/node_modules/.installed" && return
  command -v npm >/dev/null || install_packages nodejs npm
  say "Installing grpc-js"
  if npm --prefix "$peer" ci --ignore-scripts --no-audit --no-fund >"$log" 2>&1; then
    cp "$peer/package-lock.json" "$peer/node_modules/.installed" # last, so that half an installation is done again
  else
    tail -n 5 "$log"
    echo "No grpc-js: tests that need it are skipped." >&2
  fi
}

fetch_vocabulary() {
  [[ -n ${ASR_TEST_QWEN3_TOKENIZER:-} || ! -x tests/fetch-vocabulary.sh ]] && return
  local path
  if path=$(tests/fetch-vocabulary.sh | tail -n 1) && [[ -f $path ]]; then
    export ASR_TEST_QWEN3_TOKENIZER=$path
  else
    echo "No Qwen3 vocabulary: tests that need it are skipped." >&2
  fi
}

# A node that outlives the build would keep our output open, and whoever reads it waiting.
build() { dotnet build AsrService.sln -c Release -nologo -v:minimal -tl:off -nodeReuse:false; }

# A count of the summary line, such as "Total: 14, Errors: 0, Failed: 0, Skipped: 0, Not Run: 0"; 0 where it is missing.
count() { sed -n "s/.*$1: \([0-9]*\).*/\1/p" <<<"${summary:-}" | grep . || echo 0; }

run_project() { # name, then environment settings
  local name=$1 summary status errors
  shift
  say "$name $*"
  env "$@" "tests/$name/bin/Release/net10.0/$name" -noColor -noLogo "${filter[@]}" 2>&1 |
    sed -u 's/\x1b\[[0-9;]*[A-Za-z]//g' | tee "$log"
  status=${PIPESTATUS[0]}
  summary=$(grep -E "^ +$name +Total: [0-9]+" "$log" | tail -n 1)
  errors=$(($(count Failed) + $(count Errors)))
  if [[ -z $summary ]] || ((status != 0 && errors == 0)); then
    echo "$name ended with status $status and no failed test: it crashed." >&2
    errors=$((errors + 1))
  fi
  failed=$((failed + errors))
  skipped=$((skipped + $(count Skipped)))
  passed=$((passed + $(count Total) - $(count Failed) - $(count Skipped) - $(count 'Not Run')))
}

prepare_environment
install_ffmpeg
install_prometheus
install_proxies
install_chart_renderer
install_grpc_peers
fetch_vocabulary

say "Building"
if ! build; then
  echo "The build failed." >&2
  failed=1
  finish
fi

for project in tests/*.Tests/*.csproj; do
  run_project "$(basename "$project" .csproj)"
done
# Container images often run without ICU; the tokenizer must not notice.
run_project AsrService.Tokenizer.Tests DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
finish
