"""A training as curves: the loss of every update, and the success at every checkpoint.

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
    """The loss on the left and success on the right, both against updates on a log axis, as checkpoints are spaced.

    losses: (N) of every update. successes: the updates and the successes of the checkpoints, (C) each; that before the
    first update has no place on a log axis. levels: what a success is held against, by name. updates: of the whole
    training, which the axis spans. share: whether success is one, shown as percent; else it is an error. words: "loss",
    "success", "update". colors: "loss", "success", "level", "grid".
    """
    figure = make_subplots(rows=1, cols=2, horizontal_spacing=0.09)
    at, means = thinned(losses)
    points = "lines+markers" if len(at) < 3 else "lines"
    line = {"color": colors["loss"], "width": 2}
    figure.add_trace(go.Scatter(x=at, y=means, name=words["loss"], mode=points, line=line), row=1, col=1)
    moments, values = successes
    later = moments > 0
    dots = {"color": colors["success"], "size": 6}
    figure.add_trace(
        go.Scatter(
            x=moments[later],
            y=values[later],
            name=words["success"],
            mode="lines+markers",
            line={"color": colors["success"], "width": 2.5},
            marker=dots,
        ),
        row=1,
        col=2,
    )
    for (name, level), dash in zip(levels, DASHES, strict=False):
        mark = {"color": colors["level"], "width": 1.5, "dash": dash}
        figure.add_hline(level, line=mark, row=1, col=2)
        figure.add_annotation(
            x=0,
            xref="x2 domain",
            xanchor="left",
            y=level,
            yref="y2",
            yanchor="bottom",
            text=name,
            showarrow=False,
            font={"color": colors["level"], "size": 12},
        )
    span = [-0.05, np.log10(max(updates, 2)) + 0.05]
    figure.update_xaxes(type="log", range=span, title_text=words["update"], dtick=1, tickformat=",d")
    figure.update_yaxes(type="log", title_text=words["loss"], exponentformat="power", row=1, col=1)
    figure.update_yaxes(title_text=words["success"], row=1, col=2)
    if share:
        figure.update_yaxes(range=[-0.04, 1.08], tickformat=".0%", row=1, col=2)
    else:
        figure.update_yaxes(rangemode="tozero", row=1, col=2)
    figure.update_layout(height=300, margin={"l": 60, "r": 10, "t": 10, "b": 44}, showlegend=False, hovermode="x")
    return figure


def thinned(losses: NDArray[np.floating]) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """At most MOST_POINTS updates, counted from 1, evenly spaced in their logarithm, with the mean loss around each."""
    count = len(losses)
    if count <= MOST_POINTS:
        return np.arange(1, count + 1, dtype=float), losses
    edges = np.unique(np.round(np.geomspace(1, count + 1, MOST_POINTS + 1)).astype(int)) - 1
    means = np.add.reduceat(losses, edges[:-1]) / np.diff(edges)
    return (edges[:-1] + edges[1:] + 1) / 2, means
