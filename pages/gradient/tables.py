"""The tables of the gradient page: what can be read off each cell's walk, and memories that fade at a known pace."""

from __future__ import annotations

import pandas as pd

from cells.core.messages import N_, n_
from cells.gradients.worked_examples import BIASES, STEPS, WEIGHTS_OF_ONE, constant_gate, one_unit
from pages.gradient.results import Gradients
from pages.gradient.sentences import cell_title
from pages.gradient.walk import GradientWalk
from pages.shared.stepper.stack import layer_title
from pages.shared.words import say
from pages.shared.words.numbers import format_number, format_share, format_size

STEPS_BACK = 20  # after which the table says what is left


def numbers_table(gradients: Gradients) -> pd.DataFrame:
    """Return the numbers of every cell, a column a cell."""
    columns = {cell_title(walk): {**numbers_column(walk), **layers_column(walk)} for walk in gradients.walks}
    return pd.DataFrame(columns).fillna("–")


def numbers_column(walk: GradientWalk) -> dict[str, str]:
    """Return one cell's numbers: the name of each -> how it is written."""
    read_at, left, flow = walk.options.read_at, walk.log_left, walk.flow
    back = min(STEPS_BACK, read_at + 1)
    strength = walk.strengths.get("hidden") or walk.strengths["candidate"]
    return {
        say(n_("left after {count} step back", "left after {count} steps back", "count"), count=back): format_share(
            float(left[read_at + 1 - back])
        ),
        say("left at the first state"): format_share(float(left[0])),
        say("norm of the gradient by the first state"): format_size(float(walk.norms.log10[0])),
        say("loss: the sum of the squares of h"): format_number(float(flow.loss)),
        say("norm of the gradient by all weights"): format_number(flow.norm),
        say("multiplied by, so that it is clipped"): format_number(flow.scale),
        say("spectral radius of the recurrent weights (the candidate’s)"): f"{strength.radius:.2f}",
        say("largest singular value of the same"): f"{strength.norm:.2f}",
    }


def layers_column(walk: GradientWalk) -> dict[str, str]:
    """Return how much reaches each layer and direction of a stack, from the top down; nothing for a single layer."""
    column: dict[str, str] = {}
    for index, layer in reversed(list(enumerate(walk.run.layers))) if walk.stacked else []:
        left, title = walk.log_left_in(index), layer_title(layer, walk.run.layers, say)
        column[say("reaches {layer}: where the loss is read", layer=title)] = format_share(
            float(left[walk.options.read_at + 1])
        )
        column[say("reaches {layer}: its first step", layer=title)] = format_share(float(left[1]))
    return column


def worked_examples_table() -> pd.DataFrame:
    """Return a constant forget gate by its bias, and a tanh RNN of one unit around zero by its weight."""
    gate, unit = N_("LSTM, forget gate’s bias {bias}"), N_("RNN of one unit at 0, weight {weight}")
    cases = {say(gate, bias=f"{bias:g}"): constant_gate(bias) for bias in BIASES}
    cases |= {say(unit, weight=f"{weight:g}"): one_unit(weight) for weight in WEIGHTS_OF_ONE}
    rows = {
        name: {
            say("kept by each step"): f"{case.per_step:.4f}",
            say("left after {count} steps", count=STEPS): format_number(case.remaining),
            say("half-life in steps; below 0 it doubles"): f"{case.half_life:.2f}",
        }
        for name, case in cases.items()
    }
    return pd.DataFrame(rows).T
