"""Numbers as people write them: decimal point or comma, groups of digits, percent signs, digits of any script.

A column is judged as a whole: "1,234" alone may be either, "1,234" above "1,5" may not.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cells.core.messages import N_

FOUND, POINT, COMMA = "found", "point", "comma"
DECIMALS = {FOUND: N_("as found"), POINT: N_("decimal point"), COMMA: N_("decimal comma")}
TRUTH = {"true": 1.0, "false": 0.0}
SAMPLE = 1000  # entries by which a column that holds something else is told

EXPONENT = r"(?:e[+-]?\d+)?"
POINTED = re.compile(
    rf"[+-]?(?:(?:[1-9]\d{{0,2}}(?:,\d{{2,3}})*,\d{{3}}|\d+)(?:\.\d*)?|\.\d+){EXPONENT}|[+-]?inf(?:inity)?",
    re.IGNORECASE | re.ASCII,
)
COMMAED = re.compile(
    rf"[+-]?(?:(?:[1-9]\d{{0,2}}(?:\.\d{{3}})+|\d+)(?:,\d*)?|,\d+){EXPONENT}|[+-]?inf(?:inity)?",
    re.IGNORECASE | re.ASCII,
)
PERHAPS_GROUPED = r"[+-]?(?:[1-9][0-9]{0,2}\.[0-9]{3}|[0-9]{1,3})"  # "1.234", and what says nothing against it
GROUPS = re.compile(r"(?<=\d)[\u00a0\u2009\u202f'’](?=\d{3}(?!\d))")
SPACED = re.compile(r"(?<=\d)[ \u00a0\u2009\u202f'’](?=\d{3}(?!\d))")
SIGNS = str.maketrans({"−": "-", "–": "-", "٫": ".", "٬": ",", "٪": "%"})
UNITS = re.compile(r"[%$€£¥₩]|원$")  # that may stand at a number, and are left out
EXACT = MappingProxyType({POINT: POINTED, COMMA: COMMAED})


@dataclass(frozen=True)
class Numbers:
    """The numbers of a column of text.

    readings: its values by decimal mark, NaN for holes and for what is no number, the likely reading first; two where
    the column leaves it open. mark: the decimal mark that the column shows, "" where it shows none, or leaves it open.
    units: the percent or currency signs at its numbers, which count as they are written: 12% is 12.
    """

    readings: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    mark: str = ""
    units: str = ""


def numbers_of(column: pd.Series, commas_part: bool, spaced: bool) -> Numbers:
    """Read a column of text, in which missing values are null, as numbers.

    commas_part: whether commas part the columns of the file, so that no point in it groups digits. spaced: whether
    blanks may group digits, as they may not where they may part columns.
    """
    plain = plain_numbers(column)
    if plain is None:
        return numbers_as_written(column, commas_part, spaced)
    if commas_part or not perhaps_grouped(column):
        return Numbers({POINT: plain}, POINT if column.str.contains(".", regex=False).any() else "")
    grouped = plain_numbers(column.str.replace(".", "", regex=False))
    return Numbers({POINT: plain} if grouped is None else {POINT: plain, COMMA: grouped})


def plain_numbers(column: pd.Series) -> NDArray[np.float64] | None:
    """Return the numbers of a column that has nothing but such as a programming language writes, else None."""
    try:
        return np.asarray(column.astype("double[pyarrow]").to_numpy(dtype=np.float64, na_value=np.nan))
    except (ValueError, TypeError):
        return None


def perhaps_grouped(column: pd.Series) -> bool:
    """Tell whether every point in a column may group digits: "1.234" may be 1234."""
    present = column.dropna()
    for part in (present.iloc[:SAMPLE], present):
        if not part.str.fullmatch(PERHAPS_GROUPED).all():
            return False
    return bool(present.str.contains(".", regex=False).any())


def numbers_as_written(column: pd.Series, commas_part: bool, spaced: bool) -> Numbers:
    """Read a column of which some entries are not as a programming language writes them: each different one once."""
    codes, different = pd.factorize(column)
    entries = [tidied(str(entry), spaced) for entry in different]
    if entries and all(entry.lower() in TRUTH for entry in entries):
        return Numbers({POINT: spread([TRUTH[entry.lower()] for entry in entries], codes)})
    units = "".join(dict.fromkeys(unit for entry in entries for unit in UNITS.findall(entry)))
    entries = [UNITS.sub("", entry).strip() for entry in entries]
    fits = {mark: np.array([bool(exact.fullmatch(entry)) for entry in entries]) for mark, exact in EXACT.items()}
    shown = any("." in entry or "," in entry for entry in entries)
    marks = likely_marks(entries, fits, np.bincount(codes[codes >= 0], minlength=len(entries)), commas_part)
    marks = marks if shown else marks[:1]
    readings = {
        mark: spread([value_of(e, mark) if fit else np.nan for e, fit in zip(entries, fits[mark], strict=True)], codes)
        for mark in marks
    }
    return Numbers(readings, marks[0] if len(marks) == 1 and shown else "", units)


def likely_marks(
    entries: list[str], fits: Mapping[str, NDArray[np.bool_]], counts: NDArray[np.intp], commas_part: bool
) -> list[str]:
    """Return the decimal marks by which entries can be read, the likely one first: both where both fit equally."""
    if not np.array_equal(fits[POINT], fits[COMMA]):
        return [max(fits, key=lambda mark: int(counts[fits[mark]].sum()))]
    # Three digits after a single mark: a decimal mark, but a comma in a file whose columns are parted by commas.
    commas = not commas_part and any("," in entry for entry in entries)
    return [COMMA, POINT] if commas else [POINT, COMMA]


def spread(values: list[float], codes: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return the value of each entry of a column, given those of its different entries and where these stand."""
    return np.append(np.array(values, np.float64), np.nan)[codes]


def value_of(entry: str, mark: str) -> float:
    """Return the number that a tidied entry writes with this decimal mark."""
    return float(entry.replace(",", "") if mark == POINT else entry.replace(".", "").replace(",", "."))


def tidied(entry: str, spaced: bool) -> str:
    """Write an entry with plain digits and signs, without blanks and apostrophes between its groups of digits."""
    entry = (SPACED if spaced else GROUPS).sub("", entry)
    entry = unicodedata.normalize("NFKC", entry).translate(SIGNS).strip()
    if not entry.isascii():
        entry = "".join(str(unicodedata.decimal(sign, sign)) for sign in entry)
    if entry.startswith("(") and entry.endswith(")"):  # a bookkeeper's minus
        entry = "-" + entry[1:-1]
    return entry


def number_as_text(number: float) -> str:
    """Write a number so that it is read as it is: with a point, and never just three digits behind it, as thousands."""
    text = repr(int(number)) if number.is_integer() and abs(number) < 2**53 else repr(number)
    whole, point, decimals = text.partition(".")
    return f"{whole}.{decimals}0" if point and len(decimals) == 3 and decimals.isdigit() else text


def is_number(cell: str) -> bool:
    """Tell whether a cell holds a number, however it is written."""
    if POINTED.fullmatch(cell.strip()):  # as most are
        return "inf" not in cell.lower()
    entry = UNITS.sub("", tidied(cell, spaced=False)).strip()
    return bool(POINTED.fullmatch(entry) or COMMAED.fullmatch(entry)) and "inf" not in entry.lower()
