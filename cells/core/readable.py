"""Numbers, and typed characters and entries, in a form that can be shown: nothing invisible, nothing endless."""

from __future__ import annotations

import re
import unicodedata

NAMED = {" ": "␣", "\n": "⏎", "\t": "⇥"}
WRITTEN = {sign: character for character, sign in NAMED.items()}
CODES = re.compile(r"U\+[0-9A-F]{4,6}( U\+[0-9A-F]{4,6})*")
LAST_CODE = 0x10FFFF
LONGEST = 24  # characters of an entry that a message or a label repeats


def visible(character: str) -> str:
    """Return a character's label: blanks by a sign, what has no shape as U+XXXX, a lone mark on a circle."""
    if character in NAMED:
        return NAMED[character]
    if not any(map(str.isprintable, character)):
        return " ".join(map(code, character))
    if unicodedata.category(character[0]).startswith("M"):
        return "◌" + encodable(character)
    return encodable(character)


def written(label: str) -> str:
    """Return the character that `visible` shows as `label`."""
    if label in WRITTEN:
        return WRITTEN[label]
    if CODES.fullmatch(label):
        return "".join(chr(min(int(number[2:], 16), LAST_CODE)) for number in label.split(" "))
    return label[1:] if label[:1] == "◌" and unicodedata.category(label[1:2] or " ").startswith("M") else label


def shortened(entry: str) -> str:
    """Return an entry as typed, its end left out where it is long, and without characters that have no shape."""
    cut = entry if len(entry) <= LONGEST else entry[: LONGEST - 1] + "…"
    return "".join(letter if letter.isprintable() else code(letter) for letter in cut)


def encodable(text: str) -> str:
    """Return `text` with every lone surrogate, which no encoding can carry, as its code."""
    return "".join(code(letter) if unicodedata.category(letter) == "Cs" else letter for letter in text)


def code(letter: str) -> str:
    """Return the number of a code point: "U+200B"."""
    return f"U+{ord(letter):04X}"


def decimals(value: float) -> str:
    """Write a finite number with two decimals and a true minus sign, but none for 0: "0.38", "−0.92", "0.00"."""
    text = f"{value:.2f}"
    return text.replace("-", "−") if float(text) else "0.00"


def signed(value: float) -> str:
    """Write a finite number with two decimals and its sign, but none for 0: "+0.38", "−0.92", "0.00"."""
    text = decimals(value)
    return text if text == "0.00" or value < 0 else f"+{text}"
