"""Saturation panels: how often each unit's gates are all but shut and all but open (Karpathy, Johnson, Fei-Fei 2015).

Axes: H hidden units.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from pages.shared.figures.palette import PALETTE, Theme

MOST_NAMED = 8  # units that lie on one spot
TICKS = (0, 0.5, 1)
EDGES = (-0.06, 1.06)


@dataclass(frozen=True)
class Gate:
    """A gate's panel: its name in words, its signal, and the shares of steps, (H) each, from 0 to 1."""

    title: str
    signal: str
    left: NDArray[np.floating]
    right: NDArray[np.floating]


def saturation_panels(gates: Sequence[Gate], unit: int, words: Mapping[str, str], theme: Theme) -> go.Figure:
    """Draw a panel a gate: across the share of steps at which a unit's gate is open, upwards at which it is shut.

    A dot is a unit, `unit` has a ring. No dot lies beyond the line x + y = 1, on which a gate is never in between.
    words: "right" and "left", the titles of the axes, and "hover" with {units}, {right} and {left}. customdata of each
    dot: its unit, and the names of all units on that spot.
    """
    colors = PALETTE[theme]
    figure = make_subplots(rows=1, cols=len(gates), subplot_titles=[gate.title for gate in gates], shared_yaxes=True)
    bound = {"color": colors["wire"], "width": 1.5, "dash": "dot"}
    for column, gate in enumerate(gates, start=1):
        line = go.Scatter(x=[0, 1], y=[1, 0], mode="lines", line=bound, hoverinfo="skip")
        figure.add_trace(line, row=1, col=column)
        fill = colors["signals"][gate.signal]["fill"]
        figure.add_trace(dots(gate, fill, words["hover"]), row=1, col=column)
        figure.add_trace(
            ring([gate.right[unit]], [gate.left[unit]], colors["signals"]["cell"]["ink"]), row=1, col=column
        )
    percent = {"tickvals": TICKS, "tickformat": ".0%", "range": EDGES, "fixedrange": True, "zeroline": False}
    figure.update_xaxes(**percent)
    figure.update_yaxes(**percent)
    figure.update_xaxes(title_text=words["right"], title_standoff=8, row=1, col=(len(gates) + 1) // 2)
    figure.update_yaxes(title_text=words["left"], title_standoff=8, row=1, col=1)
    figure.update_layout(
        height=250, margin={"l": 62, "r": 14, "t": 24, "b": 46}, showlegend=False, dragmode=False, hovermode="closest"
    )
    figure.update_annotations(font_size=14)
    return figure


def dots(gate: Gate, fill: str, hover: str) -> go.Scatter:
    """Return every unit of a gate as a dot."""
    text = hover.format(units="%{customdata[1]}", right="%{x:.0%}", left="%{y:.0%}")
    return go.Scatter(
        x=gate.right,
        y=gate.left,
        mode="markers",
        name=gate.title,
        marker={"color": fill, "size": 11, "opacity": 0.6},
        selected={"marker": {"opacity": 0.6}},
        unselected={"marker": {"opacity": 0.6}},
        customdata=[list(pair) for pair in enumerate(on_each_spot(gate))],
        hovertemplate=f"{text}<extra></extra>",
        cliponaxis=False,
    )


def ring(x: Sequence[float], y: Sequence[float], color: str) -> go.Scatter:
    """Return a ring around the chosen unit; hovering and clicking reach the dot within."""
    marker = {"symbol": "circle-open", "size": 19, "color": color, "line": {"width": 2.5}}
    return go.Scatter(x=x, y=y, mode="markers", marker=marker, hoverinfo="skip", cliponaxis=False)


def on_each_spot(gate: Gate) -> list[str]:
    """Name for each unit all units that lie on its spot, a few of them where they are many."""
    units_at: dict[tuple[float, float], list[int]] = defaultdict(list)
    spots = list(zip(gate.right.tolist(), gate.left.tolist(), strict=True))
    for unit, spot in enumerate(spots):
        units_at[spot].append(unit)
    names_at = {
        spot: ", ".join(map(str, units[:MOST_NAMED])) + (f" … (+{len(units) - MOST_NAMED})" * (len(units) > MOST_NAMED))
        for spot, units in units_at.items()
    }
    return [names_at[spot] for spot in spots]
