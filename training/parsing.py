"""The recogniser's output string -> language and text, as the official package does it."""
from __future__ import annotations

import re

TAG = "<asr_text>"
REPEATS = 20            # that many equal blocks in a row are a loop
LONGEST_PERIOD = 20     # characters of a block


def parse(raw: str, forced: str = "") -> tuple[str, str]:
    """(language or "", text) of a decoded answer; forced: the language given in the prompt."""
    s = fix_repetitions(raw.strip())
    if forced:
        return forced, s
    if TAG not in s:
        return "", s.strip()
    meta, text = s.split(TAG, 1)
    if "language none" in meta.lower():
        return "", text.strip()
    for line in meta.split("\n"):
        line = line.strip()
        if line.lower().startswith("language "):
            return line[len("language "):].strip().capitalize(), text.strip()
    return "", text.strip()


def fix_repetitions(s: str) -> str:
    """Collapses characters repeated 21 times or more, then blocks repeated 20 times or more."""
    return _collapse(re.sub(r"(.)\1{%d,}" % REPEATS, r"\1", s, flags=re.DOTALL))


def _collapse(s: str) -> str:
    """One block of every loop, smallest period first; the last 39 characters start none."""
    out, i = [], 0
    while i <= len(s) - 2 * REPEATS:
        size = _period(s, i)
        if not size:
            out.append(s[i])
            i += 1
            continue
        block = s[i:i + size]
        end = i + size * REPEATS
        while s[end:end + size] == block:
            end += size
        return "".join(out) + block + _collapse(s[end:])
    return "".join(out) + s[i:]


def _period(s: str, i: int) -> int:
    """Characters of the block that repeats from i; 0 when none does."""
    for size in range(1, LONGEST_PERIOD + 1):
        end = i + size * REPEATS
        if end > len(s):
            return 0
        if s[i:end] == s[i:i + size] * REPEATS:
            return size
    return 0
