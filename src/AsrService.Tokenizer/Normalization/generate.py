"""Writes nfc-data.txt, the table behind Nfc, from Python's copy of the Unicode Character Database.

    python3 generate.py

Run it with a newer Python to move to a newer Unicode version; the version used is the table's first line. Characters
that were assigned at that version normalize the same for ever (Unicode's stability policy), newer ones stay as they are.
The expectations of the tests come from tests/AsrService.Tokenizer.Tests/Normalization/generate_expectations.py, which
asks Python's own normalization and not this table.
"""

import pathlib
import unicodedata

SCALARS = [*range(0xD800), *range(0xE000, 0x110000)]
HANGUL_SYLLABLES = range(0xAC00, 0xAC00 + 11172)  # composed by arithmetic, see Nfc


def combining_classes():
    """Ranges of equal, non-zero canonical combining class."""
    ranges = []
    for c in SCALARS:
        value = unicodedata.combining(chr(c))
        if not value:
            continue
        if ranges and ranges[-1][1] == c - 1 and ranges[-1][2] == value:
            ranges[-1][1] = c
        else:
            ranges.append([c, c, value])
    return ranges


def decompositions():
    """One-step canonical decompositions; '=' recomposes, '>' does not (singletons and composition exclusions)."""
    for c in SCALARS:
        mapping = unicodedata.decomposition(chr(c))
        if not mapping or mapping.startswith("<") or c in HANGUL_SYLLABLES:
            continue
        recomposes = unicodedata.normalize("NFC", chr(c)) == chr(c)
        yield f"{c:04X}{'=' if recomposes else '>'}{mapping}"


def main():
    lines = [f"Unicode {unicodedata.unidata_version}", "[combining classes]"]
    lines += [f"{a:04X}-{b:04X} {value}" for a, b, value in combining_classes()]
    lines += ["[decompositions]", *decompositions()]
    target = pathlib.Path(__file__).with_name("nfc-data.txt")
    target.write_text("\n".join(lines) + "\n", encoding="ascii", newline="\n")
    print(f"{target.name}: {len(lines)} lines, {target.stat().st_size} bytes")


if __name__ == "__main__":
    main()
