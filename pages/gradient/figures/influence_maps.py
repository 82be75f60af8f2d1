"""Figure 2 of the gradient page, influence maps: how strongly each input acts on each later hidden state.

Axes: T steps of a section.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from pages.shared.figures.palette import PALETTE, Theme
from pages.shared.figures.whole_steps import whole_steps

DECADES = 6  # below the largest; what is weaker has the weakest colour
LARGEST = 1.0  # log10: what is stronger has the strongest one, so that an explosion does not hide all others


def influence_maps(
    maps: Mapping[str, NDArray[np.floating]], first: int, words: Mapping[str, str], theme: Theme
) -> go.Figure:
    """Draw a lower triangle for each cell, side by side, on a colour scale that all share.

    maps: the cell's title -> log10 of the influence, (T, T), not finite where there is none. first: the number of the
    section's first step as a reader counts. words: "state", "input", "strength" and "hover", which has {state}, {input}
    and {strength}.
    """
    figure = make_subplots(
        rows=1, cols=len(maps), subplot_titles=list(maps), shared_yaxes=True, horizontal_spacing=0.03
    )
    high = max((float(values[np.isfinite(values)].max(initial=-np.inf)) for values in maps.values()), default=-np.inf)
    high = min(high, LARGEST) if np.isfinite(high) else 0.0
    for column, values in enumerate(maps.values(), start=1):
        figure.add_trace(heatmap(values, first, words).update(coloraxis="coloraxis"), row=1, col=column)
    figure.update_xaxes(title_text=words["input"], row=1, col=(len(maps) + 1) // 2)
    figure.update_yaxes(title_text=words["state"], row=1, col=1)
    count = len(next(iter(maps.values())))
    edges = [first - 0.5, first + count - 0.5]
    figure.update_xaxes(range=edges, **whole_steps(count))
    figure.update_yaxes(range=edges[::-1], **whole_steps(count))
    colors = PALETTE[theme]
    low = high - DECADES
    decades = [round(low) + 2 * index for index in range(DECADES // 2 + 1)]
    figure.update_layout(
        height=360,
        margin={"l": 50, "r": 10, "t": 30, "b": 45},
        plot_bgcolor=colors["empty"],
        coloraxis={
            "cmin": low,
            "cmax": high,
            "colorscale": [[0, colors["empty"]], [0.5, colors["positive"]], [1, colors["signals"]["cell"]["fill"]]],
            "colorbar": {
                "title": {"text": words["strength"]},
                "tickvals": decades,
                "ticktext": [f"10<sup>{decade}</sup>".replace("-", "−") for decade in decades],
                "thickness": 14,
            },
        },
    )
    return figure


def heatmap(values: NDArray[np.floating], first: int, words: Mapping[str, str]) -> go.Heatmap:
    """Return one cell's map; hovering says what a state still holds of an input."""
    steps = np.arange(first, first + len(values))
    finite = np.where(np.isfinite(values), values, np.nan).astype(np.float32)
    lower = np.tril(np.ones(values.shape, dtype=bool))
    with np.errstate(over="ignore"):
        strength = np.where(lower, 10.0 ** np.clip(values, -300, 300), np.nan)
    hover = words["hover"].format(state="%{y}", input="%{x}", strength="%{customdata:.2e}")
    return go.Heatmap(
        x=steps,
        y=steps,
        z=np.where(lower, finite, np.nan),
        customdata=strength,
        hovertemplate=f"{hover}<extra></extra>",
        hoverongaps=False,
    )
