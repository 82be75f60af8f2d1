"""Columns of categories, a few different words again and again: as a column for each word, or as numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cells.core.messages import N_

OUT, ONE_HOT, NUMBERED = "out", "one-hot", "numbers"
WAYS = {OUT: N_("left out"), ONE_HOT: N_("a column for each word"), NUMBERED: N_("numbered")}
MOST_WORDS = 32  # different ones in a column of categories


def words_in(column: pd.Series) -> tuple[str, ...]:
    """Return the different words of a column of categories, as they first appear; none if it is no such column.

    Each word stands there twice on average, or the column is not of categories but of notes.
    """
    sample = column.iloc[: 100 * MOST_WORDS]
    if sample.nunique() > MOST_WORDS:
        return ()
    different = column.dropna().unique()
    if not 0 < len(different) <= MOST_WORDS or 2 * len(different) > column.count():
        return ()
    return tuple(map(str, different))


def as_columns(column: pd.Series, words: tuple[str, ...]) -> dict[str, pd.Series]:
    """Return a column for each word, 1 where it stands and 0 elsewhere; a missing one is 0 in all, as in pandas."""
    return {f"{column.name}={word}": (column == word).fillna(value=False).astype(np.float64) for word in words}


def as_numbers(column: pd.Series, words: tuple[str, ...]) -> dict[str, pd.Series]:
    """Return the column with each word as its place among the words, from 0; a missing one is a hole."""
    codes = pd.Index(words).get_indexer(pd.Index(column))
    return {str(column.name): pd.Series(np.where(codes < 0, np.nan, codes), column.index)}
