"""Figure 3 of the gradient page, weight bars: what each step adds to the gradient of one weight.

Axes: T time steps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from pages.shared.figures.markup import escape
from pages.shared.figures.palette import PALETTE, Theme
from pages.shared.figures.whole_steps import whole_steps


def weight_bars(
    shares: NDArray[np.floating], labels: Sequence[str], words: Mapping[str, str], theme: Theme
) -> go.Figure:
    """Draw a bar a step, up where it adds and down where it takes away; what is not finite has none.

    shares: (T,). labels: what each step reads. words: "step", "reads" and "adds", the titles of the axes.
    """
    colors = PALETTE[theme]
    finite = np.where(np.isfinite(shares), shares, np.nan)
    fills = np.where(finite < 0, colors["negative"], colors["positive"]).tolist()
    figure = go.Figure(
        go.Bar(
            x=np.arange(1, len(shares) + 1),
            y=finite,
            marker={"color": fills, "line": {"width": 0}},
            customdata=[escape(label) for label in labels],
            hovertemplate=f"{words['step']} %{{x}} ({words['reads']} %{{customdata}}): %{{y:.3g}}<extra></extra>",
        )
    )
    figure.update_xaxes(**whole_steps(len(shares)))
    figure.update_layout(
        height=240,
        margin={"l": 60, "r": 10, "t": 10, "b": 40},
        bargap=0.15,
        xaxis_title=words["step"],
        yaxis_title=words["adds"],
        yaxis_exponentformat="power",
    )
    return figure
