"""Rows at the end of a table that sum up the others: they are no step of a sequence."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import pandas as pd

ENGLISH = ("total", "totals", "grand total", "subtotal", "sum", "sums", "average", "avg", "mean")
EUROPEAN = ("gesamt", "summe", "mittelwert", "totale", "totaal", "somme", "moyenne", "suma", "promedio")
ASIAN = ("합계", "총계", "총합", "소계", "누계", "계", "평균", "合計", "合计", "总计", "總計", "平均")
LABELS = frozenset((*ENGLISH, *EUROPEAN, *ASIAN))
MOST = 3  # rows: a sum, a mean and one more


def is_total(cells: Sequence[object]) -> bool:
    """Tell whether the first thing that stands in a row is the label of a total."""
    first = next((cell for cell in cells if isinstance(cell, str) and cell.strip()), "")
    return unicodedata.normalize("NFKC", first).strip(" :\t").lower() in LABELS


def without_totals(table: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return a table without the totals at its end, and their labels."""
    labels: list[str] = []
    while len(table) > 1 and len(labels) < MOST:
        last = list(table.iloc[-1].dropna())
        if not last or last[0] != next((cell for cell in last if isinstance(cell, str)), None) or not is_total(last):
            break
        labels.insert(0, last[0].strip())
        table = table.iloc[:-1]
    return table, tuple(labels)
