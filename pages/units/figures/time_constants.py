"""Time constants: how long each unit remembers, from the longest to the shortest.

Axes: H hidden units.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from pages.shared.figures.palette import PALETTE, Theme
from pages.units.figures.saturation import ring

SYMBOLS = {math.inf: "triangle-up", 0.0: "triangle-down"}  # what has no place on a logarithmic axis
OPACITY = 0.8


def time_constant_dots(
    taus: NDArray[np.floating],
    tau_texts: Sequence[str],
    unit: int,
    steps: int,
    signal: str,
    words: Mapping[str, str],
    theme: Theme,
) -> go.Figure:
    """Draw a dot a unit on a logarithmic axis, the longest memory first; endless ones above all, those of 0 below.

    taus: (H), in steps; what is no number is left out. tau_texts: the same as a reader sees them. steps: of the
    sequence, where a line is drawn. signal: in whose colour the dots are. words: "unit" and "steps", the titles of the
    axes, "whole", of the line, and "hover" with {unit} and {steps}. customdata of each dot: its unit, and its text.
    """
    colors = PALETTE[theme]
    defined = np.flatnonzero(~np.isnan(taus))
    order = defined[np.argsort(-taus[defined], kind="stable")]
    bottom, top = edges(taus, steps)
    heights = np.clip(taus[order], 10.0**bottom, 10.0**top)
    ranks = np.arange(1, len(order) + 1)
    dots = go.Scatter(
        x=ranks,
        y=heights,
        mode="markers",
        marker={
            "color": colors["signals"][signal]["fill"],
            "size": 10,
            "symbol": [SYMBOLS.get(tau, "circle") for tau in taus[order].tolist()],
            "opacity": OPACITY,
        },
        selected={"marker": {"opacity": OPACITY}},
        unselected={"marker": {"opacity": OPACITY}},
        customdata=[[unit, tau_texts[unit]] for unit in order.tolist()],
        hovertemplate=words["hover"].format(unit="%{customdata[0]}", steps="%{customdata[1]}") + "<extra></extra>",
        cliponaxis=False,
    )
    chosen = order == unit
    figure = go.Figure([dots, ring(ranks[chosen], heights[chosen], colors["signals"]["cell"]["ink"])])
    mark_length(figure, steps, words["whole"], theme)
    set_axes(figure, bottom, top, words["steps"])
    figure.update_xaxes(range=[0.4, max(2, len(taus)) + 0.6], title_text=words["unit"])
    figure.update_layout(
        height=190, margin={"l": 62, "r": 14, "t": 8, "b": 30}, showlegend=False, dragmode=False, hovermode="closest"
    )
    return figure


def mark_length(figure: go.Figure, steps: int, words: str, theme: Theme) -> None:
    """Draw a line at the sequence's length, with words."""
    colors = PALETTE[theme]
    figure.add_hline(y=steps, line={"color": colors["wire"], "width": 1.5, "dash": "dot"})
    figure.add_annotation(
        text=words,
        x=1,
        xref="paper",
        xanchor="right",
        y=math.log10(steps),  # an annotation of a logarithmic axis counts in powers of ten
        yanchor="bottom",
        showarrow=False,
        font={"color": colors["quiet"], "size": 13},
    )


def set_axes(figure: go.Figure, bottom: int, top: int, title: str) -> None:
    """Set the axes: powers of ten upwards, between 0 and no end; nothing across, where there are only ranks."""
    decades = range(bottom + 1, top)
    figure.update_yaxes(
        type="log",
        range=[bottom - 0.3, top + 0.3],
        tickvals=[10.0**decade for decade in range(bottom, top + 1)],
        ticktext=["0", *(f"{10.0**decade:,g}" if decade < 5 else f"10<sup>{decade}</sup>" for decade in decades), "∞"],
        title_text=title,
        title_standoff=8,
        fixedrange=True,
    )
    figure.update_xaxes(showticklabels=False, title_standoff=8, showgrid=False, fixedrange=True)


def edges(taus: NDArray[np.floating], steps: int) -> tuple[int, int]:
    """Return the powers of ten at which 0 and no end stand: below and above all others and the sequence's length."""
    finite = taus[np.isfinite(taus) & (taus > 0)]
    between = np.log10(np.append(finite, steps))
    return math.floor(between.min()) - 1, math.floor(between.max()) + 2
