"""Numbers, and typed characters and entries, in a form that can be shown: nothing invisible, nothing endless."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence

NAMED = {" ": "␣", "\n": "⏎", "\t": "⇥"}
WRITTEN = {sign: character for character, sign in NAMED.items()}
CODES = re.compile(r"U\+[0-9A-F]{4,6}( U\+[0-9A-F]{4,6})*")
LAST_CODE = 0x10FFFF
LONGEST = 24  # characters of an entry that a message or a label repeats
FEW_NUMBERS = 3  # of several in a row, the first are written
LONG = 1e4  # numbers from here on are written with an exponent


def visible(character: str) -> str:
    """Return a character's label: blanks by a sign, what has no shape as U+XXXX, a lone mark on a circle."""
    if character in NAMED:
        return NAMED[character]
    if not any(map(str.isprintable, character)):
        return " ".join(map(code_point, character))
    if unicodedata.category(character[0]).startswith("M"):
        return "◌" + encodable(character)
    return encodable(character)


def character_shown_as(label: str) -> str:
    """Return the character that `visible` shows as `label`."""
    if label in WRITTEN:
        return WRITTEN[label]
    if CODES.fullmatch(label):
        return "".join(chr(min(int(number[2:], 16), LAST_CODE)) for number in label.split(" "))
    return label[1:] if label[:1] == "◌" and unicodedata.category(label[1:2] or " ").startswith("M") else label


def shortened(entry: str) -> str:
    """Return an entry as typed, its end left out where it is long, and without characters that have no shape."""
    cut = entry if len(entry) <= LONGEST else entry[: LONGEST - 1] + "…"
    return "".join(letter if letter.isprintable() else code_point(letter) for letter in cut)


def encodable(text: str) -> str:
    """Return `text` with every lone surrogate, which no encoding can carry, as its code."""
    return "".join(code_point(letter) if unicodedata.category(letter) == "Cs" else letter for letter in text)


def code_point(letter: str) -> str:
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


def few_numbers(values: Sequence[float]) -> str:
    """Write one number, or the first few of several: "0.38", "(0.38, −0.92)", "(1.00, 0.00, 0.00, …)"."""
    numbers = [short_number(value) for value in values[:FEW_NUMBERS]]
    more = ["…"] if len(values) > FEW_NUMBERS else []
    return numbers[0] if len(values) == 1 else f"({', '.join(numbers + more)})"


def short_number(value: float) -> str:
    """Write a number with two decimals, as the stepper does: "0.38", "−0.92", "1.2e+05", "∞", "–" for none."""
    if math.isnan(value):
        return "–"
    text = "∞" if math.isinf(value) else f"{abs(value):.1e}" if abs(value) >= LONG else f"{abs(value):.2f}"
    return f"−{text}" if value < 0 and text != "0.00" else text
