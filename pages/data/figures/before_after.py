"""Before and after: data as it came, a dot a row, and as a cell reads it, a line on which filled steps are marked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from pages.shared.figures.markup import escape
from pages.shared.figures.whole_steps import whole_steps

MOST_COLUMNS = 4  # more would be too small to be read
COLUMN_HEIGHT, ROOM = 150, 90  # px: of each column's plot, and around all of them
MANY = 300  # dots: more are drawn small, not to hide the line
BINS = 800  # of the whole series at a glance: about one a pixel

Words = Mapping[str, str]


@dataclass(frozen=True)
class Section:
    """A section of the data to draw: its rows, and the steps made of them.

    before: rows by time or number, holes as NaN, as many columns as `after`. after: steps, evenly apart. filled: which
    of its values have no row of their own.
    """

    before: pd.DataFrame
    after: pd.DataFrame
    filled: NDArray[np.bool_]


def before_after(section: Section, words: Words, colors: Mapping[str, str]) -> go.Figure:
    """Draw one plot a column, the first MOST_COLUMNS of them, over the same time.

    words: "before", "after", "filled" and "time", for legend and axis. colors: "line", "dot", "filled" and "ring".
    """
    names = list(section.after.columns)[:MOST_COLUMNS]
    figure = make_subplots(rows=len(names), cols=1, shared_xaxes=True, vertical_spacing=0.05)
    for row, name in enumerate(names, start=1):
        first = row == 1
        for trace in traces(section, row - 1, words, colors):
            figure.add_trace(trace.update(showlegend=first), row=row, col=1)
        figure.update_yaxes(title_text=escape(str(name)), row=row, col=1)
    figure.update_xaxes(title_text=words["time"], row=len(names), col=1)
    figure.update_layout(
        height=max(300, COLUMN_HEIGHT * len(names) + ROOM),
        margin={"l": 50, "r": 10, "t": 10, "b": 40},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom"},
        dragmode="zoom",
    )
    if section.after.index.dtype.kind == "i":
        figure.update_xaxes(**whole_steps(len(section.after)))
    return figure


def traces(section: Section, column: int, words: Words, colors: Mapping[str, str]) -> list[go.Scatter]:
    """Return one column: the line of the steps, the steps that were filled on it, and the dots of the rows."""
    after, filled = section.after.iloc[:, column], section.filled[:, column]
    before = section.before.iloc[:, column].dropna()
    return [
        go.Scatter(
            x=after.index,
            y=after.to_numpy(),
            name=words["after"],
            mode="lines",
            line={"color": colors["line"], "width": 2},
            legendgroup="after",
        ),
        go.Scatter(
            x=before.index,
            y=before.to_numpy(),
            name=words["before"],
            mode="markers",
            marker={"color": colors["dot"], "size": 5 if len(before) < MANY else 2.5},
            legendgroup="before",
        ),
        go.Scatter(
            x=after.index[filled],
            y=after.to_numpy()[filled],
            name=words["filled"],
            mode="markers",
            marker={"color": colors["ring"], "size": 10, "line": {"color": colors["filled"], "width": 2.5}},
            legendgroup="filled",
        ),
    ]


def whole_series(values: NDArray[np.floating], first: int, last: int, colors: Mapping[str, str]) -> go.Figure:
    """Draw a long series (T,) at a glance, the least and greatest value of each part, and the section shown of it.

    first, last: the section's steps, counted from 1.
    """
    starts = np.unique(np.linspace(0, len(values), BINS, endpoint=False).astype(int))
    low, high = np.minimum.reduceat(values, starts), np.maximum.reduceat(values, starts)
    both = np.column_stack([low, high]).ravel()
    figure = go.Figure(
        go.Scatter(x=np.repeat(starts + 1, 2), y=both, mode="lines", line={"color": colors["line"], "width": 1})
    )
    figure.add_vrect(first, last, fillcolor=colors["filled"], opacity=0.25, line_width=0)
    figure.update_layout(
        height=90, margin={"l": 50, "r": 10, "t": 4, "b": 20}, showlegend=False, hovermode=False, dragmode=False
    )
    figure.update_xaxes(**whole_steps(len(values)))
    figure.update_yaxes(visible=False)
    return figure
