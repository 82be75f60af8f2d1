"""Effect bars: what a unit adds to the scores of the outputs that are likeliest."""

from __future__ import annotations

import math
from collections.abc import Sequence

import plotly.graph_objects as go

from pages.shared.figures.palette import PALETTE, Theme

ROW, EDGE = 23, 12  # px
ACROSS = 0.5  # of the width, for the bars; beside them stands what they are in numbers


def effect_bars(added: Sequence[float], outputs: Sequence[str], numbers: Sequence[str], theme: Theme) -> go.Figure:
    """Draw a bar an output, the first above: to the right where something is added, to the left where taken away.

    outputs: what stands before each bar; numbers: what stands behind it.
    """
    colors = PALETTE[theme]
    rows = list(range(len(added)))
    bars = go.Bar(
        x=list(added),
        y=rows,
        orientation="h",
        marker={"color": [colors["negative" if value < 0 else "positive"] for value in added]},
        hoverinfo="skip",
        width=0.62,
    )
    figure = go.Figure([bars])
    for row, text in enumerate(numbers):
        figure.add_annotation(
            text=text,
            x=1,
            xref="paper",
            xanchor="right",
            y=row,
            showarrow=False,
            font={"color": colors["quiet"], "size": 14},
        )
    reach = 1.05 * max((abs(value) for value in added if math.isfinite(value)), default=0) or 1
    figure.update_xaxes(
        domain=[0, ACROSS],
        range=[-reach, reach],
        showticklabels=False,
        showgrid=False,
        fixedrange=True,
        zeroline=True,
        zerolinecolor=colors["wire"],
        zerolinewidth=1.5,
    )
    figure.update_yaxes(
        tickvals=rows,
        ticktext=list(outputs),
        range=[len(rows) - 0.5, -0.5],
        showgrid=False,
        fixedrange=True,
        tickfont={"size": 14},
    )
    figure.update_layout(
        height=ROW * len(rows) + EDGE, margin={"l": 8, "r": 8, "t": 4, "b": 4}, showlegend=False, dragmode=False
    )
    return figure
