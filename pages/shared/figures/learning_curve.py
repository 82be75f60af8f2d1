"""The learning curve: the loss of every update, and the success at every checkpoint.

Axes: N updates, C checkpoints.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

MOST_POINTS = 300  # of the loss; beyond, neighbours are drawn as their mean
DASHES = ("solid", "dash", "dot")  # of the levels, in their order
Level = tuple[str, float]


def learning_curve(
    losses: NDArray[np.floating],
    successes: tuple[NDArray[np.integer], NDArray[np.floating]],
    levels: Sequence[Level],
    words: Mapping[str, str],
    colors: Mapping[str, str],
    updates: int,
    share: bool,
) -> go.Figure:
    """Draw the loss on the left and success on the right, both against updates on a log axis.

    losses: (N) of every update. successes: the updates and the successes of the checkpoints, (C) each; the one before
    the first update has no place on a log axis. levels: what a success is held against, by name. updates: of the whole
    training, which the axis spans. share: whether success is one, shown as percent; else it is an error. words: "loss",
    "success", "update". colors: "loss", "success", "level", "grid".
    """
    figure = make_subplots(rows=1, cols=2, horizontal_spacing=0.09)
    updates_drawn, means = thinned(losses)
    mode = "lines+markers" if len(updates_drawn) < 3 else "lines"
    line = {"color": colors["loss"], "width": 2}
    figure.add_trace(go.Scatter(x=updates_drawn, y=means, name=words["loss"], mode=mode, line=line), row=1, col=1)
    figure.add_trace(success_line(*successes, words["success"], colors["success"]), row=1, col=2)
    for (name, level), dash in zip(levels, DASHES, strict=False):
        add_level(figure, name, level, colors["level"], dash)
    span = [-0.05, np.log10(max(updates, 2)) + 0.05]
    figure.update_xaxes(type="log", range=span, title_text=words["update"], dtick=1, tickformat=",d")
    figure.update_yaxes(type="log", title_text=words["loss"], exponentformat="power", row=1, col=1)
    figure.update_yaxes(title_text=words["success"], row=1, col=2)
    percent = {"range": [-0.04, 1.08], "tickformat": ".0%"}
    figure.update_yaxes(**(percent if share else {"rangemode": "tozero"}), row=1, col=2)
    figure.update_layout(height=300, margin={"l": 60, "r": 10, "t": 10, "b": 44}, showlegend=False, hovermode="x")
    return figure


def success_line(updates: NDArray[np.integer], values: NDArray[np.floating], name: str, color: str) -> go.Scatter:
    """Return the success at each checkpoint that has a place on a log axis, as a line."""
    later = updates > 0
    return go.Scatter(
        x=updates[later],
        y=values[later],
        name=name,
        mode="lines+markers",
        line={"color": color, "width": 2.5},
        marker={"color": color, "size": 6},
    )


def add_level(figure: go.Figure, name: str, level: float, color: str, dash: str) -> None:
    """Draw a quiet line across the success, with its name at its left end."""
    figure.add_hline(level, line={"color": color, "width": 1.5, "dash": dash}, row=1, col=2)
    figure.add_annotation(
        x=0,
        xref="x2 domain",
        xanchor="left",
        y=level,
        yref="y2",
        yanchor="bottom",
        text=name,
        showarrow=False,
        font={"color": color, "size": 12},
    )


def thinned(losses: NDArray[np.floating]) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """Return at most MOST_POINTS updates, from 1, evenly spaced in their logarithm, with the mean loss around each."""
    count = len(losses)
    if count <= MOST_POINTS:
        return np.arange(1, count + 1, dtype=float), losses
    edges = np.unique(np.round(np.geomspace(1, count + 1, MOST_POINTS + 1)).astype(int)) - 1
    means = np.add.reduceat(losses, edges[:-1]) / np.diff(edges)
    return (edges[:-1] + edges[1:] + 1) / 2, means
