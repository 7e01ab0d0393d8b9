"""Writes reference.json beside the bundled checkpoints: what they say about the samples, token by
token and slot by slot, for tests that compare another implementation with this one.

Prints the sections of the model cards that show the same results to a reader."""
from __future__ import annotations

import argparse
import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import torch

import checkpoint
import infer
from evaluate import distance, read_wav, tokens
from features import RATE
from model import Thinker
from parsing import parse
from texts import units
from tokenizer import Tokenizer

MARGIN = .2             # seconds kept around a sentence that is cut out
MARGINS = (0, .1, .2, .3)
SHORT = ("numbers-en", .9, 1.2)     # under half a second: shows the padding
NUMERICS = ("BF16 weights computed in float32 throughout, keys and values included; features as "
            "in training/features.py; one thread; samples are int16 / 32768")
CUTS = ("start_s and end_s are multiples of 1 ms; the samples are round(start_s * 16000) up to, "
        "not including, round(end_s * 16000) of the input at 16 kHz, or all of them when mode is "
        "whole")
INPUTS = {
    "mono": "the file's samples",
    "mix": "the mean of the channels, then 8 -> 16 kHz by scipy.signal.resample_poly(x, 16000, "
           "8000) with its default Kaiser window",
    "channel-0": "the first channel alone (agent), resampled in the same way",
    "channel-1": "the second channel alone (customer), resampled in the same way"}


@dataclass
class Cut:
    """A stretch of one input of one sample, and the text that is spoken in it."""
    file: str
    input: str
    mode: str
    start: float
    end: float
    text: str
    samples: np.ndarray

    def place(self) -> dict:
        """The first fields of its entry."""
        return {"file": self.file, "input": self.input, "mode": self.mode,
                "start_s": self.start, "end_s": self.end}


def read_samples(folder: Path) -> list[tuple[Path, dict]]:
    """(wav file, content of its JSON) of every sample, by name."""
    return [(p.with_suffix(".wav"), json.loads(p.read_text(encoding="utf-8")))
            for p in sorted(folder.glob("*.json"))]


def inputs(path: Path, sample: dict) -> Iterator[tuple[str, np.ndarray, list[dict]]]:
    """(name, samples at 16 kHz, the segments spoken in them)."""
    if "channels" not in sample:
        yield "mono", read_wav(path), sample["segments"]
        return
    yield "mix", read_wav(path), sample["segments"]
    for i, speaker in enumerate(sample["channels"]):
        mine = [s for s in sample["segments"] if s["speaker"] == speaker]
        yield f"channel-{i}", read_wav(path, i), mine


def cuts(path: Path, sample: dict, margin: float = MARGIN) -> Iterator[Cut]:
    """Every input whole, then each of its sentences with a margin on both sides."""
    space = " " if sample["language"] == "English" else ""
    for name, x, segments in inputs(path, sample):
        seconds = round(len(x) / RATE, 3)
        yield Cut(path.name, name, "whole", 0.0, seconds,
                  space.join(s["text"] for s in segments), x)
        for s in segments:
            start = round(max(0.0, s["start"] - margin), 3)
            end = round(min(seconds, s["end"] + margin), 3)
            yield Cut(path.name, name, "sentence", start, end, s["text"],
                      x[round(start * RATE):round(end * RATE)])
    if path.stem == SHORT[0]:
        _, start, end = SHORT
        yield Cut(path.name, "mono", "short", start, end, "",
                  read_wav(path)[round(start * RATE):round(end * RATE)])


def transcript(model: Thinker, tok: Tokenizer, cut: Cut) -> dict:
    """One entry of the recogniser."""
    ids, margins = infer.answer(model, tok, cut.samples)
    language, text = parse(tok.decode(ids))
    return {**cut.place(), "language": language, "text": text, "token_ids": ids,
            "min_top2_margin": round(min(margins), 3)}


def alignment(model: Thinker, tok: Tokenizer, cut: Cut) -> dict:
    """One entry of the aligner; its text is the reference text."""
    names = units(cut.text)
    classes, margins = infer.slot_classes(model, tok, cut.samples, names)
    return {**cut.place(), "text": cut.text, "units": names, "slot_classes": classes,
            "repaired_ms": infer.repair([c * infer.CLASS_MS for c in classes]),
            "slot_margins": [round(m, 3) for m in margins],
            "min_top2_margin": round(min(margins), 3)}


def errors(model: Thinker, tok: Tokenizer, path: Path, sample: dict) -> dict[str, dict]:
    """input -> {"whole" or margin: wrong words}; the sentences are cut out with each of MARGINS."""
    out: dict[str, dict] = {}
    for margin in MARGINS:
        for cut in cuts(path, sample, margin):
            if cut.mode == "short" or cut.mode == "whole" and margin != MARGINS[0]:
                continue
            row = out.setdefault(cut.input, dict.fromkeys(("whole", *MARGINS), 0))
            got = infer.transcribe(model, tok, cut.samples)[1]
            row["whole" if cut.mode == "whole" else margin] += distance(
                tokens(cut.text, False), tokens(got, False))
    return out


def write(folder: Path, entries: list[dict]) -> None:
    """reference.json, one entry a line."""
    digest = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    about = {"weights_sha256": digest, "numerics": NUMERICS, "cuts": CUTS, "inputs": INPUTS}
    lines = [json.dumps(e, ensure_ascii=False) for e in entries]
    head = json.dumps(about, ensure_ascii=False, indent=1)[1:-2]
    (folder / "reference.json").write_text(
        "{" + head + ',\n "entries": [\n  ' + ",\n  ".join(lines) + "\n ]\n}\n", encoding="utf-8")


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    p.add_argument("--recogniser", type=Path, required=True, help="exported folder")
    p.add_argument("--aligner", type=Path, required=True, help="exported folder")
    p.add_argument("--samples", type=Path, required=True)
    args = p.parse_args()
    torch.set_num_threads(1)
    samples = read_samples(args.samples)
    model, tok, _ = checkpoint.load(args.recogniser)
    entries = [transcript(model, tok, c) for path, s in samples for c in cuts(path, s)]
    write(args.recogniser, entries)
    for e in entries:
        if e["mode"] != "sentence":
            print(f"* `{e['file']}`, {e['input']}, {e['mode']}: {e['language'] or 'no language'},"
                  f" margin {e['min_top2_margin']}\n  > {e['text']}")
    print("\n| sample | whole |" + "".join(f" cut {m:g} s |" for m in MARGINS) + "\n|---|---|"
          + "---|" * len(MARGINS))
    for path, s in samples:
        for name, row in errors(model, tok, path, s).items():
            print(f"| {path.stem}, {name} | " + " | ".join(map(str, row.values())) + " |")
    model, tok, _ = checkpoint.load(args.aligner)
    write(args.aligner, [alignment(model, tok, c) for path, s in samples for c in cuts(path, s)
                         if c.text])


if __name__ == "__main__":
    main()
