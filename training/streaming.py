"""Word errors of the official streaming method on the bundled samples, as markdown.

Every 2 s the whole audio so far is decoded again; from the third time on, the answer is made to
begin with the previous one less its last five tokens."""
from __future__ import annotations

import argparse
import os
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import torch

import checkpoint
import infer
from evaluate import distance, read_wav, tokens
from features import RATE
from model import Thinker
from parsing import TAG, parse
from reference import read_samples
from tokenizer import Tokenizer

CHUNK_SECONDS = 2
UNFIXED_CHUNKS = 2
ROLLBACK = 5


def encode(tok: Tokenizer, raw: str) -> list[int]:
    """Ids of an answer; its tag is one id."""
    meta, tag, text = raw.partition(TAG)
    return tok.encode(meta) + ([tok.added[TAG], *tok.encode(text)] if tag else [])


def rolled_back(tok: Tokenizer, raw: str) -> str:
    """The answer less its last tokens, never cut inside a character."""
    ids = encode(tok, raw)
    for end in range(len(ids) - ROLLBACK, 0, -1):
        text = tok.decode(ids[:end])
        if "\ufffd" not in text:
            return text
    return ""


def stream(model: Thinker, tok: Tokenizer, samples: np.ndarray) -> str:
    """The text after the last chunk."""
    raw, step = "", CHUNK_SECONDS * RATE
    for chunk, end in enumerate(range(step, len(samples) + step, step)):
        prefix = rolled_back(tok, raw) if chunk >= UNFIXED_CHUNKS else ""
        ids, _ = infer.answer(model, tok, samples[:end], prefix=encode(tok, prefix))
        raw = prefix + tok.decode(ids)
    return parse(raw)[1]


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--model", type=Path, required=True, help="exported recogniser")
    p.add_argument("--samples", type=Path, required=True)
    args = p.parse_args()
    torch.set_num_threads(1)
    model, tok, _ = checkpoint.load(args.model)
    print("| sample | words | WER % |\n|---|---|---|")
    for path, sample in read_samples(args.samples):
        if sample["rate"] != RATE:
            continue
        want, got = tokens(sample["text"], False), tokens(
            stream(model, tok, read_wav(path)), False)
        errors = distance(want, got)
        print(f"| {path.stem} | {len(want)} | {100 * errors / max(1, len(want)):.1f} |")


if __name__ == "__main__":
    main()
