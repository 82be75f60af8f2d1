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
BOTTOM, TOP = -0.04, 1.12  # above a success of 1 there is room for the criterion's words
HEIGHT, MARGIN = 380, {"l": 60, "t": 10, "b": 45}  # px
LABEL_APART = 18  # px between two names at the lines' ends
LETTER, WIDE_LETTER = 8.5, 15  # px, of a bold name; a Korean letter is wider


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

    lines: in the order of the palette's colours, each with its name where it ends. words: "lag" and "success" for the
    axes; "hover" with {lag}, {mean}, {least} and {greatest}, "seed" with {seed} and {success}, all of which are said
    while hovering.
    """
    colors = PALETTE[theme]
    figure = go.Figure()
    for level in levels:
        figure.add_trace(level_trace(level, lags, colors["quiet"]))
    for index, line in enumerate(lines):
        shift = APART ** (index - (len(lines) - 1) / 2)
        for trace in line_traces(line, shift, colors["cells"][index]["fill"], SYMBOLS[index], words):
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
    name_lines(figure, lines, lags, [colors["cells"][index]["ink"] for index in range(len(lines))])
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
        range=[BOTTOM, TOP], tickformat=".0%", tickvals=[0, 0.25, 0.5, 0.75, 1], title_text=words["success"]
    )
    figure.update_layout(
        height=HEIGHT,
        margin={**MARGIN, "r": 14 + max(width_of(line.title) for line in lines)},
        showlegend=False,
        hovermode="closest",
        dragmode=False,
    )
    return figure


def name_lines(figure: go.Figure, lines: Sequence[Line], lags: Sequence[int], inks: Sequence[str]) -> None:
    """Write each line's name where it ends: at the figure's edge, or behind the last point of one that ends before."""
    behind = APART ** ((len(lines) - 1) / 2)
    for text, lag, height, color in end_labels(lines, inks):
        figure.add_annotation(
            x=math.log10(lag * (ROOM if lag == lags[-1] else behind)),
            y=height,
            text=f"<b>{text}</b>",
            showarrow=False,
            xanchor="left",
            xshift=10,
            font={"color": color, "size": 14},
        )


def end_labels(lines: Sequence[Line], inks: Sequence[str]) -> list[tuple[str, float, float, str]]:
    """Return each line's name with the lag and the success at which it stands, and its colour.

    At the line's last point; names that would lie on each other are moved apart. A line without a point has none.
    """
    apart = LABEL_APART * (TOP - BOTTOM) / (HEIGHT - MARGIN["t"] - MARGIN["b"])
    ended = sorted((line.means[-1], index) for index, line in enumerate(lines) if line.means)
    heights = [mean for mean, _ in ended]
    for place in range(1, len(heights)):
        heights[place] = max(heights[place], heights[place - 1] + apart)
    for place in range(len(heights)):
        heights[place] = min(heights[place], TOP - apart * (len(heights) - place - 0.5))
    return [
        (lines[index].title, lines[index].lags[-1], height, inks[index])
        for (_, index), height in zip(ended, heights, strict=True)
    ]


def width_of(name: str) -> float:
    """Guess how wide a name is, in px."""
    return sum(WIDE_LETTER if letter > "\u2fff" else LETTER for letter in name)


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
