"""The choice of one weight, and of the biases of the gates that keep the memory; both as a link spells them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cells.core.messages import N_, InputError
from cells.core.settings import Number
from pages.shared.words.text import quoted

AS_THEY_ARE, CHRONO, FORGET = "as-they-are", "chrono", "forget"
BIASES = {
    CHRONO: N_("chrono"),
    FORGET: N_("all the same"),
    AS_THEY_ARE: N_("the weights’ own"),
}
BETWEEN = ":"
FORGET_BIAS = Number("bias", N_("bias"), 1.0, -6.0, 8.0, 0.25)


@dataclass(frozen=True)
class WeightChoice:
    """A weight into the chosen unit: of which cell, into which gate, from what.

    source: "h3", unit 3 of the hidden state one step before; "x0", feature 0 of the input; "b", the bias.
    """

    cell: str
    gate: str
    source: str


def read_weight(text: str) -> WeightChoice:
    """Read "lstm:forget:h3". Raises InputError for anything else; whether the run has it is seen later."""
    parts = text.split(BETWEEN)
    if len(parts) == 3 and re.fullmatch(r"b|[hx]\d{1,6}", parts[2], re.ASCII):
        return WeightChoice(*parts)
    raise InputError(
        N_("The weight “{written}” in the link cannot be read: write for example lstm:forget:h0."),
        written=quoted(text),
    )


def write_weight(weight: WeightChoice) -> str:
    """Write a weight as `read_weight` reads it."""
    return BETWEEN.join((weight.cell, weight.gate, weight.source))


def read_biases(text: str) -> str:
    """Read "chrono", "as-they-are" or "forget:1.5". Raises InputError for anything else."""
    bias = common_bias(text)
    if bias is not None:
        return write_common_bias(bias)
    if text in (CHRONO, AS_THEY_ARE):
        return text
    raise InputError(
        N_("The biases “{written}” in the link cannot be read: write chrono, as-they-are or forget:1.5."),
        written=quoted(text),
    )


def write_common_bias(bias: float) -> str:
    """Write one bias of all keeping gates, as `read_biases` reads it."""
    return f"{FORGET}{BETWEEN}{bias:g}"


def common_bias(biases: str) -> float | None:
    """Return the one bias of all keeping gates, or None where they are drawn or stay as they are."""
    written = re.fullmatch(rf"{FORGET}{BETWEEN}([+-]?\d{{1,3}}(?:\.\d{{1,6}})?)", biases, re.ASCII)
    bias = float(written[1]) if written else None
    return bias if bias is not None and FORGET_BIAS.low <= bias <= FORGET_BIAS.high else None
