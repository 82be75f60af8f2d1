"""The words by which a table says that a value is missing."""

from __future__ import annotations

import unicodedata

import numpy as np
import pandas as pd
from numpy.typing import NDArray

SIGNS = ("-", "--", "---", "–", "—", "－", "?", "??", "？", ".", "..", "...", "*", "/")
NOTHING = (
    "na",
    "n/a",
    "n.a",
    "n.a.",
    "#n/a",
    "#n/a n/a",
    "#na",
    "<na>",
    "nan",
    "-nan",
    "nat",
    "null",
    "nil",
    "none",
    "missing",
)
IN_KOREAN = ("결측", "결측값", "없음")
ERRORS = ("#div/0!", "#value!", "#ref!", "#name?", "#num!", "#null!", "-1.#ind", "1.#ind", "-1.#qnan", "1.#qnan")
WORDS = frozenset(
    unicodedata.normalize(form, word)
    for word in (*SIGNS, *NOTHING, *IN_KOREAN, *ERRORS)
    for form in ("NFC", "NFD")  # as a file may have them
)


def is_missing(cell: str) -> bool:
    """Tell whether a cell says that its value is missing, or says nothing."""
    word = unicodedata.normalize("NFKC", cell).strip().lower()
    return not word or word in WORDS


def missing_in(column: pd.Series) -> NDArray[np.bool_]:
    """Tell for each entry of a column of text whether a word stands in it for a missing value."""
    words = column.str.lower().isin(WORDS)
    if (column == "+").any():  # a column of signs, in which a minus is no hole
        words &= column != "-"
    return words.to_numpy(dtype=bool)


def without_missing(column: pd.Series) -> tuple[pd.Series, dict[str, int]]:
    """Return a column of text, trimmed, without the words for missing values; and how often each of them was there."""
    column = column.str.strip()
    words = missing_in(column)
    blank = (column == "").to_numpy(dtype=bool, na_value=False)
    if not (words | blank).any():
        return column, {}
    counts = column[words].value_counts()
    return column.mask(words | blank), {str(word): int(count) for word, count in counts.items()}
