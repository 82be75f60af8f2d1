"""The numbers of one unit as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray


def numbers_table(
    signals: Mapping[str, NDArray[np.floating]], labels: Sequence[str], columns: tuple[str, str]
) -> pd.DataFrame:
    """Return one row a step, counted from 1: what it reads, then every signal. `columns` names the first two columns.

    signals: column name -> (T,).
    """
    step, reads = columns
    return pd.DataFrame({step: np.arange(1, len(labels) + 1), reads: list(labels), **signals})
