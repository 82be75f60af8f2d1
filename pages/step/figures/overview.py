"""The whole sequence at a glance: every signal of one unit as a line over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from pages.shared.figures.markup import escape
from pages.shared.figures.whole_steps import whole_steps

DASHES = {"candidate": "dot", "hidden": "dash"}
Lines = Mapping[str, NDArray[np.floating]]


def overview(
    gates: Lines,
    states: Lines,
    labels: Sequence[str],
    names: Mapping[str, str],
    colors: Mapping[str, str],
    axes: tuple[str, str, str, str],
    original: tuple[str, Lines] | None = None,
) -> go.Figure:
    """Draw gates above on 0 to 1, candidate and states below, steps counted from 1 as the stepper shows them.

    gates, states: signal name -> (T,). labels: what each step reads. names, colors: signal name -> words and colour.
    axes: the title of the time axis, the word before a step's label, and the titles of the axes of gates and of states.
    original: for a run that is held or changed, the words for what was before and the same signals as they
    were, drawn thin and pale.
    """
    both = bool(gates)
    figure = make_subplots(rows=2 if both else 1, cols=1, shared_xaxes=True, vertical_spacing=0.06)
    for row, signals in enumerate([gates, states] if both else [states], start=1):
        for name, values in signals.items():
            if original is not None:
                before = line(name, original[1][name], labels, f"{names[name]}, {original[0]}", colors[name], axes[1])
                figure.add_trace(before.update(opacity=0.4, line_width=1.5, showlegend=False), row=row, col=1)
            figure.add_trace(line(name, values, labels, names[name], colors[name], axes[1]), row=row, col=1)
    if both:
        figure.update_yaxes(range=[-0.05, 1.05], title_text=axes[2], row=1, col=1)
    figure.update_yaxes(title_text=axes[3], row=2 if both else 1, col=1)
    figure.update_xaxes(range=[0.5, 1.5] if len(labels) == 1 else None, **whole_steps(len(labels)))
    figure.update_xaxes(title_text=axes[0], row=2 if both else 1, col=1)
    figure.update_layout(
        height=380 if both else 260,
        margin={"l": 56, "r": 10, "t": 10, "b": 40},
        hovermode="x unified",
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom"},
        dragmode="zoom",
    )
    return figure


def line(
    name: str, values: NDArray[np.floating], labels: Sequence[str], title: str, color: str, reads: str
) -> go.Scatter:
    """Return one signal as a line."""
    return go.Scatter(
        x=np.arange(1, len(values) + 1),
        y=values,
        name=title,
        mode="lines+markers" if len(values) < 2 else "lines",
        line={"color": color, "width": 2.5, "dash": DASHES.get(name, "solid"), "shape": "hvh"},
        customdata=[escape(label) for label in labels],
        hovertemplate=f"%{{y:.3f}} ({reads} %{{customdata}})",
    )
