"""Success by lag: how far back each cell can look, a line a cell, every seed a dot."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from pages.shared.figures.palette import PALETTE, Theme

SYMBOLS = ("circle", "square", "diamond", "triangle-up")
APART = 1.025  # between the lines at one lag, so that equal ones do not hide each other
ROOM = 1.15  # beside the outermost lags
BAND = 0.18  # how opaque the spread is
TOP = 1.12  # above a success of 1 there is room for the criterion's words


@dataclass(frozen=True)
class Line:
    """A cell's line. At each of L lags: mean, least and greatest success over the seeds; dots: (lag, seed, success)."""

    title: str
    lags: Sequence[int]
    means: Sequence[float]
    least: Sequence[float]
    greatest: Sequence[float]
    dots: Sequence[tuple[int, int, float]]


@dataclass(frozen=True)
class Level:
    """A quiet line to compare with, at each of all lags, with its words."""

    title: str
    values: Sequence[float]
    dash: str


def success_by_lag(
    lines: Sequence[Line], levels: Sequence[Level], lags: Sequence[int], words: Mapping[str, str], theme: Theme
) -> go.Figure:
    """Draw a line a cell on a logarithmic axis of lags, ticks at those that were studied.

    lines: in the order of the palette's colours. words: "lag" and "success" for the axes; "hover" with {lag}, {mean},
    {least} and {greatest}, "seed" with {seed} and {success}, all of which are said while hovering.
    """
    colors = PALETTE[theme]
    figure = go.Figure()
    for level in levels:
        figure.add_trace(level_trace(level, lags, colors["quiet"]))
    for index, line in enumerate(lines):
        shift = APART ** (index - (len(lines) - 1) / 2)
        for trace in line_traces(line, shift, colors["lines"][index]["fill"], SYMBOLS[index], words):
            figure.add_trace(trace.update(legendgroup=f"{index}"))
    for level in levels:
        figure.add_annotation(
            x=math.log10(lags[0] / ROOM),
            y=level.values[0],
            text=level.title,
            showarrow=False,
            xanchor="left",
            yanchor="bottom",
            font={"color": colors["quiet"], "size": 13},
        )
    ends = [math.log10(lags[0] / ROOM), math.log10(lags[-1] * ROOM)]
    figure.update_xaxes(
        type="log",
        range=ends,
        tickvals=list(lags),
        ticktext=[str(lag) for lag in lags],
        title_text=words["lag"],
        showgrid=False,
    )
    figure.update_yaxes(
        range=[-0.04, TOP], tickformat=".0%", tickvals=[0, 0.25, 0.5, 0.75, 1], title_text=words["success"]
    )
    figure.update_layout(
        height=380,
        margin={"l": 60, "r": 10, "t": 10, "b": 45},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom"},
        hovermode="closest",
        dragmode=False,
    )
    return figure


def level_trace(level: Level, lags: Sequence[int], color: str) -> go.Scatter:
    """Return a level as a line from edge to edge."""
    return go.Scatter(
        x=[lags[0] / ROOM, *lags, lags[-1] * ROOM],
        y=[level.values[0], *level.values, level.values[-1]],
        mode="lines",
        line={"color": color, "width": 1.2, "dash": level.dash},
        showlegend=False,
        hoverinfo="skip",
    )


def line_traces(line: Line, shift: float, color: str, symbol: str, words: Mapping[str, str]) -> list[go.Scatter]:
    """Return the spread from the least to the greatest, the dots of the seeds, and the line of the means."""
    x = np.array(line.lags) * shift
    band = go.Scatter(
        x=np.concatenate([x, x[::-1]]),
        y=[*line.greatest, *reversed(line.least)],
        mode="lines",
        line={"width": 0},
        fill="toself",
        fillcolor=faint(color),
        showlegend=False,
        hoverinfo="skip",
    )
    seeds = go.Scatter(
        x=[lag * shift for lag, _, _ in line.dots],
        y=[success for _, _, success in line.dots],
        mode="markers",
        marker={"color": color, "size": 6, "symbol": f"{symbol}-open", "line": {"width": 1.5}},
        text=[
            f"{line.title}: " + words["seed"].format(lag=lag, seed=seed, success=f"{success:.1%}")
            for lag, seed, success in line.dots
        ],
        hovertemplate="%{text}<extra></extra>",
        showlegend=False,
    )
    numbers = zip(line.lags, line.means, line.least, line.greatest, strict=True)
    means = go.Scatter(
        x=x,
        y=list(line.means),
        mode="lines+markers",
        name=line.title,
        line={"color": color, "width": 2.5},
        marker={"color": color, "size": 10, "symbol": symbol},
        text=[
            f"{line.title}: "
            + words["hover"].format(lag=lag, mean=f"{mean:.1%}", least=f"{least:.1%}", greatest=f"{greatest:.1%}")
            for lag, mean, least, greatest in numbers
        ],
        hovertemplate="%{text}<extra></extra>",
    )
    return [band, seeds, means]


def faint(color: str) -> str:
    """Make "#D55E00" so pale that what lies behind it is still seen."""
    red, green, blue = (int(color[start : start + 2], 16) for start in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {BAND})"
