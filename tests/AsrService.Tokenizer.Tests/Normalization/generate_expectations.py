"""Writes nfc-expectations.txt from Python's own normalization, which knows nothing of our table.

First the Unicode version; then, for each block of 4,096 code points, the first 16 hexadecimal digits of the SHA-256 of
their composed forms, each followed by a line feed (surrogates left out); then random sequences: code points, '=', the
composed form. Sequences are made of what is hard: decomposable characters, marks of many classes, jamo.
"""

import hashlib
import pathlib
import random
import unicodedata

BLOCK = 4096


def nfc(text):
    return unicodedata.normalize("NFC", text)


def digest(first):
    scalars = (c for c in range(first, first + BLOCK) if not 0xD800 <= c <= 0xDFFF)
    forms = "".join(nfc(chr(c)) + "\n" for c in scalars)
    return hashlib.sha256(forms.encode("utf-8")).hexdigest()[:16]


def sequences(count):
    everything = [chr(c) for c in range(0x110000) if not 0xD800 <= c <= 0xDFFF]
    hard = [c for c in everything if unicodedata.decomposition(c) and not unicodedata.decomposition(c).startswith("<")]
    marks = [c for c in everything if unicodedata.combining(c)]
    jamo = [chr(c) for c in [*range(0x1100, 0x1115), *range(0x1160, 0x1178), *range(0x11A6, 0x11C4)]]
    syllables = [chr(c) for c in range(0xAC00, 0xAC00 + 112)]
    seconds = sorted({nfd[-1] for nfd in (unicodedata.normalize("NFD", c) for c in hard)})
    pools = [hard, marks, seconds, seconds, jamo, syllables, [chr(c) for c in range(0x41, 0x7B)]]
    rng = random.Random(20)
    for _ in range(count):
        text = "".join(rng.choice(rng.choice(pools)) for _ in range(rng.randint(2, 9)))
        if rng.random() < 0.5:
            text = unicodedata.normalize("NFD", text)
        yield text


def hexadecimal(text):
    return " ".join(f"{ord(c):X}" for c in text)


def main():
    lines = [f"Unicode {unicodedata.unidata_version}"]
    lines += [digest(first) for first in range(0, 0x110000, BLOCK)]
    lines += [f"{hexadecimal(text)}={hexadecimal(nfc(text))}" for text in sequences(2000)]
    target = pathlib.Path(__file__).with_name("nfc-expectations.txt")
    target.write_text("\n".join(lines) + "\n", encoding="ascii", newline="\n")


if __name__ == "__main__":
    main()
