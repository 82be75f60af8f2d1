"""All colours: one a signal, in the drawing, the strips, the equations and the figures.

The hues are those of Okabe and Ito (2008), told apart by people with any colour vision; `ink` is darkened for the light
theme and lightened for the dark one until it is readable as text (contrast 4.5 to 1 against background and card).
All hues are signals' and signs'. So cells that stand beside each other are neutrals, told apart by lightness, by dashes
or symbols, and by a label at the line; figures that show no signal may lend hues as accents.
"""

from __future__ import annotations

from typing import Literal, TypedDict

Theme = Literal["light", "dark"]
Accent = Literal["blue", "green", "orange"]


class SignalColors(TypedDict):
    """The colours of a signal, or of a cell's line among others: `fill` for areas and lines, `ink` for text."""

    fill: str
    ink: str


class ThemeColors(TypedDict):
    """Everything that is drawn in one theme."""

    signals: dict[str, SignalColors]
    cells: list[SignalColors]
    accents: dict[Accent, SignalColors]
    positive: str
    negative: str
    channel: str
    wire: str
    empty: str
    card: str
    quiet: str
    border: str
    focus: str
    warning: str


PALETTE: dict[Theme, ThemeColors] = {
    "light": {
        "signals": {
            "forget": {"fill": "#D55E00", "ink": "#B54708"},
            "input": {"fill": "#009E73", "ink": "#00735A"},
            "candidate": {"fill": "#CC79A7", "ink": "#A13F77"},
            "output": {"fill": "#0072B2", "ink": "#005F96"},
            "cell": {"fill": "#1A1A1A", "ink": "#1A1A1A"},
            "hidden": {"fill": "#6B7787", "ink": "#56606E"},
            "reset": {"fill": "#C98600", "ink": "#8A5A00"},
            "update": {"fill": "#2E93CF", "ink": "#1272A3"},
            "out": {"fill": "#1A1A1A", "ink": "#1A1A1A"},
            "branch": {"fill": "#CC79A7", "ink": "#A13F77"},
            "gate": {"fill": "#2E93CF", "ink": "#1272A3"},
            "norm": {"fill": "#0072B2", "ink": "#005F96"},
            "norm_1": {"fill": "#0072B2", "ink": "#005F96"},
            "norm_2": {"fill": "#0072B2", "ink": "#005F96"},
            "conv": {"fill": "#6B7787", "ink": "#56606E"},
            "conv_1": {"fill": "#6B7787", "ink": "#56606E"},
            "relu": {"fill": "#6B7787", "ink": "#56606E"},
            "relu_1": {"fill": "#6B7787", "ink": "#56606E"},
            "relu_2": {"fill": "#6B7787", "ink": "#56606E"},
        },
        "cells": [
            {"fill": "#15181C", "ink": "#15181C"},
            {"fill": "#858E98", "ink": "#626B75"},
            {"fill": "#4C545E", "ink": "#4C545E"},
            {"fill": "#67707A", "ink": "#5F6872"},
        ],
        "accents": {
            "blue": {"fill": "#0072B2", "ink": "#005F96"},
            "green": {"fill": "#009E73", "ink": "#00735A"},
            "orange": {"fill": "#D55E00", "ink": "#B54708"},
        },
        "positive": "#CFA52B",
        "negative": "#6247AA",
        "channel": "#E6E8EC",
        "wire": "#9AA3AF",
        "empty": "#FAFAFB",
        "card": "#F4F5F7",
        "quiet": "#5B6470",
        "border": "#CDD2D9",
        "focus": "#7FB2E5",
        "warning": "#B42318",
    },
    "dark": {
        "signals": {
            "forget": {"fill": "#E8742A", "ink": "#FF8A3D"},
            "input": {"fill": "#12AE84", "ink": "#2BC79B"},
            "candidate": {"fill": "#D98BB8", "ink": "#E79AC6"},
            "output": {"fill": "#2F95D6", "ink": "#4DB2EC"},
            "cell": {"fill": "#F2F2F2", "ink": "#F2F2F2"},
            "hidden": {"fill": "#6F7A89", "ink": "#AAB4C3"},
            "reset": {"fill": "#E6A817", "ink": "#F0B429"},
            "update": {"fill": "#6ABDEB", "ink": "#7CC8F2"},
            "out": {"fill": "#F2F2F2", "ink": "#F2F2F2"},
            "branch": {"fill": "#D98BB8", "ink": "#E79AC6"},
            "gate": {"fill": "#6ABDEB", "ink": "#7CC8F2"},
            "norm": {"fill": "#2F95D6", "ink": "#4DB2EC"},
            "norm_1": {"fill": "#2F95D6", "ink": "#4DB2EC"},
            "norm_2": {"fill": "#2F95D6", "ink": "#4DB2EC"},
            "conv": {"fill": "#6F7A89", "ink": "#AAB4C3"},
            "conv_1": {"fill": "#6F7A89", "ink": "#AAB4C3"},
            "relu": {"fill": "#6F7A89", "ink": "#AAB4C3"},
            "relu_1": {"fill": "#6F7A89", "ink": "#AAB4C3"},
            "relu_2": {"fill": "#6F7A89", "ink": "#AAB4C3"},
        },
        "cells": [
            {"fill": "#F2F4F7", "ink": "#F2F4F7"},
            {"fill": "#7C8692", "ink": "#98A2AE"},
            {"fill": "#C3CAD3", "ink": "#C3CAD3"},
            {"fill": "#9FA8B3", "ink": "#A6AFBA"},
        ],
        "accents": {
            "blue": {"fill": "#2F95D6", "ink": "#4DB2EC"},
            "green": {"fill": "#12AE84", "ink": "#2BC79B"},
            "orange": {"fill": "#E8742A", "ink": "#FF8A3D"},
        },
        "positive": "#E3BC49",
        "negative": "#9B82E6",
        "channel": "#2B313A",
        "wire": "#6C7683",
        "empty": "#171B21",
        "card": "#1B2027",
        "quiet": "#A3ADBA",
        "border": "#434B57",
        "focus": "#4D83BD",
        "warning": "#FF8F85",
    },
}
